package bot

import (
	"slices"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// whisperFor is how long an answer to a click is of any use.
const whisperFor = 15 * time.Minute

// A rule says where a verb may be used and what it does there.
type rule struct {
	in      []State
	do      func(*turn, Command)
	decides bool // not for the requester of the ticket
	reason  bool // of no use without a reason
}

// verbs says what each verb does. In every state that it does not name it is
// refused, by name.
var verbs = map[Verb]rule{
	Approve:       {in: []State{Proposed}, do: (*turn).approve, decides: true},
	Reject:        {in: []State{Proposed, Collecting, Lapsed}, do: (*turn).reject, reason: true},
	Propose:       {in: []State{Proposed, Collecting, Lapsed, Confirmed}, do: (*turn).proposeOther},
	Ask:           {in: []State{Proposed, Collecting, Lapsed, Confirmed, Declined}, do: (*turn).ask, reason: true},
	Hold:          {in: []State{Proposed, Confirmed}, do: (*turn).holdOn},
	Release:       {in: []State{Collecting, Proposed, Confirmed, HandedOver, Cancelled, Silent}, do: (*turn).letGo, decides: true},
	CancelRequest: {in: []State{Proposed, Collecting, Lapsed, Confirmed, Declined, Running, HandedOver}, do: (*turn).cancelRequest},
	StartNow:      {in: []State{Confirmed}, do: (*turn).startNow, decides: true},
	Retry:         {in: []State{Failed}, do: (*turn).retry},
	RollBack:      {in: []State{Failed, Done}, do: (*turn).rollBack},
	Mute:          {in: []State{Proposed, Collecting, Lapsed, Confirmed, Declined, Running}, do: (*turn).mute},
	MarkStarted:   {in: []State{Confirmed}, do: (*turn).markStarted},
	MarkDone:      {in: []State{Confirmed, Running, Failed}, do: (*turn).markDone},
	MarkFailed:    {in: []State{Confirmed, Running}, do: (*turn).markFailed, reason: true},
}

// command deals with an engineer's command, from whichever surface: who may,
// whether the card is the present one, and whether the state admits it.
func (t *turn) command() {
	if t.e.Command == nil {
		return
	}
	cmd := *t.e.Command
	if t.f.Standing != nil {
		cmd.Actor = joined(cmd.Actor, t.f.Standing.Person)
	}
	cmd.Actor = t.f.House.whole(cmd.Actor)
	t.actor = display(cmd.Actor)
	v, known := verbs[cmd.Verb]
	switch {
	case !known:
		t.refuse(cmd, Whisper{Why: WhyNoVerb})
	case !t.allowed(cmd, v):
	case t.c.State == "":
		t.unknown(cmd)
	default:
		t.obey(cmd, v)
	}
}

// unknown answers a command for a request of which nothing is known. Where it came
// by a card, a backup was restored that is older than the request. Of a ticket that
// is open more will be heard; of one that is not the card and the reply are all that
// there is, and say now that it is over.
func (t *turn) unknown(cmd Command) {
	t.refuse(cmd, Whisper{Why: WhyUnknown})
	if cmd.Surface != SlackCard || !t.gone() {
		return
	}
	t.c.State, t.c.Shown, t.c.Carded = Cancelled, t.f.Ticket != nil, true
	t.show()
	t.audit("closed: its card is older than what is known")
}

// obey does what an engineer may ask for, if the conversation is still the one
// that was looked at.
func (t *turn) obey(cmd Command, v rule) {
	if t.c.State != Silent {
		t.looked()
	}
	switch {
	case cmd.Token != "" && cmd.Token != t.c.Token() && t.decided(cmd):
	case cmd.Verb == Approve && t.c.Verdict.ForeignEnvironment != "":
		t.refuse(cmd, Whisper{Why: WhyForeign})
	case !slices.Contains(v.in, t.c.State):
		t.refuseState(cmd)
	case cmd.Token != "" && cmd.Token != t.c.Token(), t.unseen(cmd):
		t.refuseOldCard(cmd)
	case v.reason && cmd.Reason == "":
		t.refuse(cmd, Whisper{Why: WhyNoReason})
	default:
		told := len(t.told)
		if v.do(t, cmd); cmd.Surface == TicketNote && !t.answered(told) {
			t.tell(NoteInside{Whisper{Why: WhyHeeded, Verb: cmd.Verb}})
		}
	}
}

// unseen reports whether a window was approved, or the request released, in words,
// which carry no card's token, before their author could see what the client changed.
func (t *turn) unseen(cmd Command) bool {
	inWords := cmd.Surface == SlackThread || cmd.Surface == SlackCommand
	depends := cmd.Verb == Approve || cmd.Verb == Release
	if !inWords || !depends || !t.c.Carded || t.c.Changed.IsZero() {
		return false
	}
	return t.e.At.Before(t.c.Changed) || t.f.Drawn.IsZero() || t.e.At.Before(t.f.Drawn)
}

// answered reports whether a note was answered since so much was told.
func (t *turn) answered(told int) bool {
	return slices.ContainsFunc(t.told[told:], func(e Effect) bool { _, ok := e.(NoteInside); return ok })
}

// joined adds what Slack knows of a person to what the command said.
func joined(p, known Person) Person {
	return Person{
		Jira:  first(p.Jira, known.Jira),
		Slack: first(p.Slack, known.Slack),
		Email: first(p.Email, known.Email),
		Name:  first(known.Name, p.Name),
	}
}

// allowed checks the person. In doubt it refuses.
func (t *turn) allowed(cmd Command, v rule) bool {
	s := t.f.Standing
	switch {
	case s == nil || s.Refusal == CannotCheck && !s.Approver:
		t.refuse(cmd, Whisper{Why: WhyNotApprover, By: string(CannotCheck)})
	case !s.Approver:
		t.refuse(cmd, Whisper{Why: WhyNotApprover, By: string(s.Refusal)})
		t.tell(RaiseAlert{Topic: AlertRefused, What: string(cmd.Verb), Who: display(cmd.Actor)})
	case v.decides && t.f.House.same(cmd.Actor, t.c.Reporter):
		t.refuse(cmd, Whisper{Why: WhyRequester})
		t.tell(RaiseAlert{Topic: AlertRefused, What: string(cmd.Verb), Who: display(cmd.Actor)})
	default:
		return true
	}
	return false
}

// decided answers a click that came second: somebody else was faster.
func (t *turn) decided(cmd Command) bool {
	n := len(t.c.Deeds)
	if n == 0 || cmd.Verb != Approve && cmd.Verb != Reject {
		return false
	}
	last := t.c.Deeds[n-1]
	if last.Verb == Approve && t.c.State == Confirmed || last.Verb == Reject && t.c.State == Declined {
		t.refuse(cmd, Whisper{Why: WhyAlready, By: last.Who, At: last.At, Label: last.Label, Verb: last.Verb})
		return true
	}
	return false
}

func (t *turn) refuseState(cmd Command) {
	if !t.decided(cmd) {
		t.refuse(cmd, Whisper{Why: WhyState})
	}
}

// refuseOldCard redraws the card, since the one that was clicked is another.
func (t *turn) refuseOldCard(cmd Command) {
	t.card = true
	t.refuse(cmd, Whisper{Why: WhyOldCard})
}

// refuse answers the actor alone, where the command was given, and leaves a line
// in the audit trail. On the command line that line is the answer. A card of which
// nothing is known, since a backup was restored, is drawn over.
func (t *turn) refuse(cmd Command, w Whisper) {
	t.card = t.card || cmd.Surface == SlackCard && !t.c.Carded && t.c.State != "" && t.c.State != Silent
	w.To, w.Origin, w.Until = cmd.Actor.Slack, cmd.Origin, t.now.Add(whisperFor)
	if w.Verb == "" {
		w.Verb = cmd.Verb
	}
	t.audit("refused: " + string(w.Why))
	switch {
	case cmd.Surface == TicketNote:
		t.tell(NoteInside{w})
	case cmd.Surface == CommandLine:
		t.d.Audit[len(t.d.Audit)-1].Refused = &w
	case w.To != "":
		t.tell(w)
	}
}

// reject says no to the request. The client is told why, and may ask again.
func (t *turn) reject(cmd Command) {
	t.done(Deed{Who: display(cmd.Actor), Verb: Reject, Reason: cmd.Reason})
	t.c.State = Declined
	t.c.Approvals = nil
	t.release()
	t.renew(RenewedByDecision)
	t.show()
	t.say(TellClient{Topic: ToldRejected, Reason: cmd.Reason})
	t.news(TellEngineers{Topic: NewsRejected, By: display(cmd.Actor), Text: cmd.Reason})
	t.move("declined")
	t.audit("rejected: " + cmd.Reason)
}

// proposeOther suggests a window of the engineers' own to the client. It has to
// keep every rule but those that only need an approval.
func (t *turn) proposeOther(cmd Command) {
	if cmd.Window.Start.IsZero() {
		t.refuse(cmd, Whisper{Why: WhyNoTime})
		return
	}
	if feasible, against := t.judgeAlone(cmd.Window); !feasible {
		t.refuse(cmd, Whisper{Why: WhyNotFeasible, Findings: against})
		return
	}
	confirmed := t.c.State == Confirmed
	t.c.State = Collecting
	t.c.Approvals = nil
	if confirmed {
		t.d.Unbook = append(t.d.Unbook, t.bookingID(t.c.Booked.Label))
		t.c.Booked, t.c.Stopped = nil, nil
	}
	t.release()
	t.renew(RenewedByDecision)
	t.offer(display(cmd.Actor), cmd.Window)
	number := t.numberOf(cmd.Window)
	t.done(Deed{Who: display(cmd.Actor), Verb: Propose})
	t.show()
	t.say(TellClient{Topic: ToldProposal, Number: number, Reason: cmd.Reason, Voided: confirmed})
	t.news(TellEngineers{Topic: NewsProposed, By: display(cmd.Actor), Label: strconv.Itoa(number)})
	t.audit("window proposed to the client")
}

func (t *turn) numberOf(w rules.Interval) int {
	i := slices.IndexFunc(t.c.Offers, func(o Offer) bool { return o.Open && sameSpan(o.Window, w) })
	return t.c.Offers[i].Number
}

// ask puts a question to the client, in the bot's public words around it.
func (t *turn) ask(cmd Command) {
	t.done(Deed{Who: display(cmd.Actor), Verb: Ask, Reason: cmd.Reason})
	t.show()
	t.say(TellClient{Topic: ToldQuestion, Reason: cmd.Reason})
	t.news(TellEngineers{Topic: NewsAsked, By: display(cmd.Actor), Text: cmd.Reason})
	t.audit("client asked: " + cmd.Reason)
}

// holdOn keeps an open proposal's windows free for another term, or keeps a
// confirmed request from starting.
func (t *turn) holdOn(cmd Command) {
	by := display(cmd.Actor)
	if t.c.State == Confirmed {
		if t.c.Stopped != nil {
			t.refuse(cmd, Whisper{Why: WhyNothingToSay})
			return
		}
		t.done(Deed{Who: by, Verb: Hold, Reason: cmd.Reason})
		t.stop(Stopped{By: by, At: t.now})
		return
	}
	if t.rejudged() {
		return
	}
	t.done(Deed{Who: by, Verb: Hold})
	t.hold()
	t.show()
	t.news(TellEngineers{Topic: NewsHeld, By: by})
	t.audit("windows held again")
}

// letGo is the other half of holdOn and of mute: holds are freed, a stopped start
// is let go, a ticket that a person had is the bot's again.
func (t *turn) letGo(cmd Command) {
	by := display(cmd.Actor)
	switch t.c.State {
	case Proposed:
		t.release()
		t.done(Deed{Who: by, Verb: Release})
		t.show()
		t.news(TellEngineers{Topic: NewsReleased, By: by})
		t.audit("holds released")
	case Confirmed:
		t.resume(cmd)
	default:
		t.takeBack(cmd)
	}
}

// resume lets a stopped request start after all.
func (t *turn) resume(cmd Command) {
	if t.c.Stopped == nil {
		t.refuse(cmd, Whisper{Why: WhyNothingToSay})
		return
	}
	if !t.vouch(cmd) {
		return
	}
	b := t.c.Booked
	if due(b.Window.Start, t.now) {
		t.startNow(cmd)
		return
	}
	t.done(Deed{Who: display(cmd.Actor), Verb: Release})
	for _, f := range t.c.Stopped.Findings {
		b.Waived = append(b.Waived, hashOf(f))
	}
	t.c.Stopped = nil
	t.renew(RenewedByDecision)
	t.show()
	t.news(TellEngineers{Topic: NewsResumed, By: display(cmd.Actor)})
	t.audit("start released")
}

// takeBack makes a ticket the bot's again, or for the first time: a command that
// names a ticket is how one from before the bot's first start is taken up.
func (t *turn) takeBack(cmd Command) {
	if t.gone() {
		t.refuse(cmd, Whisper{Why: WhyTicketGone})
		return
	}
	if b := t.c.Booked; b != nil { // kept for whoever had the ticket
		t.d.Unbook = append(t.d.Unbook, t.bookingID(b.Label))
	}
	t.c.Muted, t.c.Stuck = false, 0
	t.c.Booked, t.c.Run, t.c.Stopped = nil, nil, nil
	if t.c.State != Silent {
		t.reach(heard{settled: true, again: true})
	} else if t.takeUp(); t.c.State == Silent {
		t.refuse(cmd, Whisper{Why: WhyNoRequest})
		return
	}
	t.done(Deed{Who: display(cmd.Actor), Verb: Release})
	t.news(TellEngineers{Topic: NewsTakenUp, By: display(cmd.Actor)})
}

// cancelRequest withdraws the request in the engineers' name.
func (t *turn) cancelRequest(cmd Command) {
	running := t.c.State == Running
	if running && t.c.Run.Swapped {
		t.refuse(cmd, Whisper{Why: WhySwapped})
		return
	}
	if running && t.c.Run.Wish != WishProceed { // a second click, or it is taken back anyway
		t.refuse(cmd, Whisper{Why: WhyNothingToSay})
		return
	}
	by := display(cmd.Actor)
	quiet := t.c.State == HandedOver
	t.done(Deed{Who: by, Verb: CancelRequest, Reason: cmd.Reason})
	t.cancel()
	t.news(TellEngineers{Topic: NewsCancelled, By: by, Text: cmd.Reason})
	t.audit("cancelled: " + cmd.Reason)
	if t.c.State == Cancelled && !quiet {
		t.say(TellClient{Topic: ToldCancelled, By: "engineers", Reason: cmd.Reason})
	}
}

// mute leaves the ticket to a person.
func (t *turn) mute(cmd Command) {
	t.done(Deed{Who: display(cmd.Actor), Verb: Mute})
	if t.c.State == Confirmed {
		t.c.State = HandedOver // the window stays booked for whoever took over
		t.c.Stopped = nil
	}
	t.handOver(HandedByMute)
}
