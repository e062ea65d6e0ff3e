package clone

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A Status is what `refreshbot clone status` prints as JSON.
type Status struct {
	ID    string       `json:"id"`
	State string       `json:"state"`
	Tasks []TaskStatus `json:"tasks"` // all 31, sorted by number
	// Problem is why it stands still or went back, and Question what a person
	// has to answer before it can go on.
	Problem  string `json:"problem,omitempty"`
	Question string `json:"question,omitempty"`
}

// A TaskStatus is one task of a Status.
type TaskStatus struct {
	Number   int    `json:"number"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	Started  string `json:"started"` // RFC 3339; empty: not yet
	Finished string `json:"finished"`
	Detail   string `json:"detail"`
}

// StatusOf returns the status that a report tells.
func StatusOf(r bot.RunReport) Status {
	s := Status{ID: string(r.Run), State: string(r.State), Problem: r.Problem, Question: r.Question}
	for _, t := range r.Tasks {
		s.Tasks = append(s.Tasks, TaskStatus{
			Number: t.Number, Name: t.Name, State: string(t.State), Attempts: t.Attempts,
			Started: stamp(t.Started), Finished: stamp(t.Finished), Detail: t.Detail,
		})
	}
	return s
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// WriteJSON writes the status as one JSON object.
func (s Status) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return fmt.Errorf("write status of run %s: %w", s.ID, err)
	}
	return nil
}

// WriteText writes the status for people, a task a line.
func (s Status) WriteText(w io.Writer) error {
	head := "run " + s.ID + ": " + s.State
	for _, why := range []string{s.Problem, s.Question} {
		if why != "" {
			head += "\n    " + why
		}
	}
	if _, err := fmt.Fprintln(w, head); err != nil {
		return fmt.Errorf("write status of run %s: %w", s.ID, err)
	}
	for _, t := range s.Tasks {
		line := fmt.Sprintf("%02d  %-8s %-60s %s", t.Number, t.State, t.Name, t.Detail)
		if _, err := fmt.Fprintln(w, trim(line)); err != nil {
			return fmt.Errorf("write status of run %s: %w", s.ID, err)
		}
	}
	return nil
}
