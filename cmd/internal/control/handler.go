package control

import (
	"context"

	"github.com/refreshbot/refreshbot/bot"
)

// A Handler does what commands ask for. Errors keep their kind on the way.
type Handler interface {
	Records
	Keep
	// Plan tells, for people, what a run of the order would do and what is
	// missing for it. It changes nothing.
	Plan(ctx context.Context, o bot.RunOrder) (text string, err error)
	// Order starts a run with its booking, unless one of that id was there.
	Order(ctx context.Context, r bot.Run) error
	// Wish changes what people want of a run.
	Wish(ctx context.Context, w bot.WishFor) error
	// Report tells how far a run is.
	Report(ctx context.Context, id bot.RunID) (bot.RunReport, error)
	// Command puts an engineer's command into the inbox. The actor is whom the
	// system says the caller is.
	Command(ctx context.Context, e bot.Event) error
}

// The calls, each a POST of one JSON value that is answered with another.
const (
	callPlan    = "/plan"
	callOrder   = "/order"
	callWish    = "/wish"
	callReport  = "/report"
	callCommand = "/command"
)

// What either side reads of the other at most, in bytes. A question is small, an
// answer may list every request there ever was.
const (
	largestQuestion = 1 << 20
	largestAnswer   = 256 << 20
)

// nothing is the answer to a call that has none.
type nothing struct{}

// A fault is an error on its way.
type fault struct {
	Kind bot.Kind `json:"kind"`
	Text string   `json:"text"`
}
