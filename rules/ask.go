package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// An Ask is what windows are judged and sought for.
type Ask struct {
	Kind         ticket.Kind
	Environments []string  // that take part: source and target, or those to be updated
	PointInTime  time.Time // zero: none, or not known yet
	Booked       bool      // the window has been confirmed, and can lapse no more
	Windows      []Window  // the client's own, as judged; Suggest alone looks at them
}

// Ask returns what the verdict was given on.
func (v Verdict) Ask() Ask {
	ask := Ask{Kind: v.Kind, PointInTime: v.PointInTime, Windows: v.Windows}
	for _, name := range append([]string{v.Source, v.Target}, v.Environments...) {
		if name != "" {
			ask.Environments = append(ask.Environments, name)
		}
	}
	return ask
}
