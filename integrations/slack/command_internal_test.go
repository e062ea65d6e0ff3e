package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

func TestParseQuestions(t *testing.T) {
	ask := func(topic bot.Topic) bot.Question { return bot.Question{Topic: topic} }
	of := func(topic bot.Topic) bot.Question { return bot.Question{Topic: topic, Ticket: "HELP-7"} }
	tests := []struct {
		text    string
		want    bot.Question
		problem string // part of it; empty: none
	}{
		{"status", ask(bot.AboutStatus), ""},
		{"  STATUS  ", ask(bot.AboutStatus), ""},
		{"status help-7", of(bot.AboutStatus), ""},
		{"status please", bot.Question{}, "did not understand"},
		{"list", ask(bot.AboutList), ""},
		{"list HELP-7", bot.Question{}, "did not understand"},
		{"show HELP-7", of(bot.AboutRequest), ""},
		{"HELP-7", of(bot.AboutRequest), ""},
		{"help-7", of(bot.AboutRequest), ""},
		{"HELP-7 please", bot.Question{}, "did not understand"},
		{"show", bot.Question{}, "Which request?"},
		{"show me", bot.Question{}, "did not understand"},
		{"show HELP-7 now", bot.Question{}, "did not understand"},
		{"windows", ask(bot.AboutWindows), ""},
		{"windows HELP-7", of(bot.AboutWindows), ""},
		{"holidays SG", bot.Question{Topic: bot.AboutHolidays, Region: "SG"}, ""},
		{"holidays de-hh 2025", bot.Question{Topic: bot.AboutHolidays, Region: "DE-HH", Year: 2025}, ""},
		{"holidays", bot.Question{}, "which region"},
		{"holidays 2025", bot.Question{}, "which region"},
		{"holidays Singapore", bot.Question{}, "which region"},
		{"holidays SG-", bot.Question{}, "which region"},
		{"holidays SG 25", bot.Question{}, "did not understand"},
		{"holidays SG 2025 2026", bot.Question{}, "did not understand"},
		{"", bot.Question{}, "what I know"},
		{"help", bot.Question{}, "what I know"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			s := parse(tt.text, time.Hour).complete()
			if tt.problem != "" {
				require.Contains(t, s.problem, tt.problem)
				require.False(t, s.isQuestion())
				return
			}
			require.Empty(t, s.problem)
			require.True(t, s.isQuestion())
			require.Equal(t, tt.want, s.question)
		})
	}
}

// A thread's ticket belongs to what is about one request, and to nothing else.
func TestWhatWantsTheThreadsTicket(t *testing.T) {
	for text, want := range map[string]bool{
		"status": true, "show": true, "windows": true, "approve A": true, "hold": true,
		"list": false, "holidays SG": false, "status HELP-9": false, "hold HELP-9": false, "help": false, "nonsense": false,
	} {
		require.Equal(t, want, parse(text, time.Hour).wantsTicket(), text)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "help", "status", "status HELP-7", "show help-7", "holidays de-hh 2025", "windows HELP-1",
		"approve HELP-7 A", "reject HELP-7 no backup", "propose HELP-7 2024-10-09 02:00 utc quieter", "ask HELP-7 which?",
		"hold <!channel>", "<@U1> reject HELP-7 no &amp; never", "  hold\thelp-7", "propose HELP-7", "cancel HELP-99999999999999999999", "list \u00a0", "show HELP-7\nHELP-8", "\xff\xfe status",
		"approve HELP-7 \x94\x94\x94\x94\x94\x94\x94\x94\x940",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = spoken(text)
		s := parse(text, time.Hour).complete()
		if s.problem != "" {
			require.True(t, utf8.ValidString(s.problem))
			require.NotContains(t, s.problem, "<", "nothing that was typed is said back")
			return
		}
		if !s.isQuestion() {
			require.Contains(t, bot.Verbs, s.command.Verb)
			require.True(t, bot.IsTicketKey(string(s.ticket)))
			require.LessOrEqual(t, utf8.RuneCountInString(s.command.Reason), bot.MaxReason)
			require.LessOrEqual(t, len(s.command.Choice), 16)
			require.Contains(t, text, s.command.Reason)
			return
		}
		require.Empty(t, s.command)
		if s.question.Ticket != "" {
			require.True(t, bot.IsTicketKey(string(s.question.Ticket)))
			require.Contains(t, strings.ToUpper(text), string(s.question.Ticket))
		}
		if s.question.Topic == bot.AboutHolidays {
			require.Equal(t, s.question.Region, strings.ToUpper(s.question.Region))
			require.True(t, s.question.Year >= 0 && s.question.Year < 10000)
		}
	})
}
