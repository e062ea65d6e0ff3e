package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Suggest returns up to n windows that satisfy every rule at once.
func Suggest(ask Ask, w World, now time.Time, n int) ([]Interval, *Obstacle) {
	return nil, nil
}

// Next returns the next n windows, soonest first.
func Next(w World, kind ticket.Kind, pit time.Time, now time.Time, n int) []Interval {
	return nil
}
