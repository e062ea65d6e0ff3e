package storetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var outbox = []property{
	{"a message is kept as it was committed", messageKept},
	{"messages of one ticket and vendor come one at a time, in order", messageOrder},
	{"those to one vendor are found past those to the other", messageVendors},
	{"progress comes after everything else, and once for each ticket", messageLanes},
	{"a message waits for its time", messageNotBefore},
	{"an attempt is found again after a kill", messageAttempt},
	{"an unknown outcome leaves a doubt for good", messageDoubt},
	{"so does an answer that does not say what was done", messageAnswered},
	{"a message to be tried again holds up its line", messageRetry},
	{"a message that is sent, expired or dead makes room", messageEnds},
	{"the same end twice changes nothing, another is a conflict", messageEndTwice},
	{"a dead message can be tried again", messageRevived},
	{"a message that is not there is not found", messageUnknown},
	{"the epoch is the same after opening again", messageEpoch},
}

var (
	reply  = bot.Message{Kind: bot.TicketReply, Public: &bot.PublicText{}}
	note   = bot.Message{Kind: bot.TicketInside, Inside: &bot.InternalText{}}
	thread = bot.Message{Kind: bot.ChatThread, Under: bot.RequestCard, Inside: &bot.InternalText{}}
)

func messageKept(t *testing.T, d *disk) {
	m := reply
	m.NotAfter = at(90)
	key := d.queue("HELP-7", m)[0]
	m.Key, m.Ticket = key, "HELP-7"
	d.reopen()
	rows, err := d.NextMessages(t.Context(), start, 1)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, bot.OutboxRow{Message: m, State: bot.Waiting, Epoch: rows[0].Epoch, Queued: start}, rows[0])
	require.NotEmpty(t, rows[0].Epoch)
	all, err := d.Messages(t.Context(), "HELP-7")
	require.NoError(t, err)
	require.Equal(t, rows, all)
	none, err := d.Messages(t.Context(), "HELP-70")
	require.NoError(t, err)
	require.Empty(t, none)
}

func messageOrder(t *testing.T, d *disk) {
	seven := d.queue("HELP-7", reply, thread, note)
	eight := d.queue("HELP-8", reply)
	require.Equal(t, []bot.EffectKey{seven[0], seven[1], eight[0]}, d.due(0))
	d.settle(seven[0], bot.Outcome{State: bot.Delivered, At: start, Remote: "1"})
	require.ElementsMatch(t, []bot.EffectKey{seven[1], seven[2], eight[0]}, d.due(0))
	rows, err := d.NextMessages(t.Context(), start, 2)
	require.NoError(t, err)
	require.Len(t, rows, 2)
}

func messageVendors(t *testing.T, d *disk) {
	progress := bot.Message{Kind: bot.ChatProgress, Living: bot.ProgressOf("r")}
	seven := d.queue("HELP-7", thread, thread, progress)
	eight := d.queue("HELP-8", thread, reply, note)
	next := func(limit int, to ...bot.Vendor) (keys []bot.EffectKey) {
		rows, err := d.NextMessages(t.Context(), start, limit, to...)
		require.NoError(t, err)
		for _, r := range rows {
			keys = append(keys, r.Message.Key)
		}
		return keys
	}
	require.Equal(t, []bot.EffectKey{eight[1]}, next(1, bot.ToDesk))
	require.Equal(t, []bot.EffectKey{seven[0], eight[0]}, next(9, bot.ToChat))
	require.Equal(t, []bot.EffectKey{seven[0], eight[0], eight[1]}, next(3, bot.ToChat, bot.ToDesk))
	d.settle(eight[1], bot.Outcome{State: bot.Waiting, At: start, Due: at(1)})
	require.Empty(t, next(9, bot.ToDesk), "the first of the line holds up the others")
}

func messageLanes(t *testing.T, d *disk) {
	progress := bot.Message{Kind: bot.ChatProgress, Living: bot.ProgressOf("r")}
	seven := d.queue("HELP-7", progress)
	eight := d.queue("HELP-8", progress, thread)
	require.Equal(t, []bot.EffectKey{eight[1], seven[0]}, d.due(0))
	d.settle(eight[1], bot.Outcome{State: bot.Delivered})
	require.Equal(t, []bot.EffectKey{seven[0], eight[0]}, d.due(0))
}

func messageNotBefore(t *testing.T, d *disk) {
	m := reply
	m.NotBefore = at(15)
	key := d.queue("HELP-7", m)[0]
	require.Empty(t, d.due(14))
	require.Equal(t, []bot.EffectKey{key}, d.due(15))
}

func messageAttempt(t *testing.T, d *disk) {
	key := d.queue("HELP-7", reply)[0]
	require.NoError(t, d.Attempt(t.Context(), key, at(1)))
	d.reopen()
	rows, err := d.NextMessages(t.Context(), at(1), 1)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, bot.Attempting, rows[0].State)
	require.Equal(t, at(1), rows[0].First)
	require.False(t, rows[0].Doubt)
	require.NoError(t, d.Attempt(t.Context(), key, at(2)))
	again := d.message(key)
	require.Equal(t, 2, again.Attempts)
	require.Equal(t, at(1), again.First)
	require.Equal(t, at(2), again.Last)
	require.True(t, again.Doubt, "nobody knows what the first attempt did")
}

