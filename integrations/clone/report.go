package clone

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// report tells the state of the run. It shows the 31 tasks of the published
// list; parts of a task show as the task.
func (s *session) report() bot.RunReport {
	p := s.progress
	r := bot.RunReport{
		Run: s.run.ID, Seq: p.seq, State: p.state, Swapped: p.swapped,
		Problem: p.problem(), Question: p.question(), Facts: p.facts(),
	}
	for n := 1; n <= Numbers; n++ {
		r.Tasks = append(r.Tasks, p.taskReport(n))
	}
	if p.state == bot.RunRunning && p.course == forward {
		r.Finish = s.engine.ports.Clock.Now().UTC().Add(s.left())
	}
	return r
}

// problem says why the run went back or stands still.
func (p *progress) problem() string {
	if p.why == "" && p.course == forward && !p.over {
		if t, ok := p.find(bot.TaskFailed); ok {
			return fmt.Sprintf("%s: %s", t.ID, p.tasks[t.ID].detail)
		}
	}
	if p.course == forward && !p.over {
		return ""
	}
	return p.why // of one that succeeded: why it can't be taken back
}

// question is what a person has to answer before the run can go on.
func (p *progress) question() string {
	t, ok := p.find(bot.TaskUnknown)
	if !ok || p.over || p.course == back {
		return ""
	}
	return fmt.Sprintf("%s: %s", t.ID, p.tasks[t.ID].detail)
}

// facts are the lines that the verification left.
func (p *progress) facts() []string {
	var v verified
	result := p.result(verifyTask)
	if len(result) == 0 || json.Unmarshal(result, &v) != nil {
		return nil
	}
	return v.Facts
}

// taskReport tells the state of a number from that of its parts.
func (p *progress) taskReport(number int) bot.TaskReport {
	r := bot.TaskReport{Number: number, State: bot.TaskPending}
	parts := p.plan.parts(number)
	var states []bot.TaskState
	for _, t := range parts {
		tp := p.tasks[t.ID]
		states = append(states, tp.state)
		r.Attempts = max(r.Attempts, tp.total)
		if r.Started.IsZero() || !tp.started.IsZero() && tp.started.Before(r.Started) {
			r.Started = tp.started
		}
		if tp.finished.After(r.Finished) {
			r.Finished = tp.finished
		}
		if t.main() {
			r.ID, r.Name = string(t.ID), t.Title
		}
		if tp.detail != "" && (t.main() || tp.state == bot.TaskFailed || tp.state == bot.TaskUnknown) {
			r.Detail = tp.detail
		}
	}
	r.State = combine(states)
	if p.over && r.State == bot.TaskRunning {
		r.State = bot.TaskPending // some of its parts were taken back, and nothing runs
	}
	if r.State == bot.TaskRunning || r.State == bot.TaskPending {
		r.Finished = time.Time{}
	}
	return r
}

// combine returns the state of a whole from those of its parts.
func combine(parts []bot.TaskState) bot.TaskState {
	count := map[bot.TaskState]int{}
	for _, s := range parts {
		count[s]++
	}
	over := count[bot.TaskDone] + count[bot.TaskSkipped]
	switch {
	case count[bot.TaskFailed] > 0:
		return bot.TaskFailed
	case count[bot.TaskUnknown] > 0:
		return bot.TaskUnknown
	case count[bot.TaskSkipped] == len(parts):
		return bot.TaskSkipped
	case over == len(parts):
		return bot.TaskDone
	case count[bot.TaskRunning] > 0 || over > 0:
		return bot.TaskRunning
	}
	return bot.TaskPending
}

// left estimates how long the rest of the plan takes.
func (s *session) left() time.Duration {
	p := s.progress
	var st stock
	if text := p.result(stockTask); len(text) > 0 {
		// A stock that can't be read is the next task's error, not the clock's.
		_ = json.Unmarshal(text, &st)
	}
	var left time.Duration
	for _, t := range p.plan.tasks {
		if state := p.tasks[t.ID].state; state != bot.TaskDone && state != bot.TaskSkipped {
			left += s.past.expect(t.ID, load{st.Bytes, st.Rate})
		}
	}
	return left
}
