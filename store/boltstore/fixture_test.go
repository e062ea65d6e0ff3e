package boltstore_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

var (
	record = flag.Bool("record", false, "write the fixture of the present schema, once, when a schema is new")
	update = flag.Bool("update", false, "write the golden files anew")
)

// furnish puts something into every part of a store: requests in several states,
// events that wait and that are done, messages in every state of delivery, runs
// with their journals.
func furnish(t *testing.T, s *boltstore.Store) {
	t.Helper()
	ctx, now := t.Context(), noon.now
	for i, state := range []bot.State{bot.Collecting, bot.Proposed, bot.Confirmed, bot.Running, bot.Done, bot.Cancelled, bot.Silent} {
		key := bot.TicketKey(fmt.Sprint("HELP-", i+1))
		finish(t, s, fmt.Sprint("jira/webhook/", i), key, now)
		require.NoError(t, s.Commit(ctx, request(key, state, now.Add(time.Duration(i)*time.Minute))))
	}
	for key, o := range map[bot.EffectKey]bot.Outcome{
		bot.KeyOf("HELP-2", 1, 0): {State: bot.Delivered, At: now, Remote: "10001"},
		bot.KeyOf("HELP-3", 1, 0): {State: bot.Waiting, At: now, Due: now.Add(time.Minute), Cause: "down"},
		bot.KeyOf("HELP-4", 1, 0): {State: bot.Unsure, At: now, Due: now.Add(time.Minute), Cause: "no answer"},
		bot.KeyOf("HELP-5", 1, 0): {State: bot.Dead, At: now, Cause: "refused"},
	} {
		require.NoError(t, s.Attempt(ctx, key, now))
		require.NoError(t, s.Settle(ctx, key, o))
	}
	require.NoError(t, s.Attempt(ctx, bot.KeyOf("HELP-1", 1, 0), now))
	for _, id := range []string{"slack/action/1", "slack/action/2"} {
		_, err := s.Receive(ctx, bot.Event{ID: id, Kind: bot.CommandGiven, Ticket: "HELP-2", At: now, Command: &bot.Command{Verb: bot.Approve}})
		require.NoError(t, err)
	}
	journal(t, s, "HELP-4-1", 3)
	require.NoError(t, s.SetMark(ctx, "first start", now.Add(-time.Hour)))
}

// request is a decision that brings everything with it that one can.
func request(key bot.TicketKey, state bot.State, now time.Time) bot.Commit {
	window := rules.Interval{Start: now.Add(48 * time.Hour), End: now.Add(50 * time.Hour)}
	c := bot.Commit{
		Next: bot.Conversation{
			Key: key, Version: 1, State: state, Reporter: bot.Person{Name: "Ann", Email: "ann@abcd.example"},
			Seen: bot.Seen{Description: "5eed", Comments: map[string]string{"1": "c0ffee"}}, Runs: 1, Letters: 2,
		},
		Now: now,
		Messages: []bot.Message{
			{Key: bot.KeyOf(key, 1, 0), Ticket: key, Kind: bot.TicketReply, Living: bot.StatusReply, Public: &bot.PublicText{}},
			{Key: bot.KeyOf(key, 1, 1), Ticket: key, Kind: bot.ChatCard, Living: bot.RequestCard, Card: &bot.Card{Title: string(key)}},
			{Key: bot.KeyOf(key, 1, 2), Ticket: key, Kind: bot.ChatThread, Under: bot.RequestCard, Inside: &bot.InternalText{}},
		},
		Audit: []bot.Audit{{Ticket: key, Version: 1, At: now, Actor: "client", After: state, What: "read"}},
	}
	switch state {
	case bot.Collecting:
		c.Wake = now.Add(24 * time.Hour)
	case bot.Running:
		c.Order = &bot.Run{ID: bot.RunID(key + "-1"), Ticket: key, Ordered: now, Order: bot.RunOrder{Source: "a", Target: "b", Window: window}}
	case bot.Silent:
		c.Messages, c.Audit = nil, nil
	}
	return c
}

