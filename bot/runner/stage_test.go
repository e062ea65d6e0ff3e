package runner_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// start is when the tests begin: a Wednesday.
var start = time.Date(2026, time.May, 6, 9, 0, 0, 0, time.UTC)

// A watch is a clock that is moved by hand. Nothing waits on it.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) Until(context.Context, time.Time) error { panic("nothing waits on a watch") }

func (w *watch) add(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *watch) set(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

// A stage is a Runner with a world in memory and a store on disk, and a script in
// the place of bot.Step: every event gives the effects it says.
type stage struct {
	*runner.Runner
	t     *testing.T
	watch *watch
	store bot.Store
	desk  *desk
	chat  *chat
	log   bytes.Buffer

	// facts are those of the last step; several may be taken at once.
	mu    sync.Mutex
	facts bot.Facts
	// script decides; nil: an event is counted and a reply of it given.
	script func(bot.Conversation, bot.Event, bot.Facts) bot.Decision
}

// wish configures a stage before its Runner is made.
type wish func(*runner.Config)

func newStage(t *testing.T, wishes ...wish) *stage {
	t.Helper()
	s := &stage{t: t, watch: &watch{now: start}}
	s.desk, s.chat = newDesk(s.watch), &chat{clock: s.watch, approvers: []string{"U1"}}
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "store.db"), boltstore.Options{Clock: s.watch, NoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s.store = store
	c := runner.Config{
		Store: store, Desk: s.desk, Chat: s.chat, Clock: s.watch,
		Log:    slog.New(slog.NewTextHandler(&s.log, nil)),
		World:  func() rules.World { return rules.World{} },
		Step:   s.step,
		Render: render,
	}
	for _, w := range wishes {
		w(&c)
	}
	s.Runner = runner.New(c)
	require.NoError(t, s.Begin(t.Context()))
	s.desk.file("HELP-1", bot.Person{Jira: "client"}, "please")
	return s
}

func (s *stage) step(c bot.Conversation, e bot.Event, f bot.Facts, _ time.Time) bot.Decision {
	s.mu.Lock()
	s.facts = f
	s.mu.Unlock()
	if s.script != nil {
		return s.script(c, e, f)
	}
	return says(c, e, say{kind: bot.TicketReply, text: e.ID})
}

// says is a decision that gives effects.
func says(c bot.Conversation, e bot.Event, effects ...say) bot.Decision {
	c.Key = e.Ticket
	c.Version++
	d := bot.Decision{Next: c}
	for _, s := range effects {
		d.Effects = append(d.Effects, s)
	}
	return d
}

// say is an effect of the tests' own: a message of a kind.
type say struct {
	bot.Effect
	kind   bot.MessageKind
	text   string
	living bot.LivingName
	under  bot.LivingName
	until  time.Time
}

func render(c bot.Conversation, e bot.Effect, key bot.EffectKey, _ bot.House) bot.Message {
	s := e.(say)
	m := bot.Message{Key: key, Ticket: c.Key, Kind: s.kind, Living: s.living, Under: s.under, NotAfter: s.until}
	text := bot.Text{{Kind: bot.Paragraph, Lines: []bot.Line{{{Text: s.text}}}}}
	switch s.kind {
	case bot.TicketReply:
		m.Public = &bot.PublicText{Text: text}
	case bot.TicketStatus:
		m.Status = s.text
	case bot.ChatCard:
		m.Card = &bot.Card{Title: s.text}
	default:
		m.Inside = &bot.InternalText{Text: text}
	}
	return m
}

// receive brings in news of HELP-1.
func (s *stage) receive(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		_, err := s.Receive(s.t.Context(), bot.Event{ID: id, Kind: bot.TicketTouched, Ticket: "HELP-1", At: s.watch.Now()})
		require.NoError(s.t, err)
	}
}

// all repeats a loop until it finds nothing to do.
func (s *stage) all(once func(context.Context) (bool, error)) {
	s.t.Helper()
	for {
		did, err := once(s.t.Context())
		require.NoError(s.t, err)
		if !did {
			return
		}
	}
}

// outbox returns what became of the messages: "HELP-1/1/0 sent".
func (s *stage) outbox() (states []string) {
	s.t.Helper()
	rows, err := s.store.Messages(s.t.Context(), "HELP-1")
	require.NoError(s.t, err)
	for _, r := range rows {
		states = append(states, fmt.Sprint(r.Message.Key, " ", r.State))
	}
	return states
}

func (s *stage) texts() (texts []string) {
	for _, c := range s.desk.written() {
		texts = append(texts, c.Text)
	}
	return texts
}
