package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// A wireVerdict is a verdict as programs outside read it. All its keys are always
// there; nothing is renamed or taken away.
type wireVerdict struct {
	Kind           ticket.Kind      `json:"kind"`
	Source         *string          `json:"source"` // null where not read, and for a schema update
	Target         *string          `json:"target"`
	Environments   []string         `json:"environments"`
	Windows        []wireWindow     `json:"windows"`
	PreserveUsers  *bool            `json:"preserve_users"` // null where unreadable, and for a schema update
	PreserveStated bool             `json:"preserve_users_stated"`
	PointInTime    *time.Time       `json:"point_in_time"`
	Verdict        rules.Outcome    `json:"verdict"`
	Findings       []wireFinding    `json:"findings"`
	Suggestions    []rules.Interval `json:"suggestions"`
	Reply          string           `json:"reply"`
}

// A wireWindow is a proposed window; Start and End are null where the words leave
// them open.
type wireWindow struct {
	Start         *time.Time    `json:"start"`
	End           *time.Time    `json:"end"`
	Feasible      bool          `json:"feasible"`
	NeedsApproval bool          `json:"needs_approval"`
	Findings      []wireFinding `json:"findings"`
}

type wireFinding struct {
	Code     rules.Code     `json:"code"`
	Severity rules.Severity `json:"severity"`
	Message  string         `json:"message"`
}

// wire returns the judgement as programs outside read it.
func (m judgement) wire() wireVerdict {
	v := m.verdict
	w := wireVerdict{
		Kind:           v.Kind,
		Source:         given(v.Source),
		Target:         given(v.Target),
		Environments:   append([]string{}, v.Environments...),
		Windows:        make([]wireWindow, len(v.Windows)),
		PreserveUsers:  preserve(v),
		PreserveStated: v.Preserve != ticket.NotStated,
		PointInTime:    given(v.PointInTime),
		Verdict:        v.Outcome,
		Findings:       wireFindings(v.Findings),
		Suggestions:    intervals(v.Suggestions),
		Reply:          wording.CheckReply(v, m.at).String(),
	}
	for i, win := range v.Windows {
		w.Windows[i] = wireWindow{
			Start: given(win.Start), End: given(win.End),
			Feasible: win.Feasible, NeedsApproval: win.NeedsApproval,
			Findings: wireFindings(win.Findings),
		}
	}
	return w
}

func wireFindings(found []rules.Finding) []wireFinding {
	list := make([]wireFinding, len(found))
	for i, f := range found {
		list[i] = wireFinding{Code: f.Code, Severity: f.Severity, Message: wording.Finding(f)}
	}
	return list
}

// preserve returns the answer about users, nil where there is none to rely on.
func preserve(v rules.Verdict) *bool {
	if v.Kind == ticket.SchemaUpdate || v.Preserve == ticket.Neither {
		return nil
	}
	keep := v.Preserve == ticket.Yes
	return &keep
}

// given returns a value, or nil in the place of a zero one.
func given[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// intervals returns a list that is never null.
func intervals(list []rules.Interval) []rules.Interval {
	return append([]rules.Interval{}, list...)
}

// writeJSON writes a value for people to read too.
func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// writeJSONLine writes a value on one line.
func writeJSONLine(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}
