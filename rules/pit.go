package rules

import "time"

// pointInTime says whether a window is one in which the data of the instant asked
// for can still be had.
func (v *view) pointInTime(c candidate) []Finding {
	at := v.ask.PointInTime
	switch last := at.Add(v.Policy.PITMaxAge); {
	case at.IsZero():
		return nil
	case c.Start.After(last):
		return []Finding{{PITTooOld, Error, Facts{Window: c.Interval, Latest: last}}}
	case at.After(c.Start):
		return []Finding{{PITAfterWindow, Error, Facts{Window: c.Interval, Latest: c.Start}}}
	}
	return nil
}

// explain adds to findings about a point in time that is too old the earliest
// one that works: that of the first window which the other rules admit.
func (v *view) explain(pit []Finding) []Finding {
	for i := range pit {
		if pit[i].Code == PITTooOld {
			pit[i].Facts.Earliest = v.earliestInstant()
		}
	}
	return pit
}

// earliestInstant returns the oldest data that a window can still be had for;
// zero where there is no window.
func (v *view) earliestInstant() time.Time {
	free := *v
	free.ask.PointInTime = time.Time{}
	free.ask.Windows = nil
	next := newSearch(&free).next(1)
	if len(next) == 0 {
		return time.Time{}
	}
	return next[0].Start.Add(-v.Policy.PITMaxAge)
}
