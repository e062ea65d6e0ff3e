package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
	"github.com/refreshbot/refreshbot/store"
)

// recorded returns the configuration of a desk where no daemon runs, with a store
// that holds two requests.
func recorded(t *testing.T) (config string) {
	t.Helper()
	config = write(t, "refreshbot.yaml", "store: bolt:bot.db\n")
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	st, err := store.Open("bolt:"+filepath.Join(filepath.Dir(config), "bot.db"), store.Options{Clock: &clock{now: now}})
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	window := rules.Interval{Start: now.Add(72 * time.Hour), End: now.Add(74 * time.Hour)}
	booked := bot.Conversation{
		Key: "HELP-10", Version: 1, State: bot.Confirmed, Tenant: "ABCD", Labels: []string{"A"},
		Reporter: bot.Person{Name: "Ann \x1b[31mRed", Email: "ann@abcd.example"},
		Verdict: rules.Verdict{
			Kind: ticket.Standard, Tenant: "ABCD", Source: "ABCD_prod", Target: "ABCD_test",
			Windows: []rules.Window{{Interval: window, Feasible: true}},
		},
		Booked:    &bot.Booked{Label: "A", Window: window},
		Approvals: []bot.Approval{{Label: "A", Hash: "0123456789abcdef", By: bot.Person{Name: "Mia", Slack: "U1"}, At: now}},
	}
	said := bot.Message{
		Key: "HELP-10/1/0", Ticket: "HELP-10", Kind: bot.TicketReply,
		Public: &bot.PublicText{Text: bot.Text{{Kind: bot.Paragraph, Lines: []bot.Line{{{Text: "Hello Ann, the window is confirmed."}}}}}},
	}
	require.NoError(t, st.Commit(t.Context(), bot.Commit{
		Next: booked, Now: now, Messages: []bot.Message{said},
		Audit: []bot.Audit{{
			Ticket: "HELP-10", Version: 1, At: now, Actor: "Mia", Event: "command_given: approve",
			Before: bot.Proposed, After: bot.Confirmed, What: "approved window A", Hash: "0123456789abcdef",
		}},
	}))
	require.NoError(t, st.Attempt(t.Context(), said.Key, now))
	require.NoError(t, st.Settle(t.Context(), said.Key, bot.Outcome{State: bot.Dead, At: now, Cause: "the help center refuses it"}))
	require.NoError(t, st.Commit(t.Context(), bot.Commit{Now: now, Next: bot.Conversation{Key: "HELP-9", Version: 1, State: bot.Cancelled}}))
	return config
}

func TestRequestsList(t *testing.T) {
	config := recorded(t)
	got := call("requests list", config)
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, `(?m)^KEY +STATE +TENANT +WHAT +WINDOW \(UTC\) +NOW$`, got.stdout)
	require.Regexp(t, `(?m)^HELP-10 +confirmed +ABCD +ABCD_prod → ABCD_test +Thu 5 Mar 2026 08:00–10:00 +Confirmed for `, got.stdout)
	require.NotContains(t, got.stdout, "HELP-9", "what is over is left out")

	got = call("requests list --state cancelled --state confirmed --format json", config)
	require.Equal(t, 0, got.code, got.stderr)
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &list))
	require.Len(t, list, 2)
	require.Equal(t, "HELP-9", list[0]["key"], "as people count")
	require.Equal(t, map[string]any{"start": "2026-03-05T08:00:00Z", "end": "2026-03-05T10:00:00Z"}, list[1]["window"])

	require.Equal(t, result{0, "no requests\n", ""}, call("requests list --state failed", config))
	require.Equal(t, result{0, "[]\n", ""}, call("requests list --state failed --format json", config))
}

