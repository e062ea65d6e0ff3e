package runner

import (
	"slices"

	"github.com/refreshbot/refreshbot/bot"
)

// missed is how many deadlines a decision has found missed, since the bot was not
// there in time.
type missed struct{ starts, reminders uint64 }

// missedBy looks what a decision says of deadlines: that a confirmed window went by
// without a start, and reminders of which only the last one was still of use.
func missedBy(was bot.Conversation, d bot.Decision) (m missed) {
	if was.State == bot.Confirmed && tells(d, bot.ToldLapsed) {
		m.starts = 1
	}
	if was.Booked != nil && d.Next.Booked != nil && tells(d, bot.ToldReminder) {
		passed := len(d.Next.Booked.Reminded) - len(was.Booked.Reminded)
		m.reminders = uint64(max(0, passed-1))
	}
	return m
}

// tells reports whether a decision tells the client of a topic.
func tells(d bot.Decision, topic bot.ClientTopic) bool {
	return slices.ContainsFunc(d.Effects, func(e bot.Effect) bool {
		t, ok := e.(bot.TellClient)
		return ok && t.Topic == topic
	})
}

// missed counts deadlines.
func (c *counters) missed(m missed) {
	c.missedStarts.Add(m.starts)
	c.missedReminders.Add(m.reminders)
}
