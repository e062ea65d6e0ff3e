package bot

import (
	"encoding/json"
	"time"

	"github.com/refreshbot/refreshbot/rules"
)

// A RunID names one run of the clone engine. It is a key: of two attempts to
// start a run of one id, the second changes nothing.
type RunID string

// A Run is one run of the clone engine, as it was ordered.
type Run struct {
	ID     RunID     `json:"id"`
	Ticket TicketKey `json:"ticket,omitempty"` // empty: ordered from the command line
	Order  RunOrder  `json:"order"`
	// Actor is on whose word it runs.
	Actor   Person    `json:"actor"`
	Ordered time.Time `json:"ordered"` // UTC
	State   RunState  `json:"state"`
	// Wish is what people want of the run now; the engine follows it at the next
	// task's end.
	Wish RunWish `json:"wish,omitempty"`
	// Token is the fencing token: every record that is appended carries it, and
	// one with an older token than the run's is refused.
	Token uint64 `json:"token"`
	// Settled is set once the last report of the run was dealt with.
	Settled bool `json:"settled"`
}

// A RunOrder is what is to be cloned.
type RunOrder struct {
	Source        string         `json:"source"` // environments, as the registry spells them
	Target        string         `json:"target"`
	PreserveUsers bool           `json:"preserve_users"`
	AsOf          time.Time      `json:"as_of,omitzero"` // zero: as it is at the start
	GoLive        bool           `json:"go_live"`        // the target may be production
	Window        rules.Interval `json:"window"`         // in which it may run; zero: any time
}

// BookingOf returns the id of the booking of a run that no conversation asks for.
func BookingOf(id RunID) string { return "run/" + string(id) }

// A RunState is how far a run is.
type RunState string

// The states of a run (interfaces, `refreshbot clone status`).
const (
	RunPending    RunState = "pending"
	RunRunning    RunState = "running"
	RunSucceeded  RunState = "succeeded"
	RunFailed     RunState = "failed" // stands still; the target is untouched or done, never between
	RunRolledBack RunState = "rolled_back"
)

// Over reports whether nothing more happens in the state by itself.
func (s RunState) Over() bool {
	return s == RunSucceeded || s == RunFailed || s == RunRolledBack
}

// A RunWish is what people want of a run.
type RunWish string

// The wishes.
const (
	WishProceed  RunWish = ""         // go on
	WishStop     RunWish = "stop"     // stop before the next task, undo what was done
	WishRetry    RunWish = "retry"    // try the failed task again
	WishRollBack RunWish = "rollback" // bring the parked database back
)

// A RunRecord is one line of a run's journal.
//
//	planned -> started(attempt) -> done(result) | failed | unknown -> decided
//
// Records are appended in the order of Seq, which counts from 1 without gaps.
type RunRecord struct {
	Run     RunID           `json:"run"`
	Seq     int             `json:"seq"`
	Token   uint64          `json:"token"`
	At      time.Time       `json:"at"`             // UTC
	Task    string          `json:"task,omitempty"` // the task's id; empty: about the run
	What    RecordKind      `json:"what"`
	Attempt int             `json:"attempt,omitempty"`
	Detail  string          `json:"detail,omitempty"` // for people
	Result  json.RawMessage `json:"result,omitempty"` // what later tasks and the report need
}

// A RecordKind is the kind of a journal record.
type RecordKind string

// The kinds of record.
const (
	RecordPlanned  RecordKind = "planned"
	RecordStarted  RecordKind = "started"
	RecordDone     RecordKind = "done"
	RecordSkipped  RecordKind = "skipped"
	RecordFailed   RecordKind = "failed"
	RecordUnknown  RecordKind = "unknown"
	RecordDecided  RecordKind = "decided"
	RecordUndone   RecordKind = "undone"   // a task's work was taken back
	RecordFinished RecordKind = "finished" // the run is over; Detail is the state
)

// A RunReport is news of a run: the state of every task after the journal's
// record Seq.
type RunReport struct {
	Run      RunID        `json:"run"`
	Seq      int          `json:"seq"`
	State    RunState     `json:"state"`
	Tasks    []TaskReport `json:"tasks"`              // all of them, sorted by number
	Finish   time.Time    `json:"finish,omitzero"`    // when it is expected to be over, UTC; zero: not known
	Problem  string       `json:"problem,omitempty"`  // why it stands still, for engineers
	Question string       `json:"question,omitempty"` // asked of a person: a task whose outcome can't be told
	Swapped  bool         `json:"swapped"`            // the point of no return is behind
	Facts    []string     `json:"facts,omitempty"`    // what was verified, a line each, for engineers
}

// A TaskReport is the state of one task.
type TaskReport struct {
	Number   int       `json:"number"` // 1 to 31
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	State    TaskState `json:"state"`
	Attempts int       `json:"attempts"`
	Started  time.Time `json:"started,omitzero"` // UTC
	Finished time.Time `json:"finished,omitzero"`
	Detail   string    `json:"detail"`
}

// A TaskState is the state of one task.
type TaskState string

// The states of a task.
const (
	TaskPending TaskState = "pending"
	TaskRunning TaskState = "running"
	TaskDone    TaskState = "done"
	TaskSkipped TaskState = "skipped"
	TaskFailed  TaskState = "failed"
	TaskUnknown TaskState = "unknown"
)
