package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// An Interval is the half-open span of time [Start, End), in UTC.
type Interval struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Overlaps reports whether i and o share an instant. Intervals that only touch
// do not.
func (i Interval) Overlaps(o Interval) bool {
	return i.Start.Before(o.End) && o.Start.Before(i.End)
}

// Length returns the time from start to end.
func (i Interval) Length() time.Duration { return i.End.Sub(i.Start) }

// An Outcome is what the verdict on a request comes to (policy, section 4).
type Outcome string

// The outcomes, in the order in which the first that fits is taken.
const (
	Ignored    Outcome = "ignored"    // not a request of these kinds: say nothing
	Declined   Outcome = "declined"   // on-premise, or another tenant's environment
	NeedsInfo  Outcome = "needs_info" // an answer has to be given, mended or confirmed
	Ready      Outcome = "ready"      // at least one window is feasible as it stands
	Exception  Outcome = "exception"  // feasible only with internal approval
	Reschedule Outcome = "reschedule" // no window is feasible
)

// A Window is a proposed window with what was found about it.
type Window struct {
	Interval                // zero where a doubt leaves it open
	Written       string    `json:"written"`     // the client's words; empty for a suggestion that was taken
	ProposedAt    time.Time `json:"proposed_at"` // UTC
	Feasible      bool      `json:"feasible"`    // every rule of section 3 holds, or only approval is missing
	NeedsApproval bool      `json:"needs_approval"`
	Findings      []Finding `json:"findings"`
}

// A Verdict is what the rules make of a request. Findings hang on their window
// or, where they are about the request, on the verdict.
type Verdict struct {
	Kind         ticket.Kind  `json:"kind"`
	Tenant       string       `json:"tenant"`         // empty where unknown
	Zone         string       `json:"zone,omitempty"` // the tenant's time zone by its IANA name; empty where unknown
	Source       string       `json:"source"`         // as the registry, or else the client, spells it; empty where not known
	Target       string       `json:"target"`         // the same
	Environments []string     `json:"environments"`   // of a schema update
	Windows      []Window     `json:"windows"`
	Preserve     ticket.YesNo `json:"preserve"`
	PointInTime  time.Time    `json:"point_in_time"` // zero where none was read
	Outcome      Outcome      `json:"outcome"`
	Findings     []Finding    `json:"findings"`

	// Suggestions are windows that satisfy every rule at once, given wherever a
	// window fell out or is missing. Where there are none, NoSuggestion says why.
	Suggestions  []Interval `json:"suggestions"`
	NoSuggestion *Obstacle  `json:"no_suggestion,omitempty"`

	// ForeignEnvironment is set where a name belongs to another tenant: the
	// client is told the same as for a name that nobody has, the engineers the
	// truth.
	ForeignEnvironment string `json:"foreign_environment,omitempty"`
}

// An Obstacle says why no window can be suggested up to an instant.
type Obstacle struct {
	Until  time.Time `json:"until"`  // the end of the horizon that was searched, UTC
	Reason Finding   `json:"reason"` // what stands in the way
}
