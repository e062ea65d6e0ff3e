package runner_test

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// answers is a script that answers a ticket's first words with a card and the living
// reply, later ones with the living reply drawn anew and a reply of its own. What it
// says is the same whichever version says it.
func answers(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
	text := fmt.Sprint(e.Ticket, " ", e.ID)
	all := []say{
		{kind: bot.TicketReply, living: bot.StatusReply, text: text + " status"},
		{kind: bot.ChatCard, living: bot.RequestCard, text: text + " card"},
	}
	if c.Version > 0 && e.Kind == bot.TicketTouched {
		all = append(all, say{kind: bot.TicketReply, text: text + " reply"}, say{kind: bot.ChatThread, under: bot.RequestCard, text: text + " thread"})
	}
	return says(c, e, all...)
}

// hear brings in what happened on a ticket just now, and has it dealt with.
func (s *stage) hear(ticket bot.TicketKey, id string) {
	s.t.Helper()
	_, err := s.Receive(s.t.Context(), bot.Event{ID: id, Kind: bot.TicketTouched, Ticket: ticket, At: s.watch.Now()})
	require.NoError(s.t, err)
	s.all(s.InboxOnce)
}

// rewind puts a backup in the place of the store, as another process finds it.
func (s *stage) rewind(backup string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "store.db")
	_, err := boltstore.Restore(s.t.Context(), path, backup, boltstore.Options{Clock: s.watch})
	require.NoError(s.t, err)
	store, err := boltstore.Open(path, boltstore.Options{Clock: s.watch, NoSync: true})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, store.Close()) })
	c := s.Config
	c.Store, s.store = store, store
	s.Runner = runner.New(c)
}

// backup takes a backup of the store.
func (s *stage) backup() (path string) {
	s.t.Helper()
	path = filepath.Join(s.t.TempDir(), "backup")
	_, err := boltstore.SaveBackup(path, false, s.watch.Now(), func(to io.Writer) error {
		return s.store.(*boltstore.Store).Snapshot(s.t.Context(), func(int64) io.Writer { return to })
	})
	require.NoError(s.t, err)
	return path
}

// After a restore everything that happened since the backup is read and decided
// again, and nothing that was said is said again: comments are found by their words,
// what is drawn in place is found whichever drawing it was. What happens then is
// answered as ever.
func TestNothingIsSaidTwiceAfterARestore(t *testing.T) {
	s := newStage(t)
	s.script = answers
	for _, ticket := range []bot.TicketKey{"HELP-2", "HELP-3"} {
		s.desk.file(ticket, bot.Person{Jira: "client"}, "please")
	}
	s.hear("HELP-1", "old")
	s.all(s.OutboxOnce)
	s.hear("HELP-2", "waits") // decided, and not yet sent
	s.watch.add(time.Minute)
	backup := s.backup()

	s.all(s.OutboxOnce)
	s.watch.add(time.Minute)
	s.hear("HELP-1", "again") // a reply, and both drawings anew
	s.hear("HELP-2", "more")  // what waited is redrawn: its first drawing is to be seen nowhere
	s.hear("HELP-3", "new")   // a ticket that the backup does not know
	s.all(s.OutboxOnce)
	s.watch.add(time.Minute)
	s.hear("HELP-3", "newer")
	s.all(s.OutboxOnce)
	comments, posts := len(s.desk.written()), len(s.chat.posted())
	lived := s.watch.Now()
	s.watch.add(time.Hour)

	s.rewind(backup)
	for _, e := range []struct{ ticket, id string }{{"HELP-1", "again"}, {"HELP-2", "more"}, {"HELP-3", "new"}, {"HELP-3", "newer"}} {
		_, err := s.Receive(t.Context(), bot.Event{ID: e.id, Kind: bot.TicketTouched, Ticket: bot.TicketKey(e.ticket), At: lived})
		require.NoError(t, err)
	}
	s.all(s.InboxOnce)
	s.all(s.OutboxOnce)
	require.Len(t, s.desk.written(), comments)
	require.Len(t, s.chat.posted(), posts, "what is redrawn stands where it stood")

	s.watch.add(time.Minute)
	s.hear("HELP-3", "newest")
	s.all(s.OutboxOnce)
	require.Len(t, s.desk.written(), comments+1)
	require.Subset(t, s.texts(), []string{"HELP-3 newest status", "HELP-3 newest reply"})
}

