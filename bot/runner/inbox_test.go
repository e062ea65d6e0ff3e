package runner_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/rules"
)

func TestInboxStepsAndCommits(t *testing.T) {
	s := newStage(t)
	s.receive("a", "a", "b")
	s.all(s.InboxOnce)
	c, err := s.store.Conversation(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.EqualValues(t, 2, c.Version)
	require.Equal(t, []string{"HELP-1/1/0 waiting", "HELP-1/2/0 waiting"}, s.outbox())
	stats := s.Stats()
	require.EqualValues(t, 2, stats.Received)
	require.EqualValues(t, 1, stats.Duplicates)
	require.EqualValues(t, 2, stats.Decisions)
}

// What a decision finds given in a note is an event like any other, once however
// often the decision is taken again.
func TestInboxReceivesWhatANoteGives(t *testing.T) {
	s := newStage(t)
	given := bot.Event{ID: "jira/note/1/a", Kind: bot.CommandGiven, Ticket: "HELP-1", Command: &bot.Command{Verb: bot.Hold, Actor: bot.Person{Slack: "U1"}}}
	var commands int
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		c.Version++
		if e.Kind == bot.CommandGiven {
			commands++
			return bot.Decision{Next: c}
		}
		return bot.Decision{Next: c, Given: []bot.Event{given}}
	}
	s.receive("a", "b")
	s.all(s.InboxOnce)
	require.Equal(t, 1, commands)
}

func TestInboxGathersFacts(t *testing.T) {
	registry := &rules.Registry{}
	s := newStage(t, func(c *runner.Config) {
		c.World = func() rules.World { return rules.World{Registry: registry} }
		c.House = bot.House{Shadow: true}
	})
	b := bot.Booking{ID: "other", Ticket: "HELP-2", Held: true, Until: start.Add(time.Hour)}
	b.Start, b.End = start, start.Add(time.Hour)
	require.NoError(t, s.store.Commit(t.Context(), bot.Commit{Next: bot.Conversation{Key: "HELP-2", Version: 1}, Book: []bot.Booking{b}}))
	s.receive("a")
	s.all(s.InboxOnce)
	f := s.facts
	require.Equal(t, "please", f.Ticket.Description)
	require.Same(t, registry, f.World.Registry)
	require.Len(t, f.Taken, 1)
	require.True(t, f.World.Taken[0].Held)
	require.Equal(t, b.Interval, f.World.Taken[0].Interval)
	require.Equal(t, start, f.FirstStart)
	require.True(t, f.House.Shadow)
	require.Nil(t, f.Standing)
	require.Nil(t, f.Estimate)

	s.watch.add(time.Hour)
	require.NoError(t, s.Begin(t.Context()), "a second time")
	_, err := s.Receive(t.Context(), bot.Event{ID: "gone", Kind: bot.TicketTouched, Ticket: "HELP-9"})
	require.NoError(t, err)
	s.all(s.InboxOnce)
	require.Nil(t, s.facts.Ticket)
	require.Equal(t, start, s.facts.FirstStart)
	require.Empty(t, s.facts.Taken, "the hold is over")
}

// What the engine says of a request belongs to the decision that makes it one: it
// stands on the first card.
func TestInboxAsksTheEngineForTheFirstCard(t *testing.T) {
	s := newStage(t, func(c *runner.Config) { c.Cloner = &engine{} })
	steps := 0
	s.script = func(c bot.Conversation, e bot.Event, f bot.Facts) bot.Decision {
		steps++
		d := says(c, e)
		d.Next.State, d.Next.Verdict.Target = bot.Proposed, "ABCD_test"
		if f.Estimate != nil {
			d.Next.Expected = f.Estimate.Length
		}
		return d
	}
	s.receive("a")
	s.all(s.InboxOnce)
	c, err := s.store.Conversation(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.Equal(t, time.Hour, c.Expected)
	require.Equal(t, 2, steps)

	s.receive("b")
	s.all(s.InboxOnce)
	require.Equal(t, 3, steps, "it is the same request")
}

func TestInboxAsksForTheStandingOfWhoCommands(t *testing.T) {
	people := []bot.Person{{Slack: "U1", Jira: "j1", Email: "Ann@example.com"}}
	for name, test := range map[string]struct {
		actor    bot.Person
		approver bool
		refusal  bot.Refusal
	}{
		"an approver in Slack":       {bot.Person{Slack: "U1"}, true, ""},
		"a stranger in Slack":        {bot.Person{Slack: "U2"}, false, bot.NotListed},
		"an approver on the ticket":  {bot.Person{Jira: "j1"}, true, ""},
		"an approver by e-mail":      {bot.Person{Email: "ann@EXAMPLE.com"}, true, ""},
		"somebody who has no entry":  {bot.Person{Jira: "j2"}, false, bot.NotListed},
		"nobody":                     {bot.Person{}, false, bot.NotListed},
		"when Slack does not answer": {bot.Person{Slack: "down"}, false, bot.CannotCheck},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, func(c *runner.Config) {
				c.House.People = people
				c.Chat = &brokenChat{Chat: c.Chat}
			})
			_, err := s.Receive(t.Context(), bot.Event{
				ID: "a", Kind: bot.CommandGiven, Ticket: "HELP-1", Command: &bot.Command{Verb: bot.Hold, Actor: test.actor},
			})
			require.NoError(t, err)
			s.all(s.InboxOnce)
			require.Equal(t, test.approver, s.facts.Standing.Approver)
			require.Equal(t, test.refusal, s.facts.Standing.Refusal)
		})
	}
}

// brokenChat does not know the member called down.
type brokenChat struct{ bot.Chat }

