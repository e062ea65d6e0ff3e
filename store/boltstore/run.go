package boltstore

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A runRow is a bot.Run with the length of its journal.
type runRow struct {
	bot.Run
	Records int `json:"records"`
}

// runOfTicket is a run's key among those of its ticket; those of no ticket are
// together too.
func runOfTicket(r bot.Run) []byte { return join(named(r.Ticket), []byte(r.ID)) }

func openKey(r runRow) []byte { return join(instant(r.Ordered), []byte(r.ID)) }

// run reads a run that has to be there.
func (t tx) run(id bot.RunID) (runRow, error) {
	r, ok, err := get[runRow](t.in(inRuns), []byte(id))
	if err == nil && !ok {
		err = refuse(bot.NotFound, "there is no run %q", id)
	}
	return r, err
}

// order starts a run; its id is the key that makes a second start impossible.
func (t tx) order(r bot.Run) error {
	if r.ID == "" || len(r.ID) > maxID {
		return refuse(bot.Invalid, "a run's id has %d bytes, allowed are 1 to %d", len(r.ID), maxID)
	}
	if t.in(inRuns).Get([]byte(r.ID)) != nil {
		return refuse(bot.Conflict, "run %s is ordered already", r.ID)
	}
	if r.State == "" {
		r.State = bot.RunPending
	}
	if err := t.in(inRunsTickets).Put(runOfTicket(r), nil); err != nil {
		return err
	}
	return t.keepRun(runRow{Run: r})
}

// keepRun writes a run, and its place among the open ones until it is settled.
func (t tx) keepRun(r runRow) error {
	if err := put(t.in(inRuns), []byte(r.ID), r); err != nil {
		return err
	}
	if r.Settled {
		return t.in(inRunsOpen).Delete(openKey(r))
	}
	return t.in(inRunsOpen).Put(openKey(r), nil)
}

func (t tx) wish(w bot.WishFor) error {
	r, err := t.run(w.Run)
	if err != nil {
		return err
	}
	r.Wish = w.Wish
	if w.Wish == bot.WishRetry || w.Wish == bot.WishRollBack {
		r.Settled = false
	}
	return t.keepRun(r)
}

func (t tx) settleRun(id bot.RunID) error {
	r, err := t.run(id)
	if err != nil {
		return err
	}
	r.Settled = true
	if err := t.unbook(bot.BookingOf(id)); err != nil {
		return err
	}
	return t.keepRun(r)
}

// Order starts a run that no conversation asks for; see bot.Runs.
func (s *Store) Order(ctx context.Context, r bot.Run, b bot.Booking, ledger uint64) error {
	return s.update(ctx, "order run "+string(r.ID), func(t tx) error {
		if err := t.checkLedger(ledger); err != nil {
			return err
		}
		if err := t.book(b); err != nil {
			return err
		}
		return t.order(r)
	})
}

// Run returns a run; see bot.Runs.
func (s *Store) Run(ctx context.Context, id bot.RunID) (r bot.Run, err error) {
	err = s.view(ctx, "read run "+string(id), func(t tx) error {
		row, err := t.run(id)
		r = row.Run
		return err
	})
	return r, err
}

// OpenRuns returns the runs that are not settled; see bot.Runs.
func (s *Store) OpenRuns(ctx context.Context) (open []bot.Run, err error) {
	err = s.view(ctx, "list runs", func(t tx) error {
		return t.in(inRunsOpen).ForEach(func(k, _ []byte) error {
			r, err := t.run(bot.RunID(k[8:]))
			open = append(open, r.Run)
			return err
		})
	})
	return open, err
}

// Claim gives out the next fencing token; see bot.Runs.
func (s *Store) Claim(ctx context.Context, id bot.RunID) (token uint64, err error) {
	err = s.update(ctx, "claim run "+string(id), func(t tx) error {
		r, err := t.run(id)
		if err != nil {
			return err
		}
		r.Token++
		token = r.Token
		return t.keepRun(r)
	})
	return token, err
}

// Append adds a record to a run's journal; see bot.Runs.
func (s *Store) Append(ctx context.Context, rec bot.RunRecord, state bot.RunState) error {
	return s.update(ctx, "append to journal of run "+string(rec.Run), func(t tx) error {
		r, err := t.run(rec.Run)
		if err != nil {
			return err
		}
		if rec.Token != r.Token {
			return refuse(bot.Conflict, "token %d is not the last one given, %d", rec.Token, r.Token)
		}
		if rec.Seq != r.Records+1 {
			return refuse(bot.Conflict, "record %d can't be added, the next is %d", rec.Seq, r.Records+1)
		}
		r.State, r.Records = state, rec.Seq
		if err := t.keepRun(r); err != nil {
			return err
		}
		return put(t.in(inJournal), join(named(rec.Run), number(uint64(rec.Seq))), rec)
	})
}

// Journal returns a run's records; see bot.Runs.
func (s *Store) Journal(ctx context.Context, id bot.RunID) (records []bot.RunRecord, err error) {
	err = s.view(ctx, "read journal of run "+string(id), func(t tx) error {
		records, err = list[bot.RunRecord](t.in(inJournal), named(id))
		return err
	})
	return records, err
}

// WishRun changes what people want of a run; see bot.Runs.
func (s *Store) WishRun(ctx context.Context, w bot.WishFor) error {
	return s.update(ctx, "wish for run "+string(w.Run), func(t tx) error { return t.wish(w) })
}

// SettleRun marks a run's last report as dealt with; see bot.Runs.
func (s *Store) SettleRun(ctx context.Context, id bot.RunID) error {
	return s.update(ctx, "settle run "+string(id), func(t tx) error { return t.settleRun(id) })
}

// Mark returns a named instant; see bot.Marks.
func (s *Store) Mark(ctx context.Context, name string) (at time.Time, err error) {
	err = s.view(ctx, "read mark "+name, func(t tx) error {
		if b := t.in(inMarks).Get([]byte(name)); b != nil {
			at = when(b)
		}
		return nil
	})
	return at, err
}

// SetMark sets a named instant; see bot.Marks.
func (s *Store) SetMark(ctx context.Context, name string, at time.Time) error {
	return s.update(ctx, "set mark "+name, func(t tx) error {
		return t.in(inMarks).Put([]byte(name), instant(at))
	})
}
