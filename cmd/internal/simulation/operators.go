package simulation

import (
	"io"
	"path/filepath"
	"time"

	"github.com/refreshbot/refreshbot/store/boltstore"
)

// operator is what somebody does who looks after the machine: takes a backup of the
// store while the process works, or sets the clock. A backup that knows half of a
// clone's journal can't undo the other half, which is left to people; these don't
// take one then.
func (p *play) operator() bool {
	if p.dice.chance(2) {
		return p.setClock()
	}
	store, ok := p.stage.App.Store.(brittle).Store.(*boltstore.Store)
	if open, err := store.OpenRuns(p.ctx); !ok || err != nil || len(open) > 0 {
		return false
	}
	now := p.stage.Clock.Now()
	_, err := boltstore.SaveBackup(p.backup(), true, now, func(to io.Writer) error {
		return store.Snapshot(p.ctx, func(int64) io.Writer { return to })
	})
	if err != nil {
		p.errs = append(p.errs, err)
		return false
	}
	p.saved, p.before = now, p.settled()
	p.story.tell("a backup is taken")
	return true
}

// restorable reports whether the backup may be put in place. It must not lose a
// clone, or that one was brought back: what became of a target since, only people can
// tell. Nor the end of a request: a ticket that is closed already is none of the
// bot's business.
func (p *play) restorable() bool {
	return !p.saved.IsZero() && !p.witness.AtWork() && p.settled() == p.before
}

// ends counts what has come to an end.
type ends struct{ made, undone, closed int } // clones, and tickets

func (p *play) settled() (n ends) {
	n.made, n.undone = p.witness.Copies()
	for _, t := range p.stage.Desk.Tickets() {
		if t.Closed {
			n.closed++
		}
	}
	return n
}

// restore puts the backup in the place of the store, with no process there.
func (p *play) restore() error {
	store := filepath.Join(p.folder, "refreshbot.db")
	_, err := boltstore.Restore(p.ctx, store, p.backup(), boltstore.Options{Clock: p.stage.Clock})
	p.book.Restored(p.saved, p.stage.Clock.Now())
	p.rewound = true
	p.story.tell("the backup of %s is restored", p.saved.Format(clockForm))
	return err
}

func (p *play) backup() string { return filepath.Join(p.folder, "backup.db") }

// setClock sets the clock back a little, as machines that have run ahead do, or
// forward, as those that slept.
func (p *play) setClock() bool {
	if p.stage.Clock.Now().Before(start.Add(time.Minute)) || !p.dice.fault(2, "clock set back") {
		return false
	}
	if p.dice.chance(4) {
		p.story.tell("clock set forward")
		p.pass(p.dice.upTo(3 * time.Hour))
		return true
	}
	was := p.stage.Clock.Now()
	p.stage.Clock.Add(-p.dice.upTo(ahead))
	p.book.SetBack(was, p.stage.Clock.Now())
	return true
}

// ahead is how far a machine's clock may have run ahead.
const ahead = 30 * time.Second
