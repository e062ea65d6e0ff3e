package simulation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/cmd/internal/stage"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// A Script says which play it is.
type Script struct {
	Seed   uint64
	Folder string // of its own, on a fast disk; the play leaves it as it ends
	Tell   bool   // keep the story
}

// An Outcome is what came of a play.
type Outcome struct {
	Violations []promise.Violation
	Faults     map[string]int // how often what went wrong
	Clones     int            // databases that were replaced, in the storm and in all
	Stormy     int
	Story      string
}

// deeds is how many things happen in a storm.
const deeds = 300

// Play plays a script to its end. An error is the play's own, or that it comes to
// no end; what the program breaks is in the Outcome.
func (t *Town) Play(ctx context.Context, s Script) (o Outcome, err error) {
	p, err := t.newPlay(ctx, s)
	if err != nil {
		return o, fmt.Errorf("set the stage for seed %d: %w", s.Seed, err)
	}
	defer func() { err = errors.Join(err, p.stage.End()) }()
	for i, act := range []func() error{p.prologue, p.storm, p.calm, p.trial} {
		if err = act(); err != nil {
			break
		}
		if i == 1 {
			o.Stormy, _ = p.witness.Copies()
		}
	}
	if s.Tell {
		p.tellTrails()
		o.Story = p.story.String()
	}
	o.Violations, o.Faults = p.found, p.dice.count
	o.Clones, _ = p.witness.Copies()
	return o, err
}

// A play is one seed on the stage.
type play struct {
	script Script
	town   *Town
	ctx    context.Context
	folder string
	config *config.Config
	dice   *dice
	story  story

	stage      *stage.Stage
	replica    *wire.App // another process on the same store; nil: not needed yet
	jira, chat *line
	post       *post
	witness    *promise.Witness
	book       *promise.Book
	asked      []*request
	engineers  []*engineer
	giving     bool // an engineer gives a command
	estimates  map[string]bot.Estimate
	saved      time.Time // when the backup was taken that there is; zero: there is none
	before     ends      // by then
	rewound    bool      // it was put in place
	errs       []error   // of the play itself
	found      []promise.Violation
}

func (t *Town) newPlay(ctx context.Context, s Script) (*play, error) {
	p := &play{script: s, town: t, ctx: ctx, folder: s.Folder, dice: newDice(s.Seed), book: promise.NewBook(), estimates: map[string]bot.Estimate{}}
	if err := t.settle(p.folder); err != nil {
		return nil, err
	}
	p.config = t.configure(p.folder, 1+p.dice.IntN(2))
	if err := p.setStage(); err != nil {
		return nil, err
	}
	p.story = story{on: s.Tell, now: p.stage.Clock.Now}
	p.dice.tell = p.story.tell
	p.story.tell("room for %d at once; the weather: %+v", p.config.Policy.Capacity, p.dice.weather)
	p.populate()
	if err := p.callWitness(); err != nil {
		return nil, err
	}
	if err := p.stage.Boot(ctx); err != nil {
		return nil, err
	}
	p.dice.on = true
	p.dice.meanwhile, p.dice.people = p.other, p.alerted
	return p, nil
}

// setStage sets the stage, with faulty ways to everything.
func (p *play) setStage() (err error) {
	p.jira, p.chat = &line{d: p.dice}, &line{d: p.dice, slack: true}
	through := func(l *line) func(http.RoundTripper) http.RoundTripper {
		return func(to http.RoundTripper) http.RoundTripper { l.to = to; return l }
	}
	p.stage, err = stage.New(stage.Options{
		Config: p.config, Folder: p.folder, Start: start,
		Store:  func(s bot.Store) bot.Store { return brittle{s, p.dice} },
		Cloner: p.newCloner,
		Jira:   through(p.jira), Slack: through(p.chat),
	})
	if err != nil {
		return err
	}
	p.stage.Clock.Hasty = true
	p.jira.clock, p.chat.clock = p.stage.Clock, p.stage.Clock
	p.post = &post{play: p}
	p.stage.Chat.PostTo("http://bot.stage", &http.Client{Transport: p.post})
	return nil
}

// populate lets people move in.
func (p *play) populate() {
	desk, chat := p.stage.Desk, p.stage.Chat
	desk.AddCustomer(ann, "ann@abcd.example", "ABCD")
	desk.AddCustomer(carol, "carol@abcd.example", "ABCD")
	desk.AddCustomer(zoe, "zoe@wxyz.example", "WXYZ")
	desk.AddAgent(agent, "ivo@desk.example")
	for id, email := range map[string]string{
		mia: "mia@desk.example", tom: "tom@desk.example", carolInSlack: "carol@abcd.example",
	} {
		chat.AddUser(slacksim.User{ID: id, Name: id, RealName: id, Email: email})
	}
	chat.AddUser(slacksim.User{ID: guest, Name: guest, RealName: "A Guest", Guest: true})
	chat.AddChannel(channel, "refreshes", mia, tom, carolInSlack, guest)
	for _, id := range []string{mia, tom, carolInSlack, guest} {
		p.engineers = append(p.engineers, &engineer{id: id})
	}
	p.asked = p.newRequests()
}

// callWitness lets the checker look at the world before anything happens.
func (p *play) callWitness() (err error) {
	w := promise.World{
		Desk: p.stage.Desk, Chat: p.stage.Chat, Channel: channel,
		Approvers: []string{mia, tom, carolInSlack}, SameAs: map[string]string{carol: carolInSlack},
		Capacity: p.config.Policy.Capacity, Layout: layout, Retention: p.config.Engine.Retention,
		Moves: map[promise.Stage]string{promise.Confirmed: "In progress", promise.Running: "In progress", promise.Done: "Done"},
	}
	for _, name := range environments {
		w.Environments = append(w.Environments, promise.Environment{Name: name, Database: p.town.database(p.folder, name)})
	}
	p.witness, err = promise.NewWitness(w, p.book)
	return err
}

// pass lets time pass, and what was late land.
func (p *play) pass(d time.Duration) {
	p.stage.Clock.Add(d)
	p.land()
}

func (p *play) land() {
	p.jira.land()
	p.chat.land()
}

// look lets the witness look.
func (p *play) look() {
	if err := p.witness.Look(p.stage.Clock.Now()); err != nil {
		p.errs = append(p.errs, err)
	}
}

// trial has the outcome judged.
func (p *play) trial() (err error) {
	p.found, err = p.witness.Testify(p.stage.Clock.Now())
	for _, v := range p.found {
		p.story.tell("BROKEN: %s", v)
	}
	return errors.Join(append(p.errs, err)...)
}

// tellTrails ends the story with what the bot itself says that it did.
func (p *play) tellTrails() {
	if p.stage.App == nil {
		return
	}
	for _, r := range p.asked {
		if r.key == "" {
			continue
		}
		trail, err := p.stage.App.Store.History(p.ctx, bot.TicketKey(r.key))
		if err != nil {
			p.story.line("%s: %v", r.key, err)
		}
		for _, a := range trail {
			p.story.line("%s  %s: %s → %s, %s: %s", a.At.Format(clockForm), a.Ticket, a.Before, a.After, a.Actor, a.What)
		}
	}
	for what, n := range sorted(p.dice.count) {
		p.story.line("%4d × %s", n, what)
	}
}
