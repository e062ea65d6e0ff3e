package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// approve is an engineer's yes to one window. The window is judged again; the
// approval is bound to a hash of what was approved; the last one that is needed
// turns the hold into a booking.
func (t *turn) approve(cmd Command) {
	label := t.labelOf(cmd.Choice)
	if _, ok := t.c.Window(label); !ok {
		t.refuse(cmd, Whisper{Why: WhyNoWindow, Label: cmd.Choice})
		return
	}
	drawn := t.c.Token()
	if t.rejudged() {
		t.refuse(cmd, Whisper{Why: WhyNotFeasible, Label: label, Findings: t.against(label)})
		return
	}
	w, _ := t.c.Window(label)
	hash := t.c.Hash(label)
	switch {
	case !w.Feasible:
		t.card = true
		t.refuse(cmd, Whisper{Why: WhyNotFeasible, Label: label, Findings: errorsIn(w.Findings)})
	case t.c.Token() != drawn: // it needs another kind of approval now
		t.refuseOldCard(cmd)
	case t.approvedBy(cmd.Actor, hash):
		t.refuse(cmd, Whisper{Why: WhyTwice, Label: label})
	default:
		t.approved(cmd, Approval{Label: label, Hash: hash, By: cmd.Actor, At: t.now, Extra: w.NeedsApproval, Policy: t.f.House.Policy})
	}
}

// labelOf reads which window a command means: "A", "option 2", or nothing where
// there is only one to choose.
func (t *turn) labelOf(choice string) string {
	choice = strings.ToUpper(strings.TrimSpace(choice))
	if i := strings.LastIndexByte(choice, ' '); i >= 0 {
		choice = choice[i+1:]
	}
	if labels := t.holdable(); choice == "" && len(labels) == 1 {
		return labels[0]
	}
	return choice
}

// against returns what speaks against a window now.
func (t *turn) against(label string) []rules.Finding {
	w, _ := t.c.Window(label)
	return errorsIn(w.Findings)
}

func (t *turn) approvedBy(p Person, hash string) bool {
	return slices.ContainsFunc(t.c.Approvals, func(a Approval) bool {
		return a.Hash == hash && t.f.House.same(a.By, p)
	})
}

// approved counts an approval. A request that writes over production needs
// several people.
func (t *turn) approved(cmd Command, a Approval) {
	t.c.Approvals = append(t.c.Approvals, a)
	t.done(Deed{Who: display(cmd.Actor), Verb: Approve, Label: a.Label, Extra: a.Extra})
	what := "approved window " + a.Label
	if a.Extra {
		what += " as an exception: internal approval"
	}
	t.auditHash(what, a.Hash)
	if t.approvals(a.Hash) < t.needed() {
		t.show()
		t.news(TellEngineers{Topic: NewsApproved, By: display(cmd.Actor), Label: a.Label})
		return
	}
	t.confirm(a)
}

// approvals counts the approvals of what has that hash.
func (t *turn) approvals(hash string) (n int) {
	for _, a := range t.c.Approvals {
		if a.Hash == hash {
			n++
		}
	}
	return n
}

// vouch puts an approver's word in the place of approvals that count no longer,
// and reports whether that is enough to let the start go.
func (t *turn) vouch(cmd Command) bool {
	lost, b := t.c.Stopped.Lost, t.c.Booked
	if len(lost) == 0 {
		return true
	}
	t.c.Approvals = slices.DeleteFunc(t.c.Approvals, func(a Approval) bool {
		return slices.ContainsFunc(lost, func(l Loss) bool { return l.By == a.By })
	})
	before := t.approvedBy(cmd.Actor, b.Hash)
	if !before {
		t.c.Approvals = append(t.c.Approvals, Approval{Label: b.Label, Hash: b.Hash, By: cmd.Actor, At: t.now, Policy: t.f.House.Policy})
		t.auditHash("approved window "+b.Label+" in the place of a lost approval", b.Hash)
	}
	switch {
	case t.approvals(b.Hash) >= t.needed():
		return true
	case before:
		t.refuse(cmd, Whisper{Why: WhyTwice, Label: b.Label})
	default:
		t.done(Deed{Who: display(cmd.Actor), Verb: Approve, Label: b.Label})
		t.show()
		t.news(TellEngineers{Topic: NewsApproved, By: display(cmd.Actor), Label: b.Label})
	}
	return false
}

// needed returns how many different people have to approve.
func (t *turn) needed() int {
	if t.c.GoLive() {
		return max(1, t.f.World.Policy.Approvers.Production)
	}
	return 1
}

