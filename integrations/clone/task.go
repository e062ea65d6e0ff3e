package clone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/refreshbot/refreshbot/bot"
)

// A TaskID names a task for good: it is never renamed and never used again. It
// begins with the task's number; a letter behind it marks a part of that task.
type TaskID string

// A Class says what doing a task twice would be.
type Class string

// The classes.
const (
	ReadOnly   Class = "read-only"  // changes nothing
	Repeatable Class = "repeatable" // twice is the same as once
	Probed     Class = "probed"     // must not be done twice: Probe looks whether it was
)

// A Task is one step of a plan.
type Task struct {
	ID     TaskID
	Number int // which of the 31 it is, or is a part of
	Title  string
	Class  Class

	// Do does it. An error means that the task has failed, whatever was done of
	// it; Undo takes that back.
	Do func(context.Context, *Job) (Result, error)
	// Probe tells what became of a Do that was cut off. Required for, and only
	// for, the class Probed.
	Probe func(context.Context, *Job) (Finding, error)
	// Verify looks whether Do had its effect; nil where Do itself looked.
	Verify func(context.Context, *Job) error
	// Undo takes back what Do did or began, and may be repeated. Nil where there
	// is nothing to take back, or the undoing of an earlier task does it.
	Undo func(context.Context, *Job) error
	// CanUndo looks whether Undo could do its work, and says by an error of the
	// kind Denied that it never will. It is asked of the swap.
	CanUndo func(context.Context, *Job) error
}

// A Result is what a task leaves behind in the journal.
type Result struct {
	Detail  string // for people
	Data    any    // for later tasks: a struct that survives JSON, or nil
	Skipped bool   // there was nothing to do here
}

// A Finding is the answer of a probe. Neither Done nor Not: it can't be told,
// and the Question goes to a person.
type Finding struct {
	Done     bool
	Not      bool
	Result   Result // where Done
	Question string
}

// encode returns the result's data as JSON. Data that would not survive a
// restart is an error now and not then.
func (r Result) encode() (json.RawMessage, error) {
	if r.Data == nil {
		return nil, nil
	}
	text, err := json.Marshal(r.Data)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", r.Data, err)
	}
	back := reflect.New(reflect.TypeOf(r.Data))
	if err := json.Unmarshal(text, back.Interface()); err != nil {
		return nil, fmt.Errorf("decode %T again: %w", r.Data, err)
	}
	if !reflect.DeepEqual(back.Elem().Interface(), r.Data) {
		return nil, fmt.Errorf("%T does not survive JSON", r.Data)
	}
	return text, nil
}

// check reports what is wrong with the task itself.
func (t Task) check() error {
	var errs []error
	if t.ID == "" || t.Title == "" {
		errs = append(errs, errors.New("no id or no title"))
	}
	if t.Number < 1 || t.Number > Numbers {
		errs = append(errs, fmt.Errorf("number %d is not one of 1 to %d", t.Number, Numbers))
	}
	if t.Do == nil {
		errs = append(errs, errors.New("no Do"))
	}
	switch t.Class {
	case Probed:
		if t.Probe == nil {
			errs = append(errs, errors.New("class probed, and no Probe"))
		}
	case ReadOnly:
		if t.Undo != nil {
			errs = append(errs, errors.New("class read-only, and an Undo"))
		}
		fallthrough
	case Repeatable:
		if t.Probe != nil {
			errs = append(errs, fmt.Errorf("class %s, and a Probe", t.Class))
		}
	default:
		errs = append(errs, fmt.Errorf("class %q is unknown", t.Class))
	}
	if len(errs) > 0 {
		return fmt.Errorf("task %s: %w", t.ID, errors.Join(errs...))
	}
	return nil
}

// retryable reports whether a failure certainly had no effect, so that trying
// again is safe without a person.
func retryable(err error) bool {
	k := bot.KindOf(err)
	return k == bot.Unavailable || k == bot.RateLimited
}
