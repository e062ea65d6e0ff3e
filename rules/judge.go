package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Judge says what the rules make of the answers at an instant: every finding at
// once, each window judged on its own, and windows that would work.
func Judge(a ticket.Answers, w World, now time.Time) Verdict {
	v := Verdict{Kind: a.Kind, Preserve: a.Preserve.Answer}
	for _, win := range a.Windows {
		window, _ := JudgeWindow(win, v.Ask(), w, now)
		v.Windows = append(v.Windows, window)
	}
	v.Outcome = Ignored
	return v
}

// JudgeWindow judges one window for what is asked, at an instant. Findings about
// the window hang on it; those about the point in time are about the request and
// are returned beside it.
func JudgeWindow(win ticket.Window, ask Ask, w World, now time.Time) (Window, []Finding) {
	return Window{Interval: Interval{win.Start, win.End}, Written: win.Written, ProposedAt: win.ProposedAt}, nil
}
