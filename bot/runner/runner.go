package runner

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
)

// Config is what a Runner works with. Store, Desk, Chat, Clock, Log and World
// are required.
type Config struct {
	Store  bot.Store
	Desk   bot.Desk
	Chat   bot.Chat
	Cloner bot.Cloner // nil: engineers run clones by hand
	Clock  bot.Clock
	Log    *slog.Logger
	World  func() rules.World // asked at every event
	House  bot.House

	HouseNow func() bot.House // asked at every event in the place of House; nil: House

	Poll    cron.Schedule // when to look for what webhooks missed; nil: never
	Workers int           // events, and messages to each vendor, in hand at once; zero: 4
	Clones  int           // runs that advance at once; zero: 2

	// Step and Render decide and word. Nil: bot.Step and wording.Render.
	Step   func(bot.Conversation, bot.Event, bot.Facts, time.Time) bot.Decision
	Render func(bot.Conversation, bot.Effect, bot.EffectKey, bot.House) bot.Message
}

// firstStart is the mark of the bot's first start on its store.
const firstStart = "first start"

// A Runner runs the loops. Make one with New. It is safe for concurrent use.
type Runner struct {
	Config
	began time.Time
	count counters

	events   inHand[string]
	messages inHand[bot.EffectKey]
	runs     inHand[bot.RunID]
	turns    turns
	news     news
	beats    beats
	again    sync.Mutex // held by the one that decides anew

	inboxBell, outboxBell, timerBell, taskBell bell
}

var _ bot.Inbox = (*Runner)(nil)

// New returns a Runner. It begins nothing.
func New(c Config) *Runner {
	if c.Step == nil {
		c.Step = bot.Step
	}
	if c.Render == nil {
		c.Render = wording.Render
	}
	if c.Workers == 0 {
		c.Workers = 4
	}
	if c.Clones == 0 {
		c.Clones = 2
	}
	if c.HouseNow == nil {
		c.HouseNow = func() bot.House { return c.House }
	}
	return &Runner{Config: c, began: c.Clock.Now()}
}

// Receive keeps an event and rouses the inbox loop; see bot.Inbox. Adapters are
// given the Runner as their inbox.
func (r *Runner) Receive(ctx context.Context, e bot.Event) (fresh bool, err error) {
	fresh, err = r.Store.Receive(ctx, e)
	switch {
	case err != nil:
	case fresh:
		r.count.received.Add(1)
		r.inboxBell.ring()
	default:
		r.count.duplicates.Add(1)
	}
	return fresh, err
}

// Rouse makes every loop look for work at once, for the sake of somebody who
// changed the store beside the Runner.
func (r *Runner) Rouse() {
	for _, b := range []*bell{&r.inboxBell, &r.outboxBell, &r.timerBell, &r.taskBell} {
		b.ring()
	}
}

// Begin notes when the bot was first started on its store: tickets from before
// are left alone. It is called before anything comes in; Run calls it too.
func (r *Runner) Begin(ctx context.Context) error {
	at, err := r.Store.Mark(ctx, firstStart)
	if err != nil || !at.IsZero() {
		return err
	}
	return r.Store.SetMark(ctx, firstStart, r.Clock.Now())
}

// Run repeats the loops until ctx ends. What is in hand then is finished, within
// a grace of 15 s. An error is Begin's.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.Begin(ctx); err != nil {
		return err
	}
	var all sync.WaitGroup
	repeat := func(times int, l loop) {
		for range times {
			all.Go(func() { r.repeat(ctx, l) })
		}
	}
	event := func(a bot.Agenda) time.Time { return a.Event }
	message := func(a bot.Agenda) time.Time { return a.Message }
	timer := func(a bot.Agenda) time.Time { return a.Timer }
	turn := func(bot.Agenda) time.Time { return r.turns.soonest() }
	repeat(r.Workers, loop{name: "inbox", once: r.InboxOnce, bell: &r.inboxBell, next: event})
	repeat(r.Workers, loop{name: "outbox_desk", once: r.outboxTo(bot.ToDesk), bell: &r.outboxBell, next: message})
	repeat(r.Workers, loop{name: "outbox_chat", once: r.outboxTo(bot.ToChat), bell: &r.outboxBell, next: message})
	repeat(1, loop{name: "timers", once: r.TimersOnce, bell: &r.timerBell, next: timer})
	repeat(r.Clones, loop{name: "tasks", once: r.TaskOnce, bell: &r.taskBell, next: turn, long: true})
	if r.Poll != nil {
		all.Go(func() { r.pollAll(ctx) })
	}
	all.Wait()
	return nil
}
