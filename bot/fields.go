package bot

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// joinFields puts the answers that live in form fields over those of the text,
// and notes where the two differ.
func joinFields(a *ticket.Answers, fields map[string]string, at time.Time) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := strings.TrimSpace(fields[name])
		if value == "" {
			continue
		}
		q := ticket.Question(name)
		text := written(*a, q)
		field := ticket.ReadReply(value, at, ticket.Asked{Kind: a.Kind, Questions: []ticket.Question{q}}).Answers
		if q == ticket.AskSource && field.Source == nil {
			field.Source = &ticket.Environment{Written: value}
		}
		if q == ticket.AskTarget && field.Target == nil {
			field.Target = &ticket.Environment{Written: value}
		}
		if text != "" && differs(*a, field, q) {
			a.Contradictions = append(a.Contradictions, ticket.Contradiction{Question: q, Field: value, Text: text})
		}
		overlay(a, field, q)
	}
	if a.Kind == ticket.Unknown && a.Source != nil && a.Target != nil {
		a.Kind = ticket.Standard
	}
}

// written returns the client's words for an answer, or nothing.
func written(a ticket.Answers, q ticket.Question) string {
	switch {
	case q == ticket.AskSource && a.Source != nil:
		return a.Source.Written
	case q == ticket.AskTarget && a.Target != nil:
		return a.Target.Written
	case q == ticket.AskPreserve && a.Preserve.Answer != ticket.NotStated:
		return a.Preserve.Written
	case q == ticket.AskPointInTime && a.PointInTime != nil:
		return a.PointInTime.Written
	case q == ticket.AskWindows && len(a.Windows) > 0:
		return joinWords(a.Windows, func(w ticket.Window) string { return w.Written })
	case q == ticket.AskEnvironments && len(a.Environments) > 0:
		return joinWords(a.Environments, func(e ticket.Environment) string { return e.Written })
	default:
		return ""
	}
}

func joinWords[T any](list []T, word func(T) string) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = word(v)
	}
	return strings.Join(words, ", ")
}

// differs reports whether a field answers a question otherwise than the text.
func differs(text, field ticket.Answers, q ticket.Question) bool {
	switch q {
	case ticket.AskPreserve:
		return text.Preserve.Answer != field.Preserve.Answer
	case ticket.AskWindows:
		return len(missing(text.Windows, field.Windows))+len(missing(field.Windows, text.Windows)) > 0
	case ticket.AskPointInTime:
		return field.PointInTime == nil || !field.PointInTime.At.Equal(text.PointInTime.At)
	default:
		return !strings.EqualFold(written(text, q), written(field, q))
	}
}

// overlay takes a field's answer over.
func overlay(a *ticket.Answers, field ticket.Answers, q ticket.Question) {
	switch q {
	case ticket.AskSource:
		a.Source = field.Source
	case ticket.AskTarget:
		a.Target = field.Target
	case ticket.AskPreserve:
		a.Preserve = field.Preserve
	case ticket.AskPointInTime:
		a.PointInTime = field.PointInTime
	case ticket.AskWindows:
		a.Windows = field.Windows
	case ticket.AskEnvironments:
		a.Environments = field.Environments
	}
}
