package boltstore

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// rows are an empty one of every kind of row that is kept as JSON.
func rows() []any {
	return []any{
		&bot.Conversation{}, &bot.Event{}, &bot.OutboxRow{}, &bot.Audit{}, &bot.Booking{}, &runRow{}, &bot.RunRecord{},
	}
}

// FuzzRow holds that a row which somebody damaged is refused, and that of one which
// can be read nothing changes when it is written and read again.
func FuzzRow(f *testing.F) {
	at := time.Date(2026, 3, 4, 9, 30, 0, 7, time.UTC)
	window := rules.Interval{Start: at, End: at.Add(2 * time.Hour)}
	for kind, row := range []any{
		bot.Conversation{Key: "HELP-7", Version: 3, State: bot.Proposed},
		bot.Event{ID: "jira/webhook/1", Kind: bot.CommandGiven, At: at, Command: &bot.Command{Verb: bot.Approve}},
		bot.OutboxRow{Message: bot.Message{Key: "HELP-7/1/0", Ticket: "HELP-7"}, State: bot.Dead, Queued: at},
		bot.Audit{Ticket: "HELP-7", At: at, What: "approved"},
		bot.Booking{ID: "run/r1", Booking: rules.Booking{Interval: window, Environments: []string{"a", "b"}}},
		runRow{Run: bot.Run{ID: "r1", Ordered: at}, Records: 7},
		bot.RunRecord{Run: "r1", Seq: 1, At: at, What: bot.RecordPlanned, Result: json.RawMessage(`{"version":1}`)},
	} {
		data, err := json.Marshal(row)
		require.NoError(f, err)
		f.Add(uint8(kind), data)
	}
	f.Add(uint8(0), []byte(`{"version":-1,"state":"\ud800"}`))
	f.Add(uint8(6), []byte("{\"result\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		i := int(kind) % len(rows())
		first, second := rows()[i], rows()[i]
		if err := decode(data, first); err != nil {
			require.ErrorContains(t, err, "a row can't be read")
			return
		}
		once, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, decode(once, second))
		twice, err := json.Marshal(second)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}
