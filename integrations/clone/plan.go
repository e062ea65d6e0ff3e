package clone

import (
	"errors"
	"fmt"
)

// Numbers is how many numbers the tasks have in the published list.
const Numbers = 31

// Version is the version of the plan that NewPlan lays. A run is finished with
// the plan that it began with.
const Version = 1

// Ids that the engine itself has to know.
const (
	swapTask    TaskID = "05-drop-database" // the point of no return
	copyTask    TaskID = "08-copy-database"
	captureTask TaskID = "07a-capture-kept-rows"
	stockTask   TaskID = "01a-take-stock"
	verifyTask  TaskID = "05a-verify"
)

// A Plan is the tasks in the order in which they are done. The numbers are
// labels: the published list drops the target before it copies, this one does
// not.
type Plan struct {
	version int
	tasks   []Task
	index   map[TaskID]int
}

// NewPlan lays the plan of a refresh.
func NewPlan() (*Plan, error) {
	return newPlan(Version, refreshTasks())
}

// newPlan checks the tasks: every number is there, no id twice, each task whole
// in itself, and the swap among them.
func newPlan(version int, tasks []Task) (*Plan, error) {
	p := &Plan{version: version, tasks: tasks, index: map[TaskID]int{}}
	var errs []error
	numbers := map[int]bool{}
	for i, t := range tasks {
		if err := t.check(); err != nil {
			errs = append(errs, err)
		}
		if _, ok := p.index[t.ID]; ok {
			errs = append(errs, fmt.Errorf("task %s is there twice", t.ID))
		}
		p.index[t.ID] = i
		numbers[t.Number] = true
	}
	for n := 1; n <= Numbers; n++ {
		if !numbers[n] {
			errs = append(errs, fmt.Errorf("no task has the number %d", n))
		}
	}
	if _, ok := p.index[swapTask]; !ok {
		errs = append(errs, fmt.Errorf("no task %s", swapTask))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("lay plan %d: %w", version, errors.Join(errs...))
	}
	return p, nil
}

// Version returns the plan's version.
func (p *Plan) Version() int { return p.version }

// Tasks returns the tasks in the order in which they are done.
func (p *Plan) Tasks() []Task { return append([]Task(nil), p.tasks...) }

// Task returns the task of an id.
func (p *Plan) Task(id TaskID) (Task, bool) {
	i, ok := p.index[id]
	if !ok {
		return Task{}, false
	}
	return p.tasks[i], true
}

// beforeSwap reports whether a task comes before the point of no return or is
// it.
func (p *Plan) beforeSwap(id TaskID) bool { return p.index[id] <= p.index[swapTask] }

// parts returns the tasks of a number, in order; the last one without a letter
// behind its number gives the number its name.
func (p *Plan) parts(number int) []Task {
	var parts []Task
	for _, t := range p.tasks {
		if t.Number == number {
			parts = append(parts, t)
		}
	}
	return parts
}

// main reports whether the task is one of the 31 and not a part of one.
func (t Task) main() bool { return len(t.ID) > 2 && t.ID[2] == '-' }
