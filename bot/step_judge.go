package bot

import (
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// maxHolds is how many windows of one request are kept free at most.
const maxHolds = 2

// tenant finds the reporter's tenant; nil where there is no registry, or where
// the reporter fits none or several.
func (t *turn) tenant() *rules.Tenant {
	registry := t.f.World.Registry
	if registry == nil {
		return nil
	}
	if k := t.f.Ticket; k != nil {
		tenant, _ := registry.TenantOf(k.Organizations, k.Reporter.Email)
		return tenant
	}
	i := slices.IndexFunc(registry.Tenants, func(r rules.Tenant) bool { return r.Name == t.c.Tenant })
	if i < 0 {
		return nil
	}
	return &registry.Tenants[i]
}

// judge has the request judged as it stands.
func (t *turn) judge() rules.Verdict {
	w := t.f.World
	w.Tenant = t.tenant()
	return rules.Judge(t.c.Answers, w, t.now)
}

// judgeAlone judges a window that somebody proposes now for the request as it
// stands, and returns what speaks against it.
func (t *turn) judgeAlone(i rules.Interval) (feasible bool, against []rules.Finding) {
	w := t.f.World
	w.Tenant = t.tenant()
	proposed := ticket.Window{Start: i.Start, End: i.End, ProposedAt: t.now}
	judged, instant := rules.JudgeWindow(proposed, t.c.Verdict.Ask(), w, t.now)
	return judged.Feasible && len(instant) == 0, append(errorsIn(judged.Findings), instant...)
}

// reach judges the request again after a client's turn and goes to the state
// that follows.
func (t *turn) reach(h heard) {
	before, first := t.c, t.c.State == "" || t.c.State == Silent
	t.conclude(t.judge())
	reply := TellClient{Topic: ToldVerdict, Changed: h.changed, Unknown: h.unknown}
	if t.stands(before, h) {
		t.c.State = Confirmed
	} else {
		reply.Voided = t.void(before)
		t.enter()
	}
	switch {
	case t.clearer(before, h):
		t.c.Stuck = 0
	case t.stuck():
		t.handOver(HandedByStuck)
		return
	}
	t.audit("judged: " + string(t.c.Verdict.Outcome))
	t.show()
	t.card = t.card || t.c.State == Proposed
	t.say(reply)
	if !h.again {
		t.newsOfTurn(before, first, reply.Voided)
	}
}

// clearer reports whether a turn brought the request forward, or had nothing to
// bring forward.
func (t *turn) clearer(before Conversation, h heard) bool {
	return !before.Asking() || !t.c.Asking() || h.chosen || h.settled || errorCount(t.c.Verdict) < errorCount(before.Verdict)
}

// conclude takes a verdict over, with what hangs from it.
func (t *turn) conclude(v rules.Verdict) {
	foreign := t.c.Verdict.ForeignEnvironment
	t.c.Verdict = v
	t.c.Tenant = v.Tenant
	t.c.Versions = t.versions()
	t.offer("", v.Suggestions...)
	if v.ForeignEnvironment != "" && v.ForeignEnvironment != foreign {
		t.tell(RaiseAlert{Topic: AlertForeign, What: v.ForeignEnvironment, Who: display(t.c.Reporter)})
	}
}

// versions returns the schema versions of source and target.
func (t *turn) versions() (versions [2]string) {
	tenant := t.tenant()
	if tenant == nil {
		return versions
	}
	for i, name := range []string{t.c.Verdict.Source, t.c.Verdict.Target} {
		if env := tenant.Environment(name); env != nil {
			versions[i] = env.SchemaVersion
		}
	}
	return versions
}

// enter goes to the state that the verdict leads to.
func (t *turn) enter() {
	switch t.c.Verdict.Outcome {
	case rules.Ready, rules.Exception:
		t.c.State = Proposed
		t.renew(RenewedByClient)
		t.hold()
	case rules.Declined:
		t.c.State = Declined
		t.release()
		if t.c.Verdict.ForeignEnvironment == "" {
			t.move("declined") // a foreign name must not show in the ticket's state
		}
	case rules.NeedsInfo, rules.Reschedule:
		t.c.State = Collecting
		t.release()
		t.renew(RenewedByClient)
	case rules.Ignored:
		t.c.State = Silent
		t.release()
	}
}

// stands reports whether a confirmation outlives a client's turn: nothing of what
// was approved has changed, and no other window is wished.
func (t *turn) stands(before Conversation, h heard) bool {
	b := before.Booked
	return before.State == Confirmed && b != nil && !h.chosen && t.c.Hash(b.Label) == b.Hash &&
		!slices.Contains(h.changed, ticket.AskWindows)
}

// void takes back what was approved of a request that is another now, and
// reports whether there was anything.
func (t *turn) void(before Conversation) bool {
	t.c.Booked, t.c.Stopped = nil, nil
	t.c.Approvals = slices.DeleteFunc(t.c.Approvals, func(a Approval) bool { return t.c.Hash(a.Label) != a.Hash })
	if before.State == Confirmed {
		t.c.Approvals = nil
		t.d.Unbook = append(t.d.Unbook, t.bookingID(before.Booked.Label))
		return true
	}
	return len(t.c.Approvals) < len(before.Approvals)
}

// newsOfTurn tells the engineers what a client's turn changed for them.
func (t *turn) newsOfTurn(before Conversation, first, voided bool) {
	switch {
	case voided:
		t.news(TellEngineers{Topic: NewsVoided})
	case hasCode(t.c.Verdict.Findings, rules.TenantUnknown) && !hasCode(before.Verdict.Findings, rules.TenantUnknown):
		t.news(TellEngineers{Topic: NewsTenant})
	case first || !t.c.Carded:
	case t.c.State == Proposed:
		t.news(TellEngineers{Topic: NewsChanged})
	case before.State == Proposed:
		t.news(TellEngineers{Topic: NewsWaits})
	}
}

func hasCode(findings []rules.Finding, code rules.Code) bool {
	return slices.ContainsFunc(findings, func(f rules.Finding) bool { return f.Code == code })
}

// hold keeps the best windows free for the time that the engineers have: those
// that work as they stand before those that need approval.
func (t *turn) hold() {
	old := t.c.Holds
	t.c.Holds = nil
	deadline := t.after(t.f.World.Policy.Hold, t.now)
	for _, label := range t.holdable() {
		w, _ := t.c.Window(label)
		until := w.Start.Add(-t.f.World.Policy.ConfirmBefore)
		if deadline.Before(until) {
			until = deadline
		}
		if !until.After(t.now) {
			continue
		}
		t.c.Holds = append(t.c.Holds, Held{Label: label, Until: until})
		t.book(label, until)
	}
	t.unhold(old)
}

// holdable returns the labels of the windows to be held, best first.
func (t *turn) holdable() []string {
	var plain, extra []string
	for i, w := range t.c.Verdict.Windows {
		switch {
		case i >= len(t.c.Labels) || !w.Feasible:
		case w.NeedsApproval:
			extra = append(extra, t.c.Labels[i])
		default:
			plain = append(plain, t.c.Labels[i])
		}
	}
	all := append(plain, extra...)
	return all[:min(len(all), maxHolds)]
}

// release lets go of every hold.
func (t *turn) release() {
	old := t.c.Holds
	t.c.Holds = nil
	t.unhold(old)
	if b := t.c.Booked; b != nil && (t.c.State == Cancelled || t.c.State == Lapsed || t.c.State == Done) {
		t.d.Unbook = append(t.d.Unbook, t.bookingID(b.Label))
	}
}

// unhold takes the bookings of holds away that are not held any more.
func (t *turn) unhold(old []Held) {
	for _, was := range old {
		held := slices.ContainsFunc(t.c.Holds, func(h Held) bool { return h.Label == was.Label })
		if booked := t.c.Booked != nil && t.c.Booked.Label == was.Label; !held && !booked {
			t.d.Unbook = append(t.d.Unbook, t.bookingID(was.Label))
		}
	}
}

// book takes a window: as a hold up to an instant, or for good where until is
// zero.
func (t *turn) book(label string, until time.Time) {
	w, _ := t.c.Window(label)
	id := t.bookingID(label)
	t.d.Unbook = slices.DeleteFunc(t.d.Unbook, func(u string) bool { return u == id })
	t.d.Book = append(t.d.Book, Booking{
		ID: id, Ticket: t.c.Key, Held: !until.IsZero(), Until: until,
		Booking: rules.Booking{Interval: w.Interval, Environments: t.c.Verdict.Ask().Environments, Held: !until.IsZero()},
	})
}

func (t *turn) bookingID(label string) string { return string(t.c.Key) + "/" + label }

// after returns the instant that lies a notice after another.
func (t *turn) after(n rules.Notice, from time.Time) time.Time {
	if n.BusinessDays == 0 {
		return from.Add(n.Plain)
	}
	p := t.f.World.Policy
	at := t.f.World.Calendar.Earliest(from, n.BusinessDays, calendar.Desk{Weekdays: p.Weekdays, Regions: p.DeskRegions})
	if at.IsZero() { // a desk that never works: plain days are better than never
		at = from.Add(time.Duration(n.BusinessDays) * 24 * time.Hour)
	}
	return at
}
