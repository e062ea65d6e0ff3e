package bot

import (
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

const (
	// punctual is how late a start may be without counting as missed.
	punctual = 5 * time.Minute
	// spare is what a late start needs beside the estimate.
	spare = 15 * time.Minute
	// askAgain is after how long is asked again what nobody could say.
	askAgain = time.Minute
	// usual is how long a clone takes where nothing better is known.
	usual = time.Hour
)

// looked reads the ticket before a timer or a command is dealt with, and reports
// whether things are as they were: what was to be done may not be right any
// more.
func (t *turn) looked() bool {
	was := t.c.State
	actor := t.actor
	t.actor = "client"
	t.touched()
	t.actor = actor
	return t.c.State == was
}

// wait is the clock of a conversation in which the client has the next word.
func (t *turn) wait() {
	if !t.looked() || !t.c.Asking() {
		return
	}
	p := t.f.World.Policy
	switch {
	case due(t.deadline(p.Close), t.now):
		t.c.State = Cancelled
		t.release()
		t.show()
		t.say(TellClient{Topic: ToldClosed})
		if t.c.Carded {
			t.news(TellEngineers{Topic: NewsUnanswered})
		}
		t.audit("closed: nobody answered")
	case !t.c.Nudged && due(t.deadline(p.Nudge), t.now):
		t.c.Nudged = true
		t.freshen()
		t.say(TellClient{Topic: ToldNudge})
		t.audit("client reminded of the open answer")
	}
}

// freshen takes suggestions that have become too near off the table, before they
// are said again.
func (t *turn) freshen() {
	soonest := t.now.Add(t.f.World.Policy.ConfirmBefore)
	if slices.ContainsFunc(t.c.Offers, func(o Offer) bool { return o.Open && o.Window.Start.Before(soonest) }) {
		t.conclude(t.judge())
		t.show()
	}
}

// deadline returns when a time of silence is over; zero where there is none.
func (t *turn) deadline(n rules.Notice) time.Time {
	if n == (rules.Notice{}) || t.c.Spoke.IsZero() || t.waitsForDesk() {
		return time.Time{}
	}
	return t.after(n, t.c.Spoke)
}

// waitsForDesk reports whether all that is open is whose request it is, which
// the engineers have to find out.
func (t *turn) waitsForDesk() bool {
	v := t.c.Verdict
	return hasCode(v.Findings, rules.TenantUnknown) && errorCount(v) == 1
}

// due reports whether an instant is set and has come.
func due(at, now time.Time) bool { return !at.IsZero() && !now.Before(at) }

// holdsEnd is the clock of a proposal: its holds end, its windows come too near.
func (t *turn) holdsEnd() {
	if !t.looked() {
		return
	}
	old := t.c.Holds
	var ended []string
	t.c.Holds = slices.DeleteFunc(slices.Clone(old), func(h Held) bool {
		over := due(h.Until, t.now)
		if over {
			ended = append(ended, h.Label)
		}
		return over
	})
	t.unhold(old)
	if t.rejudged() {
		return
	}
	if len(ended) > 0 {
		t.show()
		t.news(TellEngineers{Topic: NewsHoldOver, Labels: ended})
		t.audit("hold ended")
	}
}

// rejudged judges an open proposal again. What has changed makes a new card; it
// reports whether no window is left, and the client asked for others.
func (t *turn) rejudged() bool {
	before := t.c.Verdict
	v := t.judge()
	if v.Outcome == rules.Ready || v.Outcome == rules.Exception {
		if !sameFeasibility(before, v) {
			v.Suggestions = before.Suggestions // the client has nothing to do
			t.c.Verdict = v
			t.dropHolds()
			t.renew(RenewedByTime)
			t.show()
		}
		return false
	}
	t.conclude(v)
	t.c.Approvals = nil
	t.enter()
	t.show()
	t.say(TellClient{Topic: ToldLapsed})
	t.news(TellEngineers{Topic: NewsGone})
	t.audit("no proposed window is left")
	return true
}

// dropHolds lets go of windows that can't be had any more.
func (t *turn) dropHolds() {
	old := t.c.Holds
	t.c.Holds = slices.DeleteFunc(slices.Clone(old), func(h Held) bool {
		w, _ := t.c.Window(h.Label)
		return !w.Feasible
	})
	t.unhold(old)
}

// sameFeasibility reports whether two verdicts let the same windows be approved.
func sameFeasibility(a, b rules.Verdict) bool {
	return slices.EqualFunc(a.Windows, b.Windows, func(x, y rules.Window) bool {
		return x.Feasible == y.Feasible && x.NeedsApproval == y.NeedsApproval
	})
}

// countdown is the clock of a confirmed request.
func (t *turn) countdown() {
	if !t.looked() {
		return
	}
	b := t.c.Booked
	switch {
	case due(b.Window.Start, t.now):
		t.windowOpens()
	default:
		t.recheck()
		t.remind()
	}
}

// remind tells the client that the window is near. Of reminders that were missed
// the latest alone is sent.
func (t *turn) remind() {
	b := t.c.Booked
	passed := passedMarks(t.f.World.Policy.Reminders, b.Reminded, b.Window.Start, t.now)
	if len(passed) == 0 {
		return
	}
	b.Reminded = append(b.Reminded, passed...)
	if t.c.Stopped != nil {
		return // it is not certain that anything will happen
	}
	t.say(TellClient{Topic: ToldReminder, Ahead: slices.Min(passed), Until: b.Window.Start})
	t.audit("client reminded")
}

// recheck judges a confirmed request again.
func (t *turn) recheck() {
	b := t.c.Booked
	passed := passedMarks(t.f.World.Policy.Recheck, b.Checked, b.Window.Start, t.now)
	if len(passed) == 0 {
		return
	}
	b.Checked = append(b.Checked, passed...)
	t.audit("checked again")
	t.stopIfChanged()
}

// passedMarks returns the lead times whose instant before start has come and
// that are not done with.
func passedMarks(leads, done []time.Duration, start, now time.Time) []time.Duration {
	var passed []time.Duration
	for _, lead := range leads {
		if due(start.Add(-lead), now) && !slices.Contains(done, lead) {
			passed = append(passed, lead)
		}
	}
	return passed
}

// stopIfChanged stops a start that would not be approved today, and reports
// whether it is stopped.
func (t *turn) stopIfChanged() bool {
	if t.c.Stopped != nil {
		return true
	}
	s := Stopped{At: t.now}
	for _, f := range t.standingErrors() {
		if !slices.Contains(t.c.Booked.Waived, hashOf(f)) {
			s.Findings = append(s.Findings, f)
		}
	}
	if t.f.Estimate != nil && !t.byHand() {
		s.Missing = t.f.Estimate.Missing
	}
	s.Lost = t.lost()
	if len(s.Findings)+len(s.Missing)+len(s.Lost) == 0 {
		return false
	}
	t.stop(s)
	return true
}

// doubted reports whether Slack did not say if an approval still counts.
func (t *turn) doubted() bool {
	return slices.ContainsFunc(t.f.Approvers, func(s Standing) bool { return s.Refusal == CannotCheck && !s.Approver })
}

// lost returns the approvals of the booked window that count no longer, where
// those that do are too few. A doubt is a loss only once the window is here:
// until then the answer may still come.
func (t *turn) lost() (lost []Loss) {
	here := due(t.c.Booked.Window.Start, t.now)
	for _, s := range t.f.Approvers {
		if s.Approver || s.Refusal == CannotCheck && !here {
			continue
		}
		lost = append(lost, Loss{By: s.Person, Why: s.Refusal})
	}
	if t.approvals(t.c.Booked.Hash)-len(lost) >= t.needed() {
		return nil
	}
	return lost
}

// stop keeps a confirmed request from starting by itself.
func (t *turn) stop(s Stopped) {
	t.c.Stopped = &s
	t.renew(RenewedByTime)
	t.show()
	t.news(TellEngineers{Topic: NewsStopped, By: s.By})
	t.audit("start stopped")
}

// standingErrors judges the confirmed window again and returns what speaks
// against it now. That it is near does not.
func (t *turn) standingErrors() []rules.Finding {
	v := t.judge()
	i := slices.Index(t.c.Labels, t.c.Booked.Label)
	if i < 0 || i >= len(v.Windows) {
		return nil
	}
	var found []rules.Finding
	for _, f := range errorsIn(v.Windows[i].Findings) {
		if f.Code != rules.WindowLapsed && f.Code != rules.WindowInPast {
			found = append(found, f)
		}
	}
	for _, f := range errorsIn(v.Findings) {
		if questionOf(f) != "windows" {
			found = append(found, f)
		}
	}
	return found
}

// windowOpens is the start of the window.
func (t *turn) windowOpens() {
	b := t.c.Booked
	switch {
	case b.Begun:
	case t.doubted() && t.now.Sub(b.Window.Start) < punctual: // asked again in a minute
	case t.f.House.Shadow:
		t.c.State = HandedOver
		t.release()
		t.renew(RenewedByTime)
		t.show()
		t.news(TellEngineers{Topic: NewsShadow})
		t.audit("shadow mode: nothing is started")
	case t.stopIfChanged():
		b.Begun = true // from here on an engineer starts it, or nobody
		t.say(TellClient{Topic: ToldDelayed})
	case t.byHand():
		b.Begun = true
		t.renew(RenewedByTime)
		t.show()
		t.news(TellEngineers{Topic: NewsByHand})
		t.audit("window is here: to be run by hand")
	case !t.fits():
		t.missed()
	default:
		t.order(t.approver())
	}
}

// byHand reports whether an engineer runs the clone: the house is set up so, or
// the request has no driver. A schema update never has one.
func (t *turn) byHand() bool {
	return t.f.House.Manual || t.f.Estimate == nil || t.c.Schema()
}

// fits reports whether a run that starts now ends within the window; a punctual
// start always counts as fitting.
func (t *turn) fits() bool {
	w := t.c.Booked.Window
	if t.now.Sub(w.Start) <= punctual {
		return true
	}
	length := usual
	if t.f.Estimate != nil && t.f.Estimate.Length > 0 {
		length = t.f.Estimate.Length
	}
	return !t.now.Add(length + spare).After(w.End)
}

// missed gives up a window in which nothing was begun.
func (t *turn) missed() {
	t.lapse(ToldLapsed)
	t.news(TellEngineers{Topic: NewsLapsed})
}

// lapse gives a window up that passed without a finished run, and asks the
// client for another.
func (t *turn) lapse(topic ClientTopic) {
	t.c.State = Lapsed
	t.release()
	t.c.Booked, t.c.Stopped, t.c.Approvals = nil, nil, nil
	t.conclude(t.judge())
	t.renew(RenewedByTime)
	t.show()
	t.say(TellClient{Topic: topic})
	t.audit("the window passed")
}

// windowEnds is the clock of a run at work.
func (t *turn) windowEnds() {
	b, run := t.c.Booked, t.c.Run
	if b.Overdue || !due(b.Window.End, t.now) {
		return
	}
	b.Overdue = true
	switch {
	case run.Wish == WishStop || run.Wish == WishRollBack: // on its way back already
	case run.ID == "" || run.Swapped || run.Overtime:
		t.news(TellEngineers{Topic: NewsOvertime})
		t.late()
	default:
		t.wish(WishStop)
		t.news(TellEngineers{Topic: NewsStopping})
	}
	t.audit("the window ended while running")
}

// late tells the client once that the work will end after its window.
func (t *turn) late() {
	if !t.c.Run.Late {
		t.c.Run.Late = true
		t.say(TellClient{Topic: ToldLate})
	}
}

// wake returns the earliest instant at which something is due, drawn from state
// alone; zero where nothing is.
func (t *turn) wake() time.Time {
	var at []time.Time
	switch {
	case t.c.Asking():
		at = append(at, t.deadline(t.f.World.Policy.Close))
		if !t.c.Nudged {
			at = append(at, t.deadline(t.f.World.Policy.Nudge))
		}
	case t.c.State == Proposed:
		at = t.wakeProposed()
	case t.c.State == Confirmed:
		at = t.wakeConfirmed()
	case t.c.State == Running && !t.c.Booked.Overdue:
		at = append(at, t.c.Booked.Window.End)
	}
	var next time.Time
	for _, a := range at {
		if !a.IsZero() && (next.IsZero() || a.Before(next)) {
			next = a
		}
	}
	return next
}

// wakeProposed: holds end, and a window is too near a second after its last
// instant for confirming.
func (t *turn) wakeProposed() []time.Time {
	var at []time.Time
	for _, h := range t.c.Holds {
		at = append(at, h.Until)
	}
	for _, w := range t.c.Verdict.Windows {
		if w.Feasible {
			at = append(at, w.Start.Add(-t.f.World.Policy.ConfirmBefore+time.Second))
		}
	}
	return at
}

func (t *turn) wakeConfirmed() []time.Time {
	b, p := t.c.Booked, t.f.World.Policy
	if b.Begun {
		return []time.Time{b.Window.End}
	}
	at := []time.Time{b.Window.Start}
	if t.e.Kind == TimerRang && due(b.Window.Start, t.now) {
		at[0] = t.now.Add(askAgain)
	}
	for _, lead := range p.Reminders {
		if !slices.Contains(b.Reminded, lead) {
			at = append(at, b.Window.Start.Add(-lead))
		}
	}
	for _, lead := range p.Recheck {
		if !slices.Contains(b.Checked, lead) {
			at = append(at, b.Window.Start.Add(-lead))
		}
	}
	return at
}
