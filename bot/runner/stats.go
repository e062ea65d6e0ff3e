package runner

import (
	"sync/atomic"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// Stats is what a Runner has counted since it was made.
type Stats struct {
	Received    uint64 // events that came in
	Duplicates  uint64 // events that came in again and were dropped
	FoundByPoll uint64 // of those the poll brought: had news that no webhook brought
	Decisions   uint64 // commits that changed a conversation
	Conflicts   uint64 // steps that were taken again because somebody else was first
	PutOff      uint64 // events that could not be dealt with yet
	Panics      uint64 // of a step or an adapter

	Sent    uint64 // messages that the vendor took
	Found   uint64 // messages that turned out to have been sent before
	Retried uint64 // attempts that did not happen and are made again
	Unsure  uint64 // attempts whose outcome was not known
	Expired uint64 // messages that came too late
	Dead    uint64 // messages that were given up

	Tasks uint64 // steps of the clone engine that brought news

	MissedStarts    uint64 // windows that went by without a start
	MissedReminders uint64 // reminders that were not written, since their time was over

	DeskSeen  time.Time // last good answer of the help center, UTC; zero: none yet
	ChatSeen  time.Time // of Slack
	DeskTried time.Time // last answer of any kind, or none where one was awaited
	ChatTried time.Time
	Polled    time.Time // last good poll
	Began     time.Time // when the Runner was made
}

type counters struct {
	received, duplicates, foundByPoll, decisions, conflicts, putOff, panics atomic.Uint64
	sent, found, retried, unsure, expired, dead, tasks                      atomic.Uint64
	missedStarts, missedReminders                                           atomic.Uint64
	deskSeen, chatSeen                                                      contact
	polled                                                                  atomic.Int64 // ns since 1970
}

// Stats returns what was counted so far.
func (r *Runner) Stats() Stats {
	c := &r.count
	return Stats{
		Received: c.received.Load(), Duplicates: c.duplicates.Load(), FoundByPoll: c.foundByPoll.Load(),
		Decisions: c.decisions.Load(), Conflicts: c.conflicts.Load(), PutOff: c.putOff.Load(), Panics: c.panics.Load(),
		Sent: c.sent.Load(), Found: c.found.Load(), Retried: c.retried.Load(), Unsure: c.unsure.Load(),
		Expired: c.expired.Load(), Dead: c.dead.Load(), Tasks: c.tasks.Load(),
		MissedStarts: c.missedStarts.Load(), MissedReminders: c.missedReminders.Load(),
		DeskSeen: instant(&c.deskSeen.seen), ChatSeen: instant(&c.chatSeen.seen),
		DeskTried: instant(&c.deskSeen.tried), ChatTried: instant(&c.chatSeen.tried),
		Polled: instant(&c.polled), Began: r.began,
	}
}

func instant(ns *atomic.Int64) time.Time {
	if ns.Load() == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns.Load()).UTC()
}

// A contact is when a vendor was called last, and when it gave a good answer.
type contact struct{ tried, seen atomic.Int64 } // ns since 1970

// heard notes how a vendor answered; to refuse what it was asked is a good answer
// too.
func (r *Runner) heard(c *contact, err error) {
	now := r.Clock.Now().UnixNano()
	c.tried.Store(now)
	if err == nil || bot.KindOf(err) == bot.NotFound || bot.KindOf(err) == bot.Conflict {
		c.seen.Store(now)
	}
}

// ended counts how an attempt to send ended.
func (c *counters) ended(kind bot.MessageKind, state bot.DeliveryState) {
	switch state {
	case bot.Delivered:
		c.sent.Add(1)
	case bot.Waiting:
		c.retried.Add(1)
	case bot.Unsure:
		c.unsure.Add(1)
	case bot.Expired:
		c.expired.Add(1)
		if kind == bot.TicketReply { // of what clients read only reminders come to be of no use
			c.missedReminders.Add(1)
		}
	case bot.Dead:
		c.dead.Add(1)
	}
}
