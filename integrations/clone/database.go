package clone

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A Database is the driver of one kind of database. For the time of a run there
// are up to four databases: the source, which is only ever read; the target; the
// new one, built beside the target; and after the swap the old one, parked.
//
// Errors name the database. Unavailable: nothing was done, and later it may
// work, as with one that is locked. Denied: a guard refuses.
type Database interface {
	Surveyor
	Builder
	Editor
	Swapper
}

// A Site names the databases of a run.
type Site struct {
	Run    bot.RunID
	Source string // as configured: "sqlite:PATH"
	Target string
}

// A Surveyor looks at databases and changes nothing.
type Surveyor interface {
	// Survey looks at source and target. It refuses (Denied, Unavailable or
	// NotFound) what can't be a source or a target, and a source that is the
	// target by the system's identity, whatever the names.
	Survey(ctx context.Context, s Site) (Survey, error)
	// Busy returns the names of the jobs that run in the target at an instant.
	Busy(ctx context.Context, s Site, jobs profile.Jobs, now time.Time) ([]string, error)
	// Serving returns the identity of what stands under the target's name.
	Serving(ctx context.Context, s Site) (Identity, error)
}

// An Identity names a database by what the system knows it by, not by its name.
type Identity string

// A Survey is what there is to be cloned and replaced.
type Survey struct {
	Source, Target Facts
	Free           int64    // bytes on the target's disk; below zero: not known
	Rate           int64    // bytes of the source that are usually copied in a second, indexes included
	Notes          []string // what should be otherwise and stops nothing, a line each
}

// Facts are what a survey finds of one database.
type Facts struct {
	Identity Identity
	Bytes    int64
	Tables   []Table // sorted by name
	Loose    []Table // values that stand in no table of the client's, such as large objects
}

// A Table is one table of a database.
type Table struct {
	Name    string
	Rows    int64
	Columns []Column
}

// A Column is one column of a table.
type Column struct {
	Name      string
	Length    int  // declared, in characters; 0: as long as you like
	Addresses bool // e-mail addresses were found in a sample of it
}

// A Builder builds the new database beside the target.
type Builder interface {
	// Create makes the new database, empty. One of the same run is made again.
	Create(ctx context.Context, s Site) error
	// Adopt lets those use the new database who may use the target.
	Adopt(ctx context.Context, s Site) error
	// Capture keeps rows of the target aside, all as they are at one instant,
	// and proves them.
	Capture(ctx context.Context, s Site, k Keep) ([]Proof, error)
	// Copy fills the new database from the source, in one read transaction,
	// masking on the way. What was filled before is filled again.
	Copy(ctx context.Context, s Site, r Recipe) (Copied, error)
	// Discard removes the new database and what was kept aside.
	Discard(ctx context.Context, s Site) error
}

// Keep says which rows of the target are kept aside.
type Keep struct {
	Tables []string       // whole
	Users  *profile.Users // nil: the schema has none
	Only   []string       // login keys: of the users' table just these; empty: none but what Tables says
	Except map[string][]string
}

// A Proof is what the rows of a table can be held against: how many there are,
// and a checksum that does not depend on their order.
type Proof struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Sum   string `json:"sum"`
}

// A Recipe says how the new database is made from the source.
type Recipe struct {
	Tables    []Outcome
	Loose     []Outcome // of values that stand in no table; one that is not there is copied as it is
	Domain    string    // of masked addresses
	Key       []byte    // of the suffixes of masked addresses
	Users     *profile.Users
	Protected []string // login keys whose kept address and credentials are laid over
}

// An Outcome is what becomes of one table.
type Outcome struct {
	Table   string       `json:"table"`
	Role    profile.Role `json:"role,omitempty"`
	Fate    Fate         `json:"fate"`
	Rows    int64        `json:"rows"` // of the source; where rows are kept, of the target
	Columns []string     `json:"columns"`

	Masks   []ColumnMask `json:"masks,omitempty"`
	Ignored []string     `json:"ignored,omitempty"` // what looks like an address there is none
	Set     []string     `json:"set,omitempty"`     // changed by later tasks: no part of any proof
}

// A Fate is what becomes of a table's rows.
type Fate string

