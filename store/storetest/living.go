package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

var living = []property{
	{"a living message stands where it was sent last", livingWhere},
	{"a newer drawing takes the place of one that waits", livingSuperseded},
	{"a newer drawing keeps to the time that the vendor asked for", livingKeepsTime},
	{"a newer drawing follows one that is being sent, or may have been", livingFollows},
	{"a newer drawing retires a dead one", livingRetires},
	{"a newer drawing leaves other names and tickets alone", livingAlone},
}

var card = bot.Message{Kind: bot.ChatCard, Living: bot.RequestCard, Card: &bot.Card{}}

func livingWhere(t *testing.T, d *disk) {
	_, ok, err := d.Living(t.Context(), "HELP-7", bot.RequestCard)
	require.NoError(t, err)
	require.False(t, ok)
	for _, remote := range []bot.RemoteID{"C1/1.0", "C1/2.0"} {
		key := d.queue("HELP-7", card)[0]
		d.settle(key, bot.Outcome{State: bot.Delivered, Remote: remote})
		d.reopen()
		id, ok, err := d.Living(t.Context(), "HELP-7", bot.RequestCard)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, remote, id)
	}
}

func livingSuperseded(t *testing.T, d *disk) {
	old := d.queue("HELP-7", card, thread)
	fresh := d.queue("HELP-7", card)[0]
	require.Equal(t, bot.Superseded, d.message(old[0]).State)
	require.Equal(t, []bot.EffectKey{fresh}, d.due(0), "the card still comes before what goes under it")
	d.settle(fresh, bot.Outcome{State: bot.Delivered, Remote: "1"})
	require.Equal(t, old[1:], d.due(0))
	requireKind(t, bot.Conflict, d.Attempt(t.Context(), old[0], start))
	requireKind(t, bot.Conflict, d.Settle(t.Context(), old[0], bot.Outcome{State: bot.Waiting}))
}

func livingKeepsTime(t *testing.T, d *disk) {
	old := d.queue("HELP-7", card)[0]
	d.attempt(old)
	d.settle(old, bot.Outcome{State: bot.Waiting, Due: at(5)})
	fresh := d.queue("HELP-7", card)[0]
	require.Empty(t, d.due(4))
	require.Equal(t, []bot.EffectKey{fresh}, d.due(5))
}

func livingFollows(t *testing.T, d *disk) {
	for _, begun := range []func(bot.EffectKey){
		d.attempt,
		func(key bot.EffectKey) { d.settle(key, bot.Outcome{State: bot.Unsure}) },
		func(key bot.EffectKey) { d.attempt(key); d.settle(key, bot.Outcome{State: bot.Waiting, Doubt: true}) },
	} {
		old := d.queue("HELP-7", card)[0]
		begun(old)
		waiting, fresh := d.queue("HELP-7", card)[0], d.queue("HELP-7", card)[0]
		require.Equal(t, []bot.EffectKey{old}, d.due(0))
		require.Equal(t, bot.Superseded, d.message(waiting).State)
		d.settle(old, bot.Outcome{State: bot.Delivered, Remote: "1"})
		require.Equal(t, []bot.EffectKey{fresh}, d.due(0))
		d.settle(fresh, bot.Outcome{State: bot.Delivered, Remote: "1"})
	}
}

func livingRetires(t *testing.T, d *disk) {
	old := d.queue("HELP-7", card)[0]
	d.attempt(old)
	d.settle(old, bot.Outcome{State: bot.Dead, Cause: "invalid blocks"})
	fresh := d.queue("HELP-7", card)[0]
	require.Equal(t, bot.Superseded, d.message(old).State)
	requireKind(t, bot.Conflict, d.Settle(t.Context(), old, bot.Outcome{State: bot.Waiting}))
	require.Equal(t, []bot.EffectKey{fresh}, d.due(0))
}

func livingAlone(t *testing.T, d *disk) {
	progress := bot.Message{Kind: bot.ChatProgress, Living: bot.ProgressOf("r1")}
	keys := d.queue("HELP-7", card, progress)
	other := d.queue("HELP-8", card)
	progress.Living = bot.ProgressOf("r2")
	d.queue("HELP-7", progress)
	for _, key := range append(keys, other...) {
		require.Equal(t, bot.Waiting, d.message(key).State)
	}
}
