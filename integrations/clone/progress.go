package clone

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A course is the way a run goes.
type course string

const (
	forward course = "forward"
	back    course = "back" // what was done is undone, last task first
)

// progress is what a journal says of a run. It is built by applying the records
// one after the other and by nothing else, so that what the engine knows while
// it works is what it would know after a restart.
type progress struct {
	plan *Plan

	seq     int
	version int // of the plan; 0: not planned yet
	course  course
	end     bot.RunState // on the way back: what the run will be
	why     string       // why it turned, or why it stands still
	over    bool
	state   bot.RunState
	swapped bool
	// overtime allows the run to end after its window.
	overtime bool
	tasks    map[TaskID]*taskProgress
}

// taskProgress is what a journal says of one task.
type taskProgress struct {
	state    bot.TaskState
	attempts int // since the last decision
	total    int // ever
	undoings int // failed ones since the last decision
	touched  bool
	started  time.Time
	finished time.Time
	detail   string
	result   json.RawMessage
	failure  failure
}

// A laying is the result of a planned record.
type laying struct {
	Version int `json:"version"`
}

// A decision is the result of a decided record about the whole run.
type decision struct {
	Course course       `json:"course"`
	End    bot.RunState `json:"end,omitempty"`
	Afresh bool         `json:"afresh,omitempty"` // every task from the start
	// Overtime lets the run go on after its window.
	Overtime bool `json:"overtime,omitempty"`
}

// check reports what is wrong with a decision as it was read.
func (d decision) check() error {
	switch {
	case d.Course == forward:
		return nil
	case d.Course != back:
		return fmt.Errorf("%q is no course", d.Course)
	case !d.End.Over():
		return fmt.Errorf("the way back leads to %q, which is no end", d.End)
	}
	return nil
}

// A failure is the result of a failed record.
type failure struct {
	Retryable bool `json:"retryable,omitempty"`
	Undoing   bool `json:"undoing,omitempty"` // it was the undoing that failed
	// Late: the window ended while the task was at work.
	Late bool `json:"late,omitempty"`
}

func newProgress(plan *Plan) *progress {
	p := &progress{plan: plan, course: forward, state: bot.RunPending}
	p.reset()
	return p
}

func (p *progress) reset() {
	p.tasks = map[TaskID]*taskProgress{}
	for _, t := range p.plan.tasks {
		p.tasks[t.ID] = &taskProgress{state: bot.TaskPending}
	}
}

// result returns what a task left behind, or nil.
func (p *progress) result(id TaskID) json.RawMessage {
	if t, ok := p.tasks[id]; ok {
		return t.result
	}
	return nil
}

// replay returns what the records say. One that is missing, or says what no engine
// writes, is an error: to go on from a guess could do something twice.
func replay(plan *Plan, records []bot.RunRecord) (*progress, error) {
	p := newProgress(plan)
	for i, r := range records {
		if r.Seq != i+1 {
			return nil, fmt.Errorf("replay record %d of run %s: it stands in place %d", r.Seq, r.Run, i+1)
		}
		if err := p.apply(r); err != nil {
			return nil, fmt.Errorf("replay record %d of run %s: %w", r.Seq, r.Run, err)
		}
	}
	return p, nil
}

func (p *progress) apply(r bot.RunRecord) error {
	p.seq = r.Seq
	if r.Task == "" {
		return p.applyToRun(r)
	}
	t, ok := p.tasks[TaskID(r.Task)]
	if !ok {
		return fmt.Errorf("task %s is not in plan %d", r.Task, p.plan.version)
	}
	p.state, p.over = bot.RunRunning, false
	if err := t.apply(r); err != nil {
		return err
	}
	if TaskID(r.Task) == swapTask {
		p.swapped = t.state == bot.TaskDone
	}
	return nil
}

func (p *progress) applyToRun(r bot.RunRecord) error {
	switch r.What {
	case bot.RecordPlanned:
		var l laying
		if err := json.Unmarshal(r.Result, &l); err != nil {
			return fmt.Errorf("read the plan's version: %w", err)
		}
		if l.Version < 1 {
			return fmt.Errorf("read the plan's version: it is %d", l.Version)
		}
		p.version, p.state = l.Version, bot.RunRunning
	case bot.RecordDecided:
		var d decision
		if err := json.Unmarshal(r.Result, &d); err != nil {
			return fmt.Errorf("read decision: %w", err)
		}
		if err := d.check(); err != nil {
			return fmt.Errorf("read decision: %w", err)
		}
		p.turn(d, r.Detail)
	case bot.RecordFinished:
		return p.finish(r)
	default:
		return fmt.Errorf("a record %q of no task", r.What)
	}
	return nil
}

// finish takes the record that a run is over.
func (p *progress) finish(r bot.RunRecord) error {
	p.over, p.state = true, bot.RunState(r.Detail)
	if !p.state.Over() {
		return fmt.Errorf("read how the run is over: %q is no end", r.Detail)
	}
	if p.state == bot.RunSucceeded {
		p.why = "" // of the way there
	}
	if len(r.Result) > 0 {
		if err := json.Unmarshal(r.Result, &p.why); err != nil {
			return fmt.Errorf("read why the run is over: %w", err)
		}
	}
	return nil
}

// turn changes the run's course.
func (p *progress) turn(d decision, why string) {
	p.course, p.end, p.why = d.Course, d.End, why
	p.overtime = p.overtime || d.Overtime
	p.over, p.state = false, bot.RunRunning
	if d.Afresh {
		p.reset()
		return
	}
	for _, t := range p.tasks {
		t.attempts, t.undoings = 0, 0
		if t.state == bot.TaskFailed && d.Course == forward {
			t.state = bot.TaskPending
		}
	}
}

func (t *taskProgress) apply(r bot.RunRecord) error {
	switch r.What {
	case bot.RecordStarted:
		t.attempts++
		t.total++
		t.state, t.touched, t.detail = bot.TaskRunning, true, ""
		t.started, t.finished = r.At, time.Time{}
	case bot.RecordDone, bot.RecordSkipped:
		t.state, t.finished = bot.TaskDone, r.At
		if r.What == bot.RecordSkipped {
			t.state = bot.TaskSkipped
		}
		t.detail, t.result = r.Detail, r.Result
	case bot.RecordFailed:
		return t.fail(r)
	case bot.RecordUnknown:
		t.state, t.detail = bot.TaskUnknown, r.Detail
	case bot.RecordDecided:
		t.state, t.detail = bot.TaskPending, r.Detail
	case bot.RecordUndone:
		t.state, t.touched = bot.TaskPending, false
		t.detail, t.finished = r.Detail, r.At
	default:
		return fmt.Errorf("a record %q of task %s", r.What, r.Task)
	}
	return nil
}

func (t *taskProgress) fail(r bot.RunRecord) error {
	t.failure = failure{}
	if len(r.Result) > 0 {
		if err := json.Unmarshal(r.Result, &t.failure); err != nil {
			return fmt.Errorf("read failure of task %s: %w", r.Task, err)
		}
	}
	t.detail, t.finished = r.Detail, r.At
	if t.failure.Undoing {
		t.undoings++
		return nil
	}
	t.state = bot.TaskFailed
	return nil
}
