package clone

import (
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// attempts is how often a task, or an undoing, is tried before a person has to
// look.
const attempts = 3

// A move is what is to be done next for a run.
type move struct {
	kind     moveKind
	task     Task         // begin, look, undo
	decision decision     // turn
	state    bot.RunState // finish
	why      string
}

type moveKind string

const (
	stand  moveKind = "stand"  // nothing: the run is over, or waits for a person
	lay    moveKind = "lay"    // write the plan down
	begin  moveKind = "begin"  // do a task
	look   moveKind = "look"   // find out what became of one
	again  moveKind = "again"  // a person decided that a task was not done
	undo   moveKind = "undo"   // take a task's work back
	turn   moveKind = "turn"   // change course
	finish moveKind = "finish" // the run is over
)

// A moment is what a move depends on beside the journal.
type moment struct {
	wish bot.RunWish
	now  time.Time
	end  time.Time // of the window; zero: none
	left time.Duration
}

// next decides what is to be done. It is a pure function of the journal and the
// moment, so that two engines that read the same decide the same.
func next(p *progress, m moment) move {
	if p.version == 0 {
		return move{kind: lay}
	}
	if mv, ok := heed(p, m); ok {
		return mv
	}
	switch {
	case p.over:
		return move{kind: stand}
	case p.course == back:
		return retreat(p)
	}
	return advance(p, m)
}

// heed follows a wish where it changes the run's course.
func heed(p *progress, m moment) (move, bool) {
	w := m.wish
	if p.over && p.state == bot.RunRolledBack || p.over && p.state == bot.RunFailed && w == bot.WishStop {
		return move{}, false
	}
	switch {
	case w == bot.WishRetry:
		return retry(p, m)
	case w == bot.WishRollBack && (p.end != bot.RunRolledBack || p.over), // over: that failed
		w == bot.WishStop && p.course == forward && !p.swapped && !p.over:
		d := decision{Course: back, End: bot.RunRolledBack}
		return move{kind: turn, decision: d, why: "a person asked for " + string(w)}, true
	}
	return move{}, false
}

// retry starts what stands still again: from the first task where everything was
// undone, else where it stopped. Who wants that after the window has ended wants it
// for as long as it takes.
func retry(p *progress, m moment) (move, bool) {
	if t, ok := p.find(bot.TaskUnknown); ok && !p.over {
		return move{kind: again, task: t, why: "a person decided: not done"}, true
	}
	if !p.over || p.state != bot.RunFailed {
		return move{}, false
	}
	d := decision{Course: p.course, End: p.end, Overtime: m.over()}
	if p.course == back && !p.touched() {
		d = decision{Course: forward, Afresh: true, Overtime: m.over()}
	}
	return move{kind: turn, decision: d, why: "a person asked for another try"}, true
}

// advance goes on towards the end of the plan.
func advance(p *progress, m moment) move {
	for _, t := range p.plan.tasks {
		tp := p.tasks[t.ID]
		switch tp.state {
		case bot.TaskDone, bot.TaskSkipped:
			continue
		case bot.TaskRunning, bot.TaskUnknown:
			return move{kind: look, task: t}
		case bot.TaskFailed:
			if tp.failure.Retryable && tp.attempts < attempts {
				return move{kind: begin, task: t}
			}
			return giveUp(p, t, m)
		}
		if why := tooLate(p, t, m); why != "" {
			return move{kind: turn, decision: decision{Course: back, End: bot.RunRolledBack}, why: why}
		}
		return move{kind: begin, task: t}
	}
	return move{kind: finish, state: bot.RunSucceeded}
}

// giveUp turns back before the swap: for good where the window has ended, since
// nothing that a person could mend would help. After the swap there is no way but
// forward, for which a person has to mend what is broken.
func giveUp(p *progress, t Task, m moment) move {
	tp := p.tasks[t.ID]
	why := fmt.Sprintf("%s: %s", t.ID, tp.detail)
	switch {
	case p.swapped:
		return move{kind: finish, state: bot.RunFailed, why: why}
	case tp.failure.Late, m.over() && !p.overtime:
		return move{kind: turn, decision: decision{Course: back, End: bot.RunRolledBack}, why: why}
	}
	return move{kind: turn, decision: decision{Course: back, End: bot.RunFailed}, why: why}
}

// over reports whether the window has ended.
func (m moment) over() bool { return !m.end.IsZero() && !m.now.Before(m.end) }

// tooLate says why a task is not begun any more.
func tooLate(p *progress, t Task, m moment) string {
	if m.end.IsZero() || p.overtime || !p.plan.beforeSwap(t.ID) {
		return ""
	}
	finish := m.now.Add(m.left)
	if !finish.After(m.end) {
		return ""
	}
	return fmt.Sprintf("%s: would be over at %s, after the window's end at %s",
		t.ID, finish.Format(time.RFC3339), m.end.Format(time.RFC3339))
}

// retreat undoes the last task that is not undone yet.
func retreat(p *progress) move {
	for i := len(p.plan.tasks) - 1; i >= 0; i-- {
		t := p.plan.tasks[i]
		tp := p.tasks[t.ID]
		if !tp.touched || t.Undo == nil {
			continue
		}
		if tp.undoings >= attempts {
			return move{kind: finish, state: bot.RunFailed, why: fmt.Sprintf("undo %s: %s", t.ID, tp.detail)}
		}
		return move{kind: undo, task: t}
	}
	return move{kind: finish, state: p.end}
}

// find returns the first task in a state.
func (p *progress) find(s bot.TaskState) (Task, bool) {
	for _, t := range p.plan.tasks {
		if p.tasks[t.ID].state == s {
			return t, true
		}
	}
	return Task{}, false
}

// touched reports whether anything is left to be undone.
func (p *progress) touched() bool {
	for _, t := range p.plan.tasks {
		if t.Undo != nil && p.tasks[t.ID].touched {
			return true
		}
	}
	return false
}