// What was written before a restore is found to have been answered, though something
// else on the ticket, of after it, is what has the bot read it.
func TestReadAfterARestoreForAnotherReason(t *testing.T) {
	s, answer := newStage(t), "filed"
	s.script = func(c bot.Conversation, e bot.Event, _ bot.Facts) bot.Decision {
		c.Behind = e.Kind == bot.StoreRestored
		if c.Behind {
			return says(c, e)
		}
		return says(c, e, say{kind: bot.TicketReply, text: answer})
	}
	s.hear("HELP-1", "filed")
	s.all(s.OutboxOnce)
	s.watch.add(time.Minute)
	backup := s.backup()
	s.watch.add(time.Minute)
	answer = "cancelled"
	s.desk.say("HELP-1", bot.Person{Jira: "client"}, "please cancel")
	s.hear("HELP-1", "cancelled")
	s.all(s.OutboxOnce)
	comments := len(s.desk.written())
	s.watch.add(time.Hour)

	s.rewind(backup)
	s.all(s.InboxOnce)
	s.watch.add(time.Minute)
	s.desk.touch("HELP-1")
	s.hear("HELP-1", "a note")
	s.all(s.OutboxOnce)
	require.Len(t, s.desk.written(), comments, "it was answered")

	answer = "taken up again"
	s.desk.say("HELP-1", bot.Person{Jira: "client"}, "do it after all")
	s.hear("HELP-1", "anew")
	s.all(s.OutboxOnce)
	require.Len(t, s.desk.written(), comments+1)
}

// A message is tried for as long as any other after a restore, however long ago the
// time is from when on it is looked for.
func TestPatienceBeginsAfterARestore(t *testing.T) {
	s, f := faultyStage(t) // decided, and not yet sent
	backup := s.backup()
	s.watch.add(48 * time.Hour)
	s.rewind(backup)
	for range 10 {
		f.faults = []fault{{err: denied}}
		s.watch.add(time.Minute)
		s.all(s.OutboxOnce)
	}
	s.all(s.OutboxOnce)
	require.Greater(t, f.tries, 8)
	require.NotContains(t, fmt.Sprint(s.outbox()), string(bot.Dead))
}

// What the process of before had on its way may land yet: nothing that another store
// may have said is said until then.
func TestLateWriteOfAnotherStore(t *testing.T) {
	s, f := faultyStage(t, fault{err: ambiguous})
	backup := s.backup()
	s.all(s.OutboxOnce) // the vendor takes it, and does not have it yet
	sent, err := s.store.Messages(t.Context(), "HELP-1")
	require.NoError(t, err)
	s.watch.add(time.Minute)
	s.rewind(backup)
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
	require.Equal(t, 30*time.Second, s.next())
	_, err = s.desk.Reply(t.Context(), "HELP-1", sent[0].SentAs(), *sent[0].Message.Public)
	require.NoError(t, err)
	s.all(s.OutboxOnce)
	require.Equal(t, 1, f.tries)
	require.Equal(t, []string{"a"}, s.texts())
}

// Nor is anything drawn anew in place until then: what lands late would undo it.
func TestLateDrawingOfAnotherStore(t *testing.T) {
	s := newStage(t)
	s.script = answers
	s.desk.file("HELP-1", bot.Person{Jira: "client"}, "please")
	s.hear("HELP-1", "first")
	s.all(s.OutboxOnce)
	backup := s.backup()
	s.watch.add(time.Minute)
	s.rewind(backup)
	s.hear("HELP-1", "second")
	s.all(s.OutboxOnce)
	require.Contains(t, s.texts(), "HELP-1 first status")
	require.Equal(t, 30*time.Second, s.next())
	s.all(s.OutboxOnce)
	require.Contains(t, s.texts(), "HELP-1 second status")
}