// The fates.
const (
	FateCopied  Fate = "copied"
	FateMasked  Fate = "masked"  // copied, with addresses masked
	FateKept    Fate = "kept"    // the target's own; the source's never land
	FateMerged  Fate = "merged"  // kept, under the source's ids: the security list
	FateEmptied Fate = "emptied" // without rows, but for what tasks make
)

// A ColumnMask is a column whose addresses are masked.
type ColumnMask struct {
	Column string       `json:"column"`
	Kind   profile.Kind `json:"kind"`
	Length int          `json:"length,omitempty"` // characters; 0: as long as you like
}

// Copied is what came of the copy.
type Copied struct {
	Proofs []Proof // of the tables that are copied, masked or merged, from the source's snapshot
	Rows   int64
	Masked int64 // values that changed
}

// An Editor works on the new database once it is filled.
type Editor interface {
	// Apply runs statements in one transaction and returns how many rows each
	// changed. Tables without a schema are the new database's; those of the
	// schema "kept" are what was kept aside.
	Apply(ctx context.Context, s Site, statements []Statement) ([]int64, error)
	// Rows returns columns of a table, sorted.
	Rows(ctx context.Context, s Site, q Query) ([][]string, error)
	// Verify holds the new database against what it should be, and returns what
	// it looked at and every difference, such as an address outside the domain in
	// a table that was copied. No difference is ever an error.
	Verify(ctx context.Context, s Site, e Expectation) (Verdict, error)
}

// A Statement is plain SQL that every driver understands, with "?" for its
// arguments. Yes and no are the arguments 1 and 0, whatever the column's type.
type Statement struct {
	SQL  string
	Args []any
}

// A Query asks for columns of a table; NULL is "", yes and no are "1" and "0".
type Query struct {
	Table   string
	Columns []string
	Where   string // a column: rows where it is not 1 are left out; empty: all
	Served  bool   // of what stands under the target's name, not of the new database
}

// An Expectation is what the new database is held against.
type Expectation struct {
	Recipe  Recipe
	Copied  []Proof             // by Copy
	Kept    []Proof             // by Capture
	Made    map[string]int64    // rows that tasks made
	Secrets map[string][]string // columns of the source that must be nowhere
}

// A Verdict is what a verification found.
type Verdict struct {
	Facts       []string // what was looked at, a line each
	Differences []string // empty: everything is as it should be
	Identity    Identity // of the new database
}

// Fact notes what was looked at.
func (v *Verdict) Fact(format string, args ...any) {
	v.Facts = append(v.Facts, fmt.Sprintf(format, args...))
}

// Differs notes what is not as it should be.
func (v *Verdict) Differs(format string, args ...any) {
	v.Differences = append(v.Differences, fmt.Sprintf(format, args...))
}

// Addresses notes where addresses outside a domain were found, of so many values
// that were looked at.
func (v *Verdict) Addresses(domain string, looked int64, outside []string) {
	if len(outside) > 0 {
		v.Differs("addresses outside %s in %s", domain, strings.Join(outside, ", "))
		return
	}
	v.Fact("%d values looked at, every address is under %s", looked, domain)
}

// A Swapper puts the new database into the target's place, and the old one back.
type Swapper interface {
	// Close shuts every session out of the target and returns a proof of all
	// that is in it.
	Close(ctx context.Context, s Site) (Proof, error)
	// Swap shuts sessions out, looks whether the kept rows of the target are
	// what was captured, and puts the new database into the target's place. An
	// error leaves the target as it was.
	Swap(ctx context.Context, s Site, w Swap) error
	// Restore brings the parked database back. Nothing happens where none is and
	// the target is the old one. NotFound: it was swept.
	Restore(ctx context.Context, s Site, old Identity) error
	// Parked reports whether the old database is there to be brought back, or was
	// never away.
	Parked(ctx context.Context, s Site, old Identity) (bool, error)
	// Sweep removes databases that were parked beside the target before an
	// instant, and returns their names.
	Sweep(ctx context.Context, target string, before time.Time) ([]string, error)
}

// A Swap is what has to hold for one.
type Swap struct {
	Old, New Identity
	At       time.Time // UTC; from when retention counts
	Kept     []Proof   // of the target's rows, by Capture
	Keep     Keep      // which those are
	Whole    *Proof    // by Close: nothing was written since; nil: not looked at
}
