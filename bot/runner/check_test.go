package runner_test

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// check holds the outside against the promise: nothing lost, nothing twice, no
// slot oversold. It returns everything that is wrong.
func (s *simulation) check() (wrong []string) {
	return slices.Concat(s.checkTwice(), s.checkWhispers(), s.checkAnswers(), s.checkRuns(), s.checkSlots(), s.checkShown())
}

// checkTwice: each message is there at most once, and of each card one.
func (s *simulation) checkTwice() (wrong []string) {
	type place struct {
		onTicket bool
		key      bot.EffectKey
	}
	seen := map[place]int{}
	cards := map[bot.TicketKey]int{}
	for _, u := range s.world.said() {
		at := place{u.Kind.OnTicket(), u.Key}
		if seen[at]++; seen[at] == 2 {
			wrong = append(wrong, fmt.Sprintf("%s %s is there twice", u.Kind, u.Key))
		}
		if u.Kind == bot.ChatCard {
			if cards[u.Ticket]++; cards[u.Ticket] == 2 {
				wrong = append(wrong, fmt.Sprintf("%s has two cards", u.Ticket))
			}
		}
		if u.Kind == bot.ChatThread && u.Thread == "" {
			wrong = append(wrong, fmt.Sprintf("%s stands outside of its thread", u.Key))
		}
	}
	return wrong
}

// checkWhispers: a press is answered once at most, however often it arrived.
func (s *simulation) checkWhispers() (wrong []string) {
	whispers := map[bot.TicketKey]int{}
	for _, u := range s.world.said() {
		if u.Kind == bot.ChatWhisper {
			whispers[u.Ticket]++
		}
	}
	for _, r := range s.requests {
		if n := whispers[r.key]; n > r.presses {
			wrong = append(wrong, fmt.Sprintf("%d presses on %s were answered %d times", r.presses, r.key, n))
		}
	}
	return wrong
}

// checkAnswers: every request got its reply.
func (s *simulation) checkAnswers() (wrong []string) {
	said := s.world.said()
	for _, r := range s.requests {
		if !slices.ContainsFunc(said, func(u utterance) bool { return u.Ticket == r.key && u.Kind == bot.TicketReply }) {
			wrong = append(wrong, fmt.Sprintf("%s was never answered", r.key))
		}
	}
	return wrong
}

// checkRuns: every request was cloned that was not withdrawn or left to a person,
// and none twice.
func (s *simulation) checkRuns() (wrong []string) {
	runs := map[bot.TicketKey]int{}
	for _, run := range s.deeds.begun() {
		runs[run.Ticket]++
	}
	for _, r := range s.requests {
		c, err := s.disk.Conversation(s.t.Context(), r.key)
		require.NoError(s.t, err)
		excused := r.cancelled || c.State == bot.HandedOver
		if n := runs[r.key]; n > 1 || n == 0 && !excused {
			wrong = append(wrong, fmt.Sprintf("%s was cloned %d times", r.key, n))
		} else if n == 1 && c.State != bot.Done && !r.cancelled {
			wrong = append(wrong, fmt.Sprintf("%s was cloned, and is %s", r.key, c.State))
		}
	}
	return wrong
}

// checkSlots: never more clones at once than the policy allows, none of them on
// the same environment, none outside of its window.
func (s *simulation) checkSlots() (wrong []string) {
	runs := s.deeds.begun()
	for i, run := range runs {
		at := run.Order.Window.Start
		if run.Ordered.Before(at) || !run.Ordered.Before(run.Order.Window.End) {
			wrong = append(wrong, fmt.Sprintf("%s was ordered outside of its window", run.ID))
		}
		together := 1
		for j, other := range runs {
			w := other.Order.Window
			if i == j || at.Before(w.Start) || !at.Before(w.End) {
				continue
			}
			together++
			if other.Order.Source == run.Order.Source || other.Order.Target == run.Order.Target {
				wrong = append(wrong, fmt.Sprintf("%s and %s take the same environment at once", run.ID, other.ID))
			}
		}
		if together > s.rules.Policy.Capacity {
			wrong = append(wrong, fmt.Sprintf("%d clones at once at %s", together, at))
		}
	}
	return wrong
}

// checkShown: nothing is left unsent, and what is redrawn in place shows the last
// that was decided.
func (s *simulation) checkShown() (wrong []string) {
	rows, err := s.disk.Messages(s.t.Context(), "")
	require.NoError(s.t, err)
	last := map[string]bot.OutboxRow{}
	for _, row := range rows {
		switch row.State {
		case bot.Delivered, bot.Superseded, bot.Expired:
		default:
			wrong = append(wrong, fmt.Sprintf("%s is %s: %s", row.Message.Key, row.State, row.Cause))
		}
		if row.Message.Living != "" {
			last[fmt.Sprint(row.Message.Living, " of ", row.Message.Ticket)] = row
		}
	}
	said := s.world.said()
	for n, row := range last {
		if !slices.ContainsFunc(said, func(u utterance) bool { return u.Last == row.SentAs() }) {
			wrong = append(wrong, fmt.Sprintf("%s does not show what %s says", n, row.Message.Key))
		}
	}
	slices.Sort(wrong)
	return wrong
}