func (c *brokenChat) Standing(ctx context.Context, member string) (bot.Standing, error) {
	if member == "down" {
		return bot.Standing{Approver: true}, bot.Errorf(bot.Unavailable, "chat: look up", "no answer")
	}
	return c.Chat.Standing(ctx, member)
}

func TestInboxDoesNothingWhereNothingIsDecided(t *testing.T) {
	s := newStage(t)
	s.receive("a")
	s.all(s.InboxOnce)
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		d := says(c, e)
		d.Audit = []bot.Audit{{Ticket: e.Ticket, Version: d.Next.Version, What: "nothing new"}}
		return d
	}
	s.receive("b")
	s.all(s.InboxOnce)
	c, err := s.store.Conversation(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.EqualValues(t, 1, c.Version)
	trail, err := s.store.History(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.Len(t, trail, 1)
	require.EqualValues(t, 1, trail[0].Version)
}

// brokenDesk fails to read tickets with an error, as long as there is one.
type brokenDesk struct {
	bot.Desk
	err   error
	reads int
}

func (d *brokenDesk) Ticket(ctx context.Context, key bot.TicketKey) (bot.Ticket, error) {
	d.reads++
	if d.err != nil {
		return bot.Ticket{}, d.err
	}
	return d.Desk.Ticket(ctx, key)
}

func TestInboxPutsOffWhatCanNotBeDecided(t *testing.T) {
	broken := &brokenDesk{err: bot.Errorf(bot.Unavailable, "desk: read", "bad gateway")}
	s := newStage(t, func(c *runner.Config) { broken.Desk, c.Desk = c.Desk, broken })
	s.receive("a")
	var waits []time.Duration
	for range 10 {
		before := s.watch.Now()
		s.all(s.InboxOnce)
		next, err := s.store.NextDue(t.Context())
		require.NoError(t, err)
		waits = append(waits, next.Event.Sub(before))
		s.watch.set(next.Event)
	}
	require.Equal(t, 10, broken.reads, "once each time it is due")
	require.Equal(t, []time.Duration{
		time.Second / 2, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second,
		16 * time.Second, 32 * time.Second, time.Minute, time.Minute, time.Minute,
	}, waits)
	broken.err = &bot.Error{Kind: bot.RateLimited, After: 7 * time.Minute, Op: "desk: read", Err: context.DeadlineExceeded}
	s.all(s.InboxOnce)
	next, err := s.store.NextDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.watch.Now().Add(7*time.Minute), next.Event)
	broken.err = nil
	s.watch.set(next.Event)
	s.all(s.InboxOnce)
	require.Len(t, s.outbox(), 1)
	require.EqualValues(t, 11, s.Stats().PutOff)
}

func TestInboxSurvivesAPanic(t *testing.T) {
	s := newStage(t)
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		if e.ID == "poison" {
			panic("a bug")
		}
		return says(c, e)
	}
	s.receive("poison")
	s.all(s.InboxOnce)
	require.EqualValues(t, 1, s.Stats().Panics)
	rows, err := s.store.NextEvents(t.Context(), start.Add(time.Minute), 1)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Contains(t, rows[0].Cause, "a bug")
	require.Contains(t, s.log.String(), "stack")
}

// rivalStore has somebody else decide first, a number of times.
type rivalStore struct {
	bot.Store
	rivals int
}

func (s *rivalStore) Commit(ctx context.Context, c bot.Commit) error {
	if s.rivals > 0 {
		s.rivals--
		rival := bot.Commit{Was: c.Was, Next: c.Next, Now: c.Now}
		if err := s.Store.Commit(ctx, rival); err != nil {
			return err
		}
	}
	return s.Store.Commit(ctx, c)
}

func TestInboxDecidesAgainAfterAConflict(t *testing.T) {
	for rivals, want := range map[int]bot.Version{1: 2, 4: 5, 5: 5} {
		s := newStage(t, func(c *runner.Config) { c.Store = &rivalStore{c.Store, rivals} })
		s.receive("a")
		s.all(s.InboxOnce)
		c, err := s.store.Conversation(t.Context(), "HELP-1")
		require.NoError(t, err)
		require.Equal(t, want, c.Version)
		require.EqualValues(t, rivals, s.Stats().Conflicts)
		s.watch.add(time.Minute)
		s.all(s.InboxOnce)
		require.Len(t, s.outbox(), 1, "however often it was decided, one reply")
	}
}

func TestInboxTellsTheFaultOfTheStore(t *testing.T) {
	s := newStage(t, func(c *runner.Config) { c.Store = fullStore{c.Store} })
	s.receive("a")
	did, err := s.InboxOnce(t.Context())
	require.True(t, did)
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
}

// fullStore has no room.
type fullStore struct{ bot.Store }

func (fullStore) Commit(context.Context, bot.Commit) error {
	return bot.Errorf(bot.Unavailable, "store: commit", "no space left on device")
}

func (fullStore) Delay(context.Context, string, time.Time, string) error {
	return bot.Errorf(bot.Unavailable, "store: put off", "no space left on device")
}

func TestTimersBecomeEvents(t *testing.T) {
	s := newStage(t)
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		d := says(c, e)
		if e.Kind == bot.TimerRang {
			d.Wake = e.At.Add(time.Hour) // and nothing else
			return d
		}
		d.Next.State = bot.Collecting
		d.Wake = start.Add(time.Hour)
		return d
	}
	s.receive("a")
	s.all(s.InboxOnce)
	s.all(s.TimersOnce)
	require.EqualValues(t, 1, s.Stats().Received, "not yet")
	for i := range 3 {
		s.watch.add(time.Hour)
		s.all(s.TimersOnce)
		require.EqualValues(t, i+2, s.Stats().Received)
		s.all(s.InboxOnce)
	}
	c, err := s.store.Conversation(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.EqualValues(t, 1, c.Version)
}
