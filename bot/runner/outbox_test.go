package runner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// plays makes every event give the same effects.
func (s *stage) plays(effects ...say) {
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision { return says(c, e, effects...) }
}

func TestOutboxSendsEverythingToItsPlace(t *testing.T) {
	s := newStage(t)
	s.plays(
		say{kind: bot.TicketReply, text: "hello", living: bot.StatusReply},
		say{kind: bot.ChatCard, text: "card", living: bot.RequestCard},
		say{kind: bot.ChatThread, text: "news", under: bot.RequestCard},
		say{kind: bot.TicketInside, text: "note"},
		say{kind: bot.TicketStatus, text: "done"},
		say{kind: bot.ChatProgress, text: "1 of 31", living: bot.ProgressOf("r"), under: bot.RequestCard},
		say{kind: bot.ChatAlert, text: "alert"},
	)
	s.receive("a")
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"hello", "note"}, s.texts())
	require.Equal(t, []string{"HELP-1 done"}, s.desk.moves)
	posts := s.chat.posted()
	require.Len(t, posts, 4)
	require.Equal(t, bot.ChatCard, posts[0].Message.Kind)
	require.Equal(t, posts[0].ID, posts[1].Thread)
	require.Equal(t, bot.ChatAlert, posts[2].Message.Kind, "progress comes last")
	require.Equal(t, posts[0].ID, posts[3].Thread)

	s.receive("b")
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"hello", "note", "note"}, s.texts(), "the living reply is rewritten")
	require.Len(t, s.chat.posted(), 6, "card and progress are redrawn")
	require.Equal(t, s.desk.written()[0].Last, withEpoch(t, s, "HELP-1/2/0")+"/status")
	require.EqualValues(t, 14, s.Stats().Sent)
	require.Equal(t, start, s.Stats().ChatSeen)
}

// withEpoch is the key with which a message goes out.
func withEpoch(t *testing.T, s *stage, key bot.EffectKey) bot.EffectKey {
	rows, err := s.store.Messages(t.Context(), "")
	require.NoError(t, err)
	return key + bot.EffectKey("/"+rows[0].Epoch)
}

func TestOutboxPostsAnewWhatSomebodyDeleted(t *testing.T) {
	s := newStage(t)
	s.plays(say{kind: bot.TicketReply, text: "hello", living: bot.StatusReply}, say{kind: bot.ChatCard, text: "card", living: bot.RequestCard})
	s.receive("a")
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	s.desk.remove("b1")
	s.chat.remove("p1")
	for _, again := range []string{"b", "c"} {
		s.receive(again)
		s.all(s.InboxOnce)
		s.all(s.OutboxOnce)
		require.Len(t, s.desk.written(), 2)
		require.Len(t, s.chat.posted(), 2)
	}
}

// A fault is what happens to one write.
type fault struct {
	err   error
	takes bool // the write takes effect all the same
	panic bool
}

// faultyDesk meets each reply with the next fault; where there is none left it
// goes through. Looking fails with its error, if it has one.
type faultyDesk struct {
	bot.Desk
	faults []fault
	tries  int
	look   error
	looks  int
}

func (d *faultyDesk) Reply(ctx context.Context, t bot.TicketKey, key bot.EffectKey, text bot.PublicText) (bot.RemoteID, error) {
	d.tries++
	if len(d.faults) == 0 {
		return d.Desk.Reply(ctx, t, key, text)
	}
	f := d.faults[0]
	d.faults = d.faults[1:]
	if f.takes {
		if _, err := d.Desk.Reply(ctx, t, key, text); err != nil {
			return "", err
		}
	}
	if f.panic {
		panic("an adapter's bug")
	}
	return "", f.err
}

func (d *faultyDesk) Sent(ctx context.Context, t bot.TicketKey, key bot.EffectKey, since time.Time) (bot.RemoteID, bool, error) {
	d.looks++
	if d.look != nil {
		return "", false, d.look
	}
	return d.Desk.Sent(ctx, t, key, since)
}