// journal adds records to a run.
func journal(t *testing.T, s *boltstore.Store, id bot.RunID, records int) {
	t.Helper()
	token, err := s.Claim(t.Context(), id)
	require.NoError(t, err)
	for i := range records {
		require.NoError(t, s.Append(t.Context(), bot.RunRecord{
			Run: id, Seq: i + 1, Token: token, At: noon.now, Task: "01", What: bot.RecordDone, Result: json.RawMessage(`{"n":1}`),
		}, bot.RunRunning))
	}
}

// told returns what a store says of everything in it.
func told(t *testing.T, s *boltstore.Store) string {
	t.Helper()
	var all struct {
		Conversations []bot.Conversation
		Trails        [][]bot.Audit
		Messages      []bot.OutboxRow
		Events        []bot.InboxRow
		Timers        []bot.Timer
		Runs          []bot.Run
		Journal       []bot.RunRecord
		FirstStart    time.Time
		Agenda        bot.Agenda
	}
	ctx := t.Context()
	list := func(err error) { t.Helper(); require.NoError(t, err) }
	var err error
	all.Conversations, err = s.Conversations(ctx)
	list(err)
	for _, c := range all.Conversations {
		trail, err := s.History(ctx, c.Key)
		list(err)
		all.Trails = append(all.Trails, trail)
	}
	all.Messages, err = s.Messages(ctx, "")
	list(err)
	for i := range all.Messages {
		all.Messages[i].Epoch = "-" // of each store its own
	}
	all.Events, err = s.NextEvents(ctx, noon.now.Add(time.Hour), 100)
	list(err)
	all.Timers, err = s.DueTimers(ctx, noon.now.Add(1000*time.Hour), 100)
	list(err)
	all.Runs, err = s.OpenRuns(ctx)
	list(err)
	all.Journal, err = s.Journal(ctx, "HELP-4-1")
	list(err)
	all.FirstStart, err = s.Mark(ctx, "first start")
	list(err)
	all.Agenda, err = s.NextDue(ctx)
	list(err)
	text, err := json.MarshalIndent(all, "", " ")
	list(err)
	return string(text) + "\n"
}

// fixture unpacks the file of an older schema.
func fixture(t *testing.T, name string) (path string) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".db.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// TestRecordFixture writes the fixture of the present schema; the others are
// never written again.
func TestRecordFixture(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := open(t, path)
	furnish(t, s)
	require.NotEmpty(t, told(t, s))
	require.NoError(t, s.Close())
	if !*record {
		return
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(data)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	name := filepath.Join("testdata", "schema-2.db.gz")
	require.NoFileExists(t, name, "a fixture is written once")
	require.NoError(t, os.WriteFile(name, packed.Bytes(), 0o600))
}

// Files of every schema that was ever released are read as they were meant, and a
// copy of each stays beside.
func TestOlderSchemas(t *testing.T) {
	for _, name := range []string{"schema-1", "schema-2"} {
		t.Run(name, func(t *testing.T) {
			path := fixture(t, name)
			was, err := os.ReadFile(path)
			require.NoError(t, err)
			s := open(t, path)
			story := told(t, s)
			golden := filepath.Join("testdata", "furnished.golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(story), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), story)
			r, err := s.Check(t.Context(), true)
			require.NoError(t, err)
			require.True(t, r.Sound(), r.Wrong)
			n, err := s.Forget(t.Context(), noon.now.Add(time.Hour), noon.now, 100)
			require.NoError(t, err)
			require.Equal(t, 1, n, "HELP-6 is over; a message of HELP-5 waits, of HELP-7 nothing tells since when")
			if name == "schema-1" {
				aside, err := os.ReadFile(path + ".schema-1")
				require.NoError(t, err)
				require.True(t, bytes.HasPrefix(was, aside))
			}
		})
	}
}

// What a newer program wrote is refused and left as it is.
func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, open(t, path).Close())
	alter(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("99")) })
	was, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, path+": it has schema 99, this program knows 2: use a newer program")
	is, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, was, is)

	alter(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("two")) })
	_, err = boltstore.Open(path, boltstore.Options{Clock: noon})
	require.ErrorContains(t, err, `its schema is "two"`)
}
