package boltstore

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// bookingsKept is how long a booking that is over stays, for nobody's sake but
// that of a clock that is set back.
const bookingsKept = 24 * time.Hour

// checkLedger refuses a decision that rests on bookings which have changed.
func (t tx) checkLedger(ledger uint64) error {
	if is := t.in(inBookings).Sequence(); is != ledger {
		return refuse(bot.Conflict, "bookings changed: decided on ledger %d, it is %d", ledger, is)
	}
	return nil
}

func endKey(b bot.Booking) []byte { return join(instant(b.End), []byte(b.ID)) }

// book puts a booking; one that stands so already does not change the ledger.
func (t tx) book(b bot.Booking) error {
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if bytes.Equal(t.in(inBookings).Get([]byte(b.ID)), data) {
		return nil
	}
	if err := t.unbook(b.ID); err != nil {
		return err
	}
	if err := t.in(inBookings).Put([]byte(b.ID), data); err != nil {
		return err
	}
	if err := t.in(inBookingsEnd).Put(endKey(b), nil); err != nil {
		return err
	}
	return t.turnLedger()
}

// unbook takes a booking away; one that is not there is none to take.
func (t tx) unbook(id string) error {
	b, ok, err := get[bot.Booking](t.in(inBookings), []byte(id))
	if err != nil || !ok {
		return err
	}
	if err := t.in(inBookings).Delete([]byte(id)); err != nil {
		return err
	}
	if err := t.in(inBookingsEnd).Delete(endKey(b)); err != nil {
		return err
	}
	return t.turnLedger()
}

func (t tx) turnLedger() error {
	_, err := t.in(inBookings).NextSequence()
	return err
}

// clearBookings takes away what was over long ago, so that reading what is taken
// costs the same for ever.
func (t tx) clearBookings(now time.Time) error {
	old := instant(now.Add(-bookingsKept))
	for {
		k, _ := t.in(inBookingsEnd).Cursor().First()
		if k == nil || bytes.Compare(k[:8], old) >= 0 {
			return nil
		}
		if err := t.unbook(string(k[8:])); err != nil {
			return err
		}
	}
}