// faultyStage has one reply wait in the outbox.
func faultyStage(t *testing.T, faults ...fault) (*stage, *faultyDesk) {
	f := &faultyDesk{faults: faults}
	s := newStage(t, func(c *runner.Config) { f.Desk, c.Desk = c.Desk, f })
	s.receive("a")
	s.all(s.InboxOnce)
	return s, f
}

// next moves the watch to when a message is due and returns how long that was.
func (s *stage) next() time.Duration {
	s.t.Helper()
	a, err := s.store.NextDue(s.t.Context())
	require.NoError(s.t, err)
	wait := a.Message.Sub(s.watch.Now())
	s.watch.set(a.Message)
	return wait
}

var (
	unavailable = bot.Errorf(bot.Unavailable, "desk: reply", "bad gateway")
	ambiguous   = bot.Errorf(bot.Ambiguous, "desk: reply", "no answer")
	denied      = bot.Errorf(bot.Denied, "desk: reply", "token revoked")
	invalid     = bot.Errorf(bot.Invalid, "desk: reply", "too long")
)

func TestOutboxTriesAgainWhatDidNotHappen(t *testing.T) {
	limited := &bot.Error{Kind: bot.RateLimited, After: 3 * time.Minute, Op: "desk: reply", Err: unavailable}
	s, f := faultyStage(t, fault{err: unavailable}, fault{err: unavailable}, fault{err: limited})
	s.all(s.OutboxOnce)
	require.Equal(t, time.Second/2, s.next())
	s.all(s.OutboxOnce)
	require.Equal(t, time.Second, s.next())
	s.all(s.OutboxOnce)
	require.Equal(t, 3*time.Minute, s.next(), "the vendor's word comes first")
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"a"}, s.texts())
	require.Zero(t, f.looks)
	require.EqualValues(t, 3, s.Stats().Retried)
}

func TestOutboxLooksBeforeItSendsAgain(t *testing.T) {
	s, f := faultyStage(t, fault{err: ambiguous, takes: true})
	s.all(s.OutboxOnce)
	require.Equal(t, time.Second/2, s.next())
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
	require.Equal(t, []string{"a"}, s.texts())
	require.Equal(t, []string{"HELP-1/1/0 sent"}, s.outbox())
	require.EqualValues(t, 1, s.Stats().Found)
}

func TestOutboxWaitsForALateWrite(t *testing.T) {
	s, f := faultyStage(t, fault{err: ambiguous})
	s.all(s.OutboxOnce)
	s.next()
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.looks)
	require.Equal(t, 30*time.Second-time.Second/2, s.next())
	rows, err := s.store.Messages(t.Context(), "HELP-1")
	require.NoError(t, err)
	_, err = s.desk.Reply(t.Context(), "HELP-1", rows[0].SentAs(), *rows[0].Message.Public)
	require.NoError(t, err)
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
	require.Equal(t, []string{"HELP-1/1/0 sent"}, s.outbox())
}

func TestOutboxSendsAgainWhatNeverLanded(t *testing.T) {
	s, f := faultyStage(t, fault{err: ambiguous}, fault{err: unavailable})
	for range 10 {
		s.all(s.OutboxOnce)
		if len(s.texts()) > 0 {
			break
		}
		s.next()
	}
	require.Equal(t, []string{"a"}, s.texts())
	require.Equal(t, 3, f.tries)
	require.Equal(t, 3, f.looks, "once in doubt, it looks before every attempt")
}

// A vendor that answered is done with the request: nothing can land later, and
// what is not found is sent again at once.
func TestOutboxDoesNotWaitAfterAnAnswer(t *testing.T) {
	answered := &bot.Error{Kind: bot.Ambiguous, Answered: true, Op: "desk: reply", Err: errors.New("status 500")}
	for _, took := range []bool{false, true} {
		s, f := faultyStage(t, fault{err: answered, takes: took})
		s.all(s.OutboxOnce)
		require.Equal(t, time.Second/2, s.next())
		s.all(s.OutboxOnce)
		require.Equal(t, 1, f.looks)
		require.Equal(t, []string{"a"}, s.texts())
		require.Equal(t, []string{"HELP-1/1/0 sent"}, s.outbox())
	}
}

