package rules

import (
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// JudgeWindow judges one window for what is asked, at an instant. The notice
// counts from the window's ProposedAt, which of a suggestion that was taken is
// when it was made; all else from now. So it serves for a request that comes in,
// for a suggestion that is taken later and, with Booked set, for the recheck
// before the start.
//
// What is found about the window hangs on it. What is found about the point in
// time is about the request and is returned beside it; the window is not feasible
// then.
func JudgeWindow(win ticket.Window, ask Ask, w World, now time.Time) (Window, []Finding) {
	v := newView(w, ask, now)
	window, pit := v.judge(win)
	return window, v.explain(pit)
}

// judge applies every rule to a window.
func (v *view) judge(win ticket.Window) (Window, []Finding) {
	out := Window{
		Interval:   Interval{win.Start.UTC(), win.End.UTC()},
		Written:    win.Written,
		ProposedAt: win.ProposedAt.UTC(),
	}
	if win.Start.IsZero() || win.End.IsZero() {
		out.Interval = Interval{}
		out.Findings = v.doubts(win)
		return out, nil
	}
	c := candidate{Interval: out.Interval, proposedAt: out.ProposedAt, earliest: v.earliest(out.ProposedAt)}
	for _, rule := range []func(*view, candidate) []Finding{
		(*view).inPast, (*view).lapsed, (*view).length, (*view).weekend, (*view).outsideHours,
		(*view).tooEarly, (*view).holiday, (*view).freeze, (*view).unavailable,
	} {
		out.Findings = append(out.Findings, rule(v, c)...)
	}
	pit := v.pointInTime(c)
	out.Feasible = len(pit) == 0 && !has(out.Findings, Error)
	out.NeedsApproval = out.Feasible && has(out.Findings, Approval)
	out.Findings = append(out.Findings, v.doubts(win)...)
	return out, pit
}

// A candidate is a window with what its rules share.
type candidate struct {
	Interval
	proposedAt time.Time
	earliest   time.Time // that the notice admits; zero: none
}

func (c candidate) past() bool  { return !c.Start.After(c.proposedAt) }
func (c candidate) early() bool { return c.earliest.IsZero() || c.Start.Before(c.earliest) }

func (v *view) inPast(c candidate) []Finding {
	if !c.past() {
		return nil
	}
	return []Finding{{WindowInPast, Error, Facts{Window: c.Interval, Earliest: c.earliest}}}
}

func (v *view) lapsed(c candidate) []Finding {
	first := v.now.Add(v.Policy.ConfirmBefore)
	if v.ask.Booked || c.past() || c.early() || !c.Start.Before(first) {
		return nil
	}
	return []Finding{{WindowLapsed, Error, Facts{Window: c.Interval, Earliest: first}}}
}

func (v *view) length(c candidate) []Finding {
	if c.Length() == v.Policy.Window {
		return nil
	}
	return []Finding{{WindowLength, Error, Facts{Window: c.Interval, Length: v.Policy.Window}}}
}

// weekend names the first date of the window that is not a day of the desk's
// week.
func (v *view) weekend(c candidate) []Finding {
	last := calendar.DateOf(c.End.Add(-1))
	for d := calendar.DateOf(c.Start); d <= last; d++ {
		if !slices.Contains(v.Policy.Weekdays, d.Weekday()) {
			return []Finding{{WindowWeekend, Error, Facts{Window: c.Interval, Date: d.String()}}}
		}
	}
	return nil
}

func (v *view) outsideHours(c candidate) []Finding {
	hours := v.Policy.Hours.At(c.Start)
	if hours.Contains(c.Interval) {
		return nil
	}
	return []Finding{{WindowOutsideHours, Approval, Facts{Window: c.Interval, Hours: hours.String()}}}
}

func (v *view) tooEarly(c candidate) []Finding {
	if c.past() || !c.early() {
		return nil
	}
	notice := v.Policy.Notice[v.ask.Kind].String()
	return []Finding{{WindowTooEarly, Error, Facts{Window: c.Interval, Earliest: c.earliest, Notice: notice}}}
}

// holiday names every holiday that the window falls on, then every region whose
// holidays are not known that far, or not known to be still right.
func (v *view) holiday(c candidate) []Finding {
	var found, unknown []Finding
	for _, p := range v.places {
		holidays, covered := v.Calendar.On(c.Start, c.End, p.code, p.zone)
		for _, h := range holidays {
			facts := Facts{Window: c.Interval, Holiday: h.Name, Region: p.code, Date: h.Date.String(), Estimated: h.Estimated}
			found = append(found, Finding{WindowHoliday, Error, facts})
		}
		if !covered || p.stale != nil {
			f := p.unknown(calendar.DateOf(c.Start))
			f.Facts.Window = c.Interval
			unknown = append(unknown, f)
		}
	}
	return append(found, unknown...)
}

func (v *view) freeze(c candidate) (found []Finding) {
	for _, freeze := range v.Policy.Freezes {
		if freeze.Overlaps(c.Interval) {
			found = append(found, Finding{WindowFreeze, Error, Facts{Window: freeze.Interval, Reason: freeze.Reason}})
		}
	}
	return found
}

func (v *view) unavailable(c candidate) []Finding {
	if clash, found := v.clash(around(v.Taken, c.Interval), c.Interval); found {
		return []Finding{clash}
	}
	return nil
}

// doubts turns what the reader was not sure of into findings.
func (v *view) doubts(win ticket.Window) (found []Finding) {
	for _, doubt := range win.Doubts {
		code, severity := v.doubt(doubt, win)
		facts := Facts{Written: win.Written, Window: Interval{win.Start, win.End}}
		switch doubt {
		case ticket.AmbiguousDate, ticket.WeekdayMismatch, ticket.ZoneAmbiguous:
			facts.Readings, facts.Zone = win.Readings, win.Zone
		case ticket.NotUTC:
			facts.Zone = win.Zone
		}
		found = append(found, Finding{code, severity, facts})
	}
	return found
}

// doubt returns the code of a doubt, and whether the client is asked. What the
// client has confirmed since is only said back.
func (v *view) doubt(doubt ticket.Doubt, win ticket.Window) (Code, Severity) {
	unlessConfirmed := Error
	if win.Confirmed {
		unlessConfirmed = Info
	}
	switch doubt {
	case ticket.AmbiguousDate:
		return WindowAmbiguousDate, Error
	case ticket.WeekdayMismatch:
		return WindowWeekdayMismatch, Error
	case ticket.ZoneAmbiguous:
		return WindowZoneAmbiguous, Error
	case ticket.NotUTC:
		return WindowNotUTC, unlessConfirmed
	case ticket.ZoneAssumed:
		return WindowZoneAssumed, Info
	case ticket.EndAssumed:
		return WindowEndAssumed, Info
	case ticket.RelativeDate:
		return WindowRelativeDate, Info
	case ticket.YearAssumed:
		if win.Start.Sub(win.ProposedAt) <= v.Policy.YearAhead {
			return WindowYearAssumed, Info
		}
		return WindowYearAssumed, unlessConfirmed
	default:
		return WindowUnreadable, Error
	}
}

func has(found []Finding, s Severity) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Severity == s })
}
