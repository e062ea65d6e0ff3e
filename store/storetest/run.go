package storetest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var runs = []property{
	{"a run is kept as it was ordered", runKept},
	{"a run is ordered once", runOnce},
	{"runs are open until they are settled", runSettled},
	{"past runs over a target are those that succeeded, newest first", runPast},
	{"a wish is kept, and a retry opens a settled run again", runWish},
	{"a journal has no gaps and no doubles", journalGaps},
	{"a record with an old token is refused", journalFence},
	{"a run that is not there is not found", runUnknown},
}

func (d *disk) order(ids ...bot.RunID) {
	for i, id := range ids {
		c := d.next("HELP-7")
		c.Order = &bot.Run{ID: id, Ticket: "HELP-7", Ordered: at(i), State: bot.RunPending}
		d.commit(c)
	}
}

// open returns the ids of the open runs.
func (d *disk) openRuns() (ids []bot.RunID) {
	all, err := d.OpenRuns(d.t.Context())
	require.NoError(d.t, err)
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	return ids
}

func runKept(t *testing.T, d *disk) {
	r := bot.Run{
		ID: "HELP-7/1", Ticket: "HELP-7", Actor: bot.Person{Slack: "U1"}, Ordered: start, State: bot.RunPending,
		Order: bot.RunOrder{Source: "ABCD_prod", Target: "ABCD_test", PreserveUsers: true, AsOf: at(-60)},
	}
	c := d.next("HELP-7")
	c.Order = &r
	d.commit(c)
	d.reopen()
	got, err := d.Run(t.Context(), "HELP-7/1")
	require.NoError(t, err)
	require.Equal(t, r, got)
}

func runPast(t *testing.T, d *disk) {
	for i, r := range []struct {
		target string
		state  bot.RunState
	}{
		{"ABCD_test", bot.RunSucceeded}, {"ABCD_test", bot.RunRolledBack}, {"WXYZ_test", bot.RunSucceeded},
		{"ABCD_test", bot.RunSucceeded}, {"ABCD_test", bot.RunSucceeded},
	} {
		c := d.next("HELP-7")
		c.Order = &bot.Run{ID: bot.RunID(fmt.Sprint("r", i)), Ordered: at(i), State: r.state, Order: bot.RunOrder{Target: r.target}}
		d.commit(c)
	}
	past, err := d.PastRuns(t.Context(), "ABCD_test", 2)
	require.NoError(t, err)
	require.Len(t, past, 2)
	require.Equal(t, bot.RunID("r4"), past[0].ID)
	require.Equal(t, bot.RunID("r3"), past[1].ID)
}

func runOnce(t *testing.T, d *disk) {
	d.order("r1")
	c := d.next("HELP-8")
	c.Order = &bot.Run{ID: "r1", Ticket: "HELP-8", Ordered: start}
	requireKind(t, bot.Conflict, d.Commit(t.Context(), c))
	require.Equal(t, []bot.RunID{"r1"}, d.openRuns())
}

func runSettled(t *testing.T, d *disk) {
	d.order("r2", "r1", "r3")
	require.Equal(t, []bot.RunID{"r2", "r1", "r3"}, d.openRuns())
	require.NoError(t, d.SettleRun(t.Context(), "r1"))
	c := d.next("HELP-7")
	c.Settle = "r2"
	d.commit(c)
	d.reopen()
	require.Equal(t, []bot.RunID{"r3"}, d.openRuns())
	r, err := d.Run(t.Context(), "r2")
	require.NoError(t, err)
	require.True(t, r.Settled)
}

func runWish(t *testing.T, d *disk) {
	ctx := t.Context()
	d.order("r1")
	require.NoError(t, d.SettleRun(ctx, "r1"))
	require.NoError(t, d.WishRun(ctx, bot.WishFor{Run: "r1", Wish: bot.WishStop}))
	require.Empty(t, d.openRuns())
	c := d.next("HELP-7")
	c.Wish = &bot.WishFor{Run: "r1", Wish: bot.WishRetry}
	d.commit(c)
	require.Equal(t, []bot.RunID{"r1"}, d.openRuns())
	r, err := d.Run(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, bot.WishRetry, r.Wish)
	require.NoError(t, d.WishRun(ctx, bot.WishFor{Run: "r1", Wish: bot.WishProceed}))
	require.Equal(t, []bot.RunID{"r1"}, d.openRuns())
}

func journalGaps(t *testing.T, d *disk) {
	ctx := t.Context()
	d.order("r1", "r10")
	token, err := d.Claim(ctx, "r1")
	require.NoError(t, err)
	add := func(seq int, state bot.RunState) error {
		return d.Append(ctx, bot.RunRecord{
			Run: "r1", Seq: seq, Token: token, At: at(seq), Task: "01-enter-maintenance", What: bot.RecordStarted,
			Result: json.RawMessage(`{"n":1}`),
		}, state)
	}
	requireKind(t, bot.Conflict, add(2, bot.RunRunning))
	require.NoError(t, add(1, bot.RunRunning))
	requireKind(t, bot.Conflict, add(1, bot.RunFailed))
	require.NoError(t, add(2, bot.RunSucceeded))
	d.reopen()
	records, err := d.Journal(ctx, "r1")
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, 1, records[0].Seq)
	require.JSONEq(t, `{"n":1}`, string(records[1].Result))
	r, err := d.Run(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, bot.RunSucceeded, r.State)
	none, err := d.Journal(ctx, "r10")
	require.NoError(t, err)
	require.Empty(t, none)
}

func journalFence(t *testing.T, d *disk) {
	ctx := t.Context()
	d.order("r1")
	old, err := d.Claim(ctx, "r1")
	require.NoError(t, err)
	fresh, err := d.Claim(ctx, "r1")
	require.NoError(t, err)
	require.Greater(t, fresh, old)
	record := bot.RunRecord{Run: "r1", Seq: 1, Token: old, At: start, What: bot.RecordPlanned}
	requireKind(t, bot.Conflict, d.Append(ctx, record, bot.RunRunning))
	record.Token = fresh
	require.NoError(t, d.Append(ctx, record, bot.RunRunning))
}

func runUnknown(t *testing.T, d *disk) {
	ctx := t.Context()
	_, err := d.Run(ctx, "r1")
	requireKind(t, bot.NotFound, err)
	_, err = d.Claim(ctx, "r1")
	requireKind(t, bot.NotFound, err)
	requireKind(t, bot.NotFound, d.SettleRun(ctx, "r1"))
	requireKind(t, bot.NotFound, d.WishRun(ctx, bot.WishFor{Run: "r1"}))
	requireKind(t, bot.NotFound, d.Append(ctx, bot.RunRecord{Run: "r1", Seq: 1}, bot.RunRunning))
}