func messageDoubt(t *testing.T, d *disk) {
	key := d.queue("HELP-7", reply)[0]
	d.attempt(key)
	d.settle(key, bot.Outcome{State: bot.Unsure, At: at(1), Due: at(2), Cause: "timeout"})
	require.Empty(t, d.due(1))
	require.Equal(t, []bot.EffectKey{key}, d.due(2))
	require.Equal(t, bot.Unsure, d.message(key).State)
	d.settle(key, bot.Outcome{State: bot.Unsure, At: at(3), Due: at(4)})
	require.Equal(t, at(1), d.message(key).Last, "what is unsure stays unsure since when it was")
	d.attempt(key)
	d.settle(key, bot.Outcome{State: bot.Waiting, At: start, Due: at(2)})
	require.True(t, d.message(key).Doubt)
}

// An answer that does not say what was done leaves a doubt, and nothing to wait for.
func messageAnswered(t *testing.T, d *disk) {
	key := d.queue("HELP-7", reply)[0]
	d.attempt(key)
	d.settle(key, bot.Outcome{State: bot.Waiting, At: at(1), Due: at(2), Doubt: true, Cause: "status 500"})
	d.reopen()
	row := d.message(key)
	require.Equal(t, bot.Waiting, row.State)
	require.True(t, row.Doubt)
}

func messageRetry(t *testing.T, d *disk) {
	keys := d.queue("HELP-7", reply, note)
	d.attempt(keys[0])
	d.settle(keys[0], bot.Outcome{State: bot.Waiting, At: start, Due: at(3), Cause: "too many requests"})
	d.reopen()
	require.Empty(t, d.due(2))
	require.Equal(t, keys[:1], d.due(3))
	row := d.message(keys[0])
	require.Equal(t, "too many requests", row.Cause)
	require.False(t, row.Doubt)
}

func messageEnds(t *testing.T, d *disk) {
	keys := d.queue("HELP-7", reply, reply, reply, reply)
	for i, end := range []bot.DeliveryState{bot.Delivered, bot.Expired, bot.Dead} {
		require.Equal(t, keys[i:i+1], d.due(0))
		d.attempt(keys[i])
		d.settle(keys[i], bot.Outcome{State: end, At: start, Remote: "comment-1", Cause: "why"})
		require.Equal(t, end, d.message(keys[i]).State)
	}
	require.Equal(t, keys[3:], d.due(0))
	require.Equal(t, bot.RemoteID("comment-1"), d.message(keys[0]).Remote)
}

func messageEndTwice(t *testing.T, d *disk) {
	ctx := t.Context()
	key := d.queue("HELP-7", reply)[0]
	d.settle(key, bot.Outcome{State: bot.Delivered, Remote: "1"})
	d.settle(key, bot.Outcome{State: bot.Delivered, Remote: "2"})
	require.Equal(t, bot.RemoteID("1"), d.message(key).Remote)
	for _, other := range []bot.DeliveryState{bot.Waiting, bot.Unsure, bot.Dead, bot.Expired} {
		requireKind(t, bot.Conflict, d.Settle(ctx, key, bot.Outcome{State: other}))
	}
	requireKind(t, bot.Conflict, d.Attempt(ctx, key, start))
	key = d.queue("HELP-7", reply)[0]
	for _, none := range []bot.DeliveryState{bot.Attempting, bot.Superseded, ""} {
		requireKind(t, bot.Invalid, d.Settle(ctx, key, bot.Outcome{State: none}))
	}
}

func messageRevived(t *testing.T, d *disk) {
	keys := d.queue("HELP-7", reply, note)
	d.attempt(keys[0])
	d.settle(keys[0], bot.Outcome{State: bot.Dead, Cause: "denied"})
	d.settle(keys[0], bot.Outcome{State: bot.Waiting, Due: at(1)})
	require.Equal(t, keys[1:], d.due(1))
	d.settle(keys[1], bot.Outcome{State: bot.Delivered})
	require.Equal(t, keys[:1], d.due(1))
	require.Zero(t, d.message(keys[0]).Attempts)
}

func messageUnknown(t *testing.T, d *disk) {
	requireKind(t, bot.NotFound, d.Attempt(t.Context(), "no/1/0", start))
	requireKind(t, bot.NotFound, d.Settle(t.Context(), "no/1/0", bot.Outcome{State: bot.Delivered}))
}

func messageEpoch(t *testing.T, d *disk) {
	one := d.message(d.queue("HELP-7", reply)[0])
	d.reopen()
	two := d.message(d.queue("HELP-7", reply)[0])
	require.Equal(t, one.Epoch, two.Epoch)
	require.True(t, strings.HasPrefix(string(one.SentAs()), "HELP-7/1/0/"+one.Epoch+"/"))
	require.True(t, strings.HasPrefix(string(two.SentAs()), "HELP-7/2/0/"+one.Epoch+"/"))
}
