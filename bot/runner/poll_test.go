package runner_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// pollDesk notes since when it was asked.
type pollDesk struct {
	bot.Desk
	since []time.Duration // before the watch
	clock bot.Clock
	err   error
}

func (d *pollDesk) Touched(ctx context.Context, since time.Time) ([]bot.Touch, error) {
	d.since = append(d.since, d.clock.Now().Sub(since))
	if d.err != nil {
		return nil, d.err
	}
	return d.Desk.Touched(ctx, since)
}

func TestPollFindsWhatWebhooksMissed(t *testing.T) {
	s := newStage(t)
	s.script = func(c bot.Conversation, e bot.Event, f bot.Facts) bot.Decision {
		d := says(c, e)
		d.Next.Seen.Description = f.Ticket.DescribedAt.String()
		return d
	}
	poll := func(wantDid bool, wantFound uint64) {
		t.Helper()
		did, err := s.PollOnce(t.Context())
		require.NoError(t, err)
		require.Equal(t, wantDid, did)
		s.all(s.InboxOnce)
		require.Equal(t, wantFound, s.Stats().FoundByPoll)
	}
	poll(true, 1)
	poll(false, 1)
	s.watch.add(time.Minute)
	s.desk.file("HELP-1", bot.Person{}, "changed")
	s.receive("webhook")
	s.all(s.InboxOnce)
	poll(true, 1)
	s.watch.add(time.Minute)
	s.desk.file("HELP-1", bot.Person{}, "changed again")
	poll(true, 2)
}

// A late desk takes a while to answer.
type lateDesk struct {
	*desk
	watch *watch
}

func (d lateDesk) Ticket(ctx context.Context, key bot.TicketKey) (bot.Ticket, error) {
	d.watch.add(10 * time.Millisecond)
	return d.desk.Ticket(ctx, key)
}

// What a webhook brought is not brought in again, but for a ticket that was read
// at the very moment of its last change: there may have been another.
func TestPollLeavesAloneWhatIsDealtWith(t *testing.T) {
	s := newStage(t)
	s.Desk = lateDesk{s.desk, s.watch}
	poll := func(want bool) {
		t.Helper()
		did, err := s.PollOnce(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, did)
		s.all(s.InboxOnce)
	}
	change := func(words string, before time.Duration) {
		s.watch.add(time.Minute)
		s.desk.file("HELP-1", bot.Person{}, words)
		s.watch.add(before)
		s.receive("webhook of " + words)
		s.all(s.InboxOnce)
	}
	poll(true)
	change("changed", time.Second)
	poll(false)
	change("changed again", 0)
	poll(true)
	s.watch.add(time.Minute)
	s.desk.file("HELP-1", bot.Person{}, "changed without a webhook")
	poll(true)
}

// What the bot wrote itself is no news, unless somebody wrote just before it.
func TestPollLeavesAloneWhatTheBotWrote(t *testing.T) {
	s := newStage(t)
	s.Desk = lateDesk{s.desk, s.watch}
	poll := func(want bool) {
		t.Helper()
		s.watch.add(time.Second)
		did, err := s.PollOnce(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, did)
		s.all(s.InboxOnce)
	}
	answer := func(webhook string) {
		s.receive(webhook)
		s.all(s.InboxOnce)
		s.watch.add(time.Second)
		s.all(s.OutboxOnce)
	}
	s.watch.add(time.Minute)
	s.desk.file("HELP-1", bot.Person{}, "please")
	s.watch.add(time.Second)
	answer("webhook")
	require.Len(t, s.texts(), 1)
	poll(false)
	poll(false)
	s.watch.add(time.Second)
	s.desk.say("HELP-1", bot.Person{Jira: "client"}, "and hurry")
	s.watch.add(time.Second)
	answer("webhook that came late")
	s.desk.say("HELP-1", bot.Person{Jira: "client"}, "of which no webhook tells")
	s.watch.add(time.Second)
	_, err := s.desk.Reply(t.Context(), "HELP-1", "HELP-1/9/0", bot.PublicText{})
	require.NoError(t, err)
	poll(true)
}

func TestPollLooksBackBehindTheLastGoodOne(t *testing.T) {
	d := &pollDesk{}
	s := newStage(t, func(c *runner.Config) { d.Desk, c.Desk, d.clock = c.Desk, d, c.Clock })
	once := func() error {
		_, err := s.PollOnce(t.Context())
		s.watch.add(time.Hour)
		return err
	}
	s.watch.add(30 * time.Minute) // since the first start
	require.NoError(t, once())
	require.NoError(t, once())
	d.err = unavailable
	require.Error(t, once())
	require.Error(t, once())
	d.err = nil
	require.NoError(t, once())
	const o = 10 * time.Minute
	require.Equal(t, []time.Duration{time.Hour/2 + o, time.Hour + o, time.Hour + o, 2*time.Hour + o, 3*time.Hour + o}, d.since)
	require.Equal(t, start.Add(4*time.Hour+time.Hour/2), s.Stats().Polled)
}
