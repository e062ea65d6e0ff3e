package bot

import (
	"slices"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// meet looks at a ticket that the bot knows nothing of, or has no part in.
func (t *turn) meet() {
	k := t.f.Ticket
	if t.gone() {
		return
	}
	if k.Created.Before(t.f.FirstStart) {
		t.c.State = Silent
		return
	}
	t.takeUp()
}

// takeUp reads a ticket from its beginning.
func (t *turn) takeUp() {
	k := t.f.Ticket
	if t.c.State == Silent && t.c.Seen.Description == describedHash(k) {
		return
	}
	t.c.Reporter = k.Reporter
	heard := t.read()
	if t.c.Answers.Kind == ticket.Unknown {
		t.c.State = Silent
		return
	}
	if t.labelled() {
		t.conclude(t.judge())
		t.handOver(HandedByLabel)
		return
	}
	switch heard.intent { // of comments that were there before the bot was
	case ticket.Cancel:
		t.conclude(t.judge())
		t.cancelledByClient()
	case ticket.Human:
		t.conclude(t.judge())
		t.handOver(HandedByClient)
	default:
		t.reach(heard)
	}
}

// touched compares the ticket with what was seen of it and goes on from there.
// It serves as the recheck of "ticket unchanged" too: commands and timers look
// at the ticket first.
func (t *turn) touched() {
	t.c.Behind = false
	t.seeShut()
	if t.gone() {
		t.withdrawn()
		return
	}
	if t.labelled() && !t.c.Muted && !t.over() {
		t.handOver(HandedByLabel)
	}
	if t.c.State == Confirmed && due(t.c.Booked.Window.End, t.now) {
		t.missed() // before anything is answered: it is theirs no longer
	}
	switch heard := t.read(); {
	case heard.nothing() || t.c.State == HandedOver:
	case t.c.Muted && !heard.anew() && heard.intent != ticket.Cancel: // what changes the request always counts
	case t.atWork():
		t.overhear(heard)
	default:
		t.converse(heard)
	}
}

// seeShut looks whether it was the bot that closed the ticket. A rule of the help center
// that moves it on from there, "Declined" to "Closed", closes nothing.
func (t *turn) seeShut() {
	k := t.f.Ticket
	t.c.Seen.Shut = k != nil && k.Closed && t.c.Shuts && (k.Shut || t.c.Seen.Shut)
}

// gone reports whether the ticket is closed by somebody, moved, deleted or out of
// sight.
func (t *turn) gone() bool {
	k := t.f.Ticket
	return k == nil || k.Closed && !t.c.Seen.Shut || k.Key != t.c.Key
}

// labelled reports whether the ticket carries the label that keeps the bot out.
func (t *turn) labelled() bool { return slices.Contains(t.f.Ticket.Labels, noBot) }

// over reports whether nothing more is going to happen by itself.
func (t *turn) over() bool {
	switch t.c.State {
	case Done, Failed, Cancelled, HandedOver, Silent, "":
		return true
	case Declined:
		return !t.c.Asking()
	default:
		return false
	}
}

// atWork reports whether the request can't be changed by words any more.
func (t *turn) atWork() bool {
	return t.c.State == Running || t.c.State == Done || t.c.State == Failed
}

// withdrawn cancels a request whose ticket is gone. Nobody is told on a ticket
// that somebody closed, and a run that has made the swap goes on to its end. One
// that is taken back already is left alone: its ticket was closed when it was done.
func (t *turn) withdrawn() {
	run := t.c.Run
	running := t.c.State == Running && run != nil && run.ID != ""
	switch {
	case t.c.State != HandedOver && t.over(), t.c.State == Declined, running && (run.Cancelling || run.Undone || t.c.Muted):
		return
	case running && run.Swapped:
		t.c.Muted = true
	default:
		t.cancel()
		t.c.Changed = t.now
		t.status = t.status && t.f.Ticket != nil
	}
	if t.c.Carded { // who never saw the request need not hear of its end
		t.news(TellEngineers{Topic: NewsClosed})
	}
	t.audit("ticket closed, moved or deleted")
}

// cancel ends the request, or stops its run while that is still possible.
func (t *turn) cancel() {
	t.show()
	if t.c.State == Running && t.c.Run != nil && t.c.Run.ID != "" {
		t.c.Run.Cancelling = true
		t.wish(WishStop)
		return
	}
	t.c.State = Cancelled
	t.release()
	t.renew(RenewedByDecision)
}

// converse is a client's turn while the request can still be shaped.
func (t *turn) converse(h heard) {
	switch {
	case h.intent == ticket.Cancel && t.c.State == Cancelled: // whatever else was changed in the same turn
		t.say(TellClient{Topic: ToldCancelled})
		t.audit("cancelled already, and once more by the client")
	case h.intent == ticket.Cancel:
		t.cancelledByClient()
	case h.intent == ticket.Human && t.c.State != Cancelled:
		t.handOver(HandedByClient)
	case h.anew() || h.shapes() && (t.c.Asking() || t.c.State == Proposed):
		t.reach(h)
	case h.shapes() || h.intent == ticket.Status:
		t.say(TellClient{Topic: ToldStatus})
		t.audit("status asked")
	default:
		t.unread(h)
	}
}

func (t *turn) cancelledByClient() {
	t.cancel()
	t.c.Changed = t.now
	t.say(TellClient{Topic: ToldCancelled})
	if t.c.Carded {
		t.news(TellEngineers{Topic: NewsCancelled})
	}
	t.audit("cancelled by the client")
}

// overhear is a client's turn while the clone is at work or over: nothing can be
// shaped, but a person may have to know.
func (t *turn) overhear(h heard) {
	switch {
	case h.intent == ticket.Status:
		t.say(TellClient{Topic: ToldStatus})
	case h.intent == ticket.Cancel && t.c.State == Running:
		t.say(TellClient{Topic: ToldTooLate})
		t.news(TellEngineers{Topic: NewsCancelWish})
		t.audit("client wants to cancel a run at work")
	case h.intent == ticket.Human:
		t.handOver(HandedByClient)
	case h.shapes() && t.c.State == Running:
		t.say(TellClient{Topic: ToldTooLate})
		t.forward(h)
	default:
		t.forward(h)
	}
}

// unread is a turn from which nothing could be read. Where an answer is open the
// client hears of it; elsewhere the words go to a person.
func (t *turn) unread(h heard) {
	switch {
	case !t.c.Asking():
		t.forward(h)
	case t.stuck():
		t.handOver(HandedByStuck)
	default:
		t.say(TellClient{Topic: ToldNothing})
		t.audit("nothing could be read in the client's words")
	}
}

// forward shows the engineers what a client wrote.
func (t *turn) forward(h heard) {
	if !t.c.Carded {
		return
	}
	for _, words := range h.words {
		t.news(TellEngineers{Topic: NewsWords, By: words.by, Text: words.text})
	}
}

// stuck counts a turn in which nothing got clearer, and reports whether a person
// is needed.
func (t *turn) stuck() bool {
	t.c.Stuck++
	return t.c.Stuck >= 2
}

// handOver leaves the client to a person. A confirmed window, or a run at work,
// goes on all the same.
func (t *turn) handOver(why string) {
	t.audit("handed over: " + why)
	t.c.Stuck = 0
	switch t.c.State {
	case Confirmed, Running, Done, Failed, Cancelled:
		t.c.Muted = true
	default:
		t.c.State = HandedOver
		t.release()
		t.renew(RenewedByDecision)
	}
	t.show()
	t.say(TellClient{Topic: ToldHandedOver})
	t.news(TellEngineers{Topic: NewsHandedOver, Text: why})
}

// errorCount counts what has to be mended. What only the engineers know of does
// not count, since it would show in how a turn is answered.
func errorCount(v rules.Verdict) int {
	n := 0
	for _, f := range errorsIn(v.Findings) {
		if f.Code != rules.EnvironmentNotYours {
			n++
		}
	}
	for _, w := range v.Windows {
		n += len(errorsIn(w.Findings))
	}
	return n
}

// errorsIn returns the findings that have to be mended.
func errorsIn(findings []rules.Finding) []rules.Finding {
	var errs []rules.Finding
	for _, f := range findings {
		if f.Severity == rules.Error {
			errs = append(errs, f)
		}
	}
	return errs
}