func TestRequestsShow(t *testing.T) {
	config := recorded(t)
	got := call("requests show help-10", config)
	require.Equal(t, 0, got.code, got.stderr)
	for _, line := range []string{
		`^HELP-10: ABCD_prod → ABCD_test$`,
		`^  Requested by +Ann  \[31mRed$`,
		`^  Window A +Thu 5 Mar 2026, 08:00 to 10:00 UTC, booked$`,
		`^  Mon 2 Mar 2026 08:00 +Mia, U1 +window A +of 0123456789ab$`,
		`^  Mon 2 Mar 2026 08:00 +Mia +proposed → confirmed +approved window A, of 0123456789ab$`,
		`^  Mon 2 Mar 2026 08:00 +HELP-10/1/0 +ticket_reply +dead: the help center refuses it +Hello Ann, the window is confirmed\.$`,
	} {
		require.Regexp(t, `(?m)`+line, got.stdout)
	}
	require.NotContains(t, got.stdout, "\x1b", "a client does not speak to the operator's terminal")

	got = call("requests show HELP-10 --format json", config)
	require.Equal(t, 0, got.code, got.stderr)
	var story struct {
		Request  struct{ State, Tenant string }
		History  []struct{ Actor, What, Hash string }
		Messages []struct{ State string }
		Run      any
	}
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &story))
	require.Equal(t, "confirmed", story.Request.State)
	require.Equal(t, "0123456789abcdef", story.History[0].Hash)
	require.Equal(t, "dead", story.Messages[0].State)
	require.Nil(t, story.Run)

	require.Equal(t, result{1, "", "refreshbot: tell of HELP-11: nothing is known of that ticket\n"}, call("requests show HELP-11", config))
}

// A message that was given up waits again; no other does.
func TestOutbox(t *testing.T) {
	config := recorded(t)
	got := call("outbox list", config)
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, `(?m)^HELP-10/1/0 +ticket_reply +dead +Mon 2 Mar 2026 08:00 +1 +- +the help center refuses it$`, got.stdout)
	require.Contains(t, got.stdout, "`refreshbot outbox retry KEY`")
	require.Equal(t, result{0, "no messages\n", ""}, call("outbox list --state waiting", config))

	got = call("outbox retry HELP-10/1/0", config)
	require.Equal(t, result{0, "message HELP-10/1/0 waits again; no daemon runs, so it is sent at the next start\n", ""}, got)
	got = call("outbox list --state waiting --format json", config)
	require.JSONEq(t, `[{"key": "HELP-10/1/0", "ticket": "HELP-10", "kind": "ticket_reply", "state": "waiting",
		"queued": "2026-03-02T08:00:00Z", "attempts": 0, "due": "", "cause": "the help center refuses it"}]`, got.stdout)
	got = call("outbox retry HELP-10/1/0", config)
	require.Equal(t, result{1, "", "refreshbot: retry message HELP-10/1/0: it is waiting: only what was given up (dead) is tried again\n"}, got)
	got = call("outbox retry HELP-10/7/0", config)
	require.Equal(t, result{1, "", "refreshbot: retry message HELP-10/7/0: there is no such message\n"}, got)
}

func TestRecordsAskedWrongly(t *testing.T) {
	config := recorded(t)
	for line, want := range map[string]string{
		"requests":                           "requests goes with one of: list, show, approve, cancel",
		"requests list --state open":         `invalid value "open" for flag -state: want one of collecting proposed confirmed`,
		"requests show":                      "KEY is missing",
		"requests show printer":              `"printer" is not the key of a ticket: want one such as HELP-7`,
		"requests approve HELP-10":           "CHOICE is missing",
		"requests approve HELP-10 A":         `who decides? "ada" joins nobody in`,
		"requests approve HELP-10 A --as x@": `"x@" is nobody's address in`,
		"requests cancel HELP-10":            "--reason is missing",
		"outbox list --state lost":           `invalid value "lost" for flag -state: want one of waiting attempting`,
		"outbox retry":                       "KEY is missing",
	} {
		got := call(line, config)
		require.Equal(t, 2, got.code, line)
		require.Empty(t, got.stdout, line)
		require.True(t, strings.HasPrefix(got.stderr, "refreshbot: "+want), line+": "+got.stderr)
	}
}