// confirm turns a hold into a booking and tells everybody. Lead times that have
// passed already are done with.
func (t *turn) confirm(a Approval) {
	w, _ := t.c.Window(a.Label)
	p := t.f.World.Policy
	t.c.State = Confirmed
	t.c.Booked = &Booked{
		Label: a.Label, Window: w.Interval, Hash: a.Hash, At: t.now,
		Reminded: passedMarks(p.Reminders, nil, w.Start, t.now),
		Checked:  passedMarks(p.Recheck, nil, w.Start, t.now),
	}
	t.c.Stopped = nil
	t.release()
	t.book(a.Label, time.Time{})
	t.renew(RenewedByDecision)
	t.show()
	t.say(TellClient{Topic: ToldConfirmed})
	t.news(TellEngineers{Topic: NewsConfirmed, By: display(a.By), Label: a.Label})
	t.move("confirmed")
	t.auditHash("confirmed window "+a.Label, a.Hash)
}

// startNow begins a confirmed request at once, inside its window alone.
func (t *turn) startNow(cmd Command) {
	b := t.c.Booked
	switch {
	case !due(b.Window.Start, t.now) || !t.now.Before(b.Window.End):
		t.refuse(cmd, Whisper{Why: WhyNotNow})
	case t.f.House.Shadow:
		t.refuse(cmd, Whisper{Why: WhyShadow})
	case t.byHand():
		t.markStarted(cmd)
	case len(t.f.Estimate.Missing) > 0:
		t.refuse(cmd, Whisper{Why: WhyMissing})
	default:
		t.done(Deed{Who: display(cmd.Actor), Verb: StartNow})
		t.order(cmd.Actor)
	}
}

// retry tries the failed task again. After the window that is an engineer's
// decision, and the run is not stopped for it.
func (t *turn) retry(cmd Command) {
	if t.c.Run.ID == "" {
		t.refuse(cmd, Whisper{Why: WhyNoDriver})
		return
	}
	t.again(cmd, WishRetry, NewsRetry)
	t.c.Run.Overtime = due(t.c.Booked.Window.End, t.now)
	t.c.Booked.Overdue = t.c.Run.Overtime
}

// rollBack brings the parked database back.
func (t *turn) rollBack(cmd Command) {
	if t.c.Run.ID == "" {
		t.refuse(cmd, Whisper{Why: WhyNoDriver})
		return
	}
	t.c.Run.Undone = t.c.State == Done
	t.again(cmd, WishRollBack, NewsRollBack)
	t.c.Booked.Overdue = true // it goes on to its end, whenever that is
}

// again sends a run that stood still back to work.
func (t *turn) again(cmd Command, w RunWish, topic EngineerTopic) {
	by := display(cmd.Actor)
	t.done(Deed{Who: by, Verb: cmd.Verb})
	t.c.State = Running
	t.c.Run.State, t.c.Run.Question, t.c.Run.Problem = RunRunning, "", ""
	t.wish(w)
	t.renew(RenewedByDecision)
	t.show()
	t.news(TellEngineers{Topic: topic, By: by})
	t.audit(string(cmd.Verb))
}

// markStarted notes that an engineer began the work by hand.
func (t *turn) markStarted(cmd Command) {
	switch {
	case !t.byHand():
		t.refuse(cmd, Whisper{Why: WhyState})
	case !due(t.c.Booked.Window.Start, t.now):
		t.refuse(cmd, Whisper{Why: WhyNotNow})
	default:
		t.done(Deed{Who: display(cmd.Actor), Verb: MarkStarted})
		t.start(Progress{By: cmd.Actor, State: RunRunning})
		t.audit("started by hand")
	}
}

// markDone notes that the work by hand is done. Who forgot to say that it had
// started says so now.
func (t *turn) markDone(cmd Command) {
	if !t.markable(cmd) {
		return
	}
	t.done(Deed{Who: display(cmd.Actor), Verb: MarkDone})
	t.c.Run.State, t.c.Run.Ended = RunSucceeded, t.now
	t.succeeded()
}

// markFailed notes that the work by hand went wrong.
func (t *turn) markFailed(cmd Command) {
	if !t.markable(cmd) {
		return
	}
	t.done(Deed{Who: display(cmd.Actor), Verb: MarkFailed, Reason: cmd.Reason})
	t.c.Run.State, t.c.Run.Ended, t.c.Run.Problem = RunFailed, t.now, cmd.Reason
	t.failed()
}

// markable reports whether the work is done by hand and has begun.
func (t *turn) markable(cmd Command) bool {
	switch {
	case t.c.State != Confirmed && t.c.Run.ID != "", t.c.State == Confirmed && !t.byHand():
		t.refuse(cmd, Whisper{Why: WhyState})
	case t.c.State == Confirmed && !due(t.c.Booked.Window.Start, t.now):
		t.refuse(cmd, Whisper{Why: WhyNotNow})
	case t.c.State == Confirmed:
		t.c.Run = &Progress{By: cmd.Actor, Started: t.c.Booked.Window.Start}
		return true
	default:
		return true
	}
	return false
}