func TestOutboxLooksAfterAKill(t *testing.T) {
	s, f := faultyStage(t)
	require.NoError(t, s.store.Attempt(t.Context(), "HELP-1/1/0", s.watch.Now()))
	s.all(s.OutboxOnce)
	require.Zero(t, f.tries)
	require.Equal(t, 1, f.looks)
	require.Equal(t, 30*time.Second, s.next())
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
}

func TestOutboxDoesNotSendWhatItCanNotLookFor(t *testing.T) {
	s, f := faultyStage(t, fault{err: ambiguous})
	f.look = unavailable
	for range 5 {
		s.all(s.OutboxOnce)
		s.next()
	}
	require.Equal(t, 1, f.tries)
	require.Equal(t, []string{"HELP-1/1/0 unknown"}, s.outbox())
}

func TestOutboxTakesAPanicForAnUnknownOutcome(t *testing.T) {
	s, f := faultyStage(t, fault{panic: true, takes: true})
	s.all(s.OutboxOnce)
	s.next()
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
	require.Equal(t, []string{"a"}, s.texts())
}

func TestOutboxGivesUp(t *testing.T) {
	for name, test := range map[string]struct {
		err   error
		after time.Duration
	}{
		"what is wrong after a minute":     {invalid, time.Minute},
		"what is not allowed after a day":  {denied, 24 * time.Hour},
		"what has no place after a minute": {bot.Errorf(bot.NotFound, "desk: reply", "no such ticket"), time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			faults := make([]fault, 2000)
			for i := range faults {
				faults[i] = fault{err: test.err}
			}
			s, _ := faultyStage(t, faults...)
			for range faults {
				s.all(s.OutboxOnce)
				if s.Stats().Dead > 0 {
					break
				}
				s.next()
			}
			require.Equal(t, []string{"HELP-1/1/0 dead"}, s.outbox())
			require.GreaterOrEqual(t, s.watch.Now(), start.Add(test.after))
			require.Less(t, s.watch.Now(), start.Add(test.after+2*time.Minute))
			trail, err := s.store.History(t.Context(), "HELP-1")
			require.NoError(t, err)
			require.Len(t, trail, 1)
			require.Contains(t, trail[0].What, test.err.Error())
			require.Contains(t, s.log.String(), "message given up")
		})
	}
}

func TestOutboxDropsWhatComesTooLate(t *testing.T) {
	s := newStage(t)
	s.plays(say{kind: bot.TicketReply, text: "hello", until: start.Add(time.Minute)})
	s.receive("a")
	s.all(s.InboxOnce)
	s.watch.add(2 * time.Minute)
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"HELP-1/1/0 expired"}, s.outbox())
	require.Empty(t, s.texts())
}

func TestOutboxNeverRepeatsAWhisper(t *testing.T) {
	s := newStage(t)
	s.plays(say{kind: bot.ChatWhisper, text: "no"})
	s.receive("a")
	s.all(s.InboxOnce)
	require.NoError(t, s.store.Attempt(t.Context(), "HELP-1/1/0", s.watch.Now()))
	s.all(s.OutboxOnce)
	require.Equal(t, []string{"HELP-1/1/0 expired"}, s.outbox())
	require.Empty(t, s.chat.posted())
}

func TestOutboxDoesNotWaitForACardThatWasGivenUp(t *testing.T) {
	s := newStage(t)
	s.plays(
		say{kind: bot.ChatCard, text: "card", living: bot.RequestCard},
		say{kind: bot.ChatProgress, text: "1 of 31", living: bot.ProgressOf("r"), under: bot.RequestCard},
	)
	s.receive("a")
	s.all(s.InboxOnce)
	require.NoError(t, s.store.Settle(t.Context(), "HELP-1/1/0", bot.Outcome{State: bot.Waiting, Due: start.Add(time.Hour)}))
	s.all(s.OutboxOnce)
	require.Empty(t, s.chat.posted())
	require.NoError(t, s.store.Settle(t.Context(), "HELP-1/1/0", bot.Outcome{State: bot.Dead}))
	s.next()
	s.all(s.OutboxOnce)
	require.Len(t, s.chat.posted(), 1)
	require.Empty(t, s.chat.posted()[0].Thread)
}
