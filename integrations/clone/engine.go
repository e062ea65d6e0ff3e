package clone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// An Engine performs runs. It is safe for concurrent use; one run is advanced by
// one caller at a time.
type Engine struct {
	config Config
	ports  Ports
	plan   *Plan

	mu     sync.Mutex // guards claims
	claims map[bot.RunID]*claim

	parked sync.Mutex // held to remove what is parked, and to decide to bring it back

	estimates memory[bot.RunOrder, Forecast]
	past      memory[string, experience] // by target
}

var _ bot.Cloner = (*Engine)(nil)

// New returns an engine for the plan that NewPlan lays.
func New(c Config, p Ports) (*Engine, error) {
	plan, err := NewPlan()
	if err != nil {
		return nil, err
	}
	return newEngine(c, p, plan)
}

func newEngine(c Config, p Ports, plan *Plan) (*Engine, error) {
	if p.Runs == nil || p.Clock == nil {
		return nil, errors.New("make clone engine: no journal or no clock")
	}
	if c.Patience == 0 {
		c.Patience = 10 * time.Minute
	}
	return &Engine{config: c, ports: p, plan: plan, claims: map[bot.RunID]*claim{}}, nil
}

// Advance performs the next task of a run. See bot.Cloner.
//
// Where the answer has a Question, or a state that is over, calling again
// changes nothing until somebody wishes something or the world is mended.
func (e *Engine) Advance(ctx context.Context, id bot.RunID) (bot.RunReport, error) {
	c := e.claim(id)
	defer e.release(id, c)
	c.mu.Lock()
	defer c.mu.Unlock()

	s, err := e.open(ctx, id, c)
	if err != nil {
		return bot.RunReport{}, fmt.Errorf("advance run %s: %w", id, err)
	}
	s.past = e.experience(ctx, s.run.Order.Target)
	if err := s.move(ctx); err != nil {
		if bot.KindOf(err) == bot.Conflict {
			c.lost = err
		}
		return bot.RunReport{}, fmt.Errorf("advance run %s: %w", id, err)
	}
	c.over = s.progress.over
	return s.report(), nil
}

// Report returns the state of a run without touching it.
func (e *Engine) Report(ctx context.Context, id bot.RunID) (bot.RunReport, error) {
	s, err := e.load(ctx, id)
	if err != nil {
		return bot.RunReport{}, fmt.Errorf("report on run %s: %w", id, err)
	}
	s.past = e.experience(ctx, s.run.Order.Target)
	return s.report(), nil
}

// open loads a run for work, with this process's token.
func (e *Engine) open(ctx context.Context, id bot.RunID, c *claim) (*session, error) {
	if c.lost != nil {
		return nil, c.lost
	}
	if c.token == 0 {
		token, err := e.ports.Runs.Claim(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("claim: %w", err)
		}
		c.token = token
	}
	s, err := e.load(ctx, id)
	if err != nil {
		return nil, err
	}
	s.token = c.token
	return s, nil
}

func (e *Engine) load(ctx context.Context, id bot.RunID) (*session, error) {
	run, err := e.ports.Runs.Run(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	records, err := e.ports.Runs.Journal(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	p, err := replay(e.plan, records)
	if err != nil {
		return nil, err
	}
	if p.version != 0 && p.version != e.plan.version {
		return nil, bot.Errorf(bot.Invalid, "clone: resume",
			"run %s began with plan %d, this is plan %d: finish it with the program that began it",
			id, p.version, e.plan.version)
	}
	return &session{engine: e, run: run, progress: p}, nil
}

// job makes what tasks work on. An order that names an environment that is not
// there is an error of the kind Invalid.
func (e *Engine) job(run bot.Run, p *progress) (*Job, error) {
	j := &Job{
		Run: run, Profile: e.config.Profile, Config: e.config, Ports: e.ports,
		results: map[TaskID]json.RawMessage{},
	}
	var err error
	if j.Source, err = e.environment(run.Order.Source); err != nil {
		return nil, err
	}
	if j.Target, err = e.environment(run.Order.Target); err != nil {
		return nil, err
	}
	if j.DB, err = e.driver(j.Source, j.Target); err != nil {
		return nil, err
	}
	for id, t := range p.tasks {
		if len(t.result) > 0 {
			j.results[id] = t.result
		}
	}
	return j, nil
}

func (e *Engine) environment(name string) (Environment, error) {
	for _, env := range e.config.Environments {
		if strings.EqualFold(env.Name, name) {
			return env, nil
		}
	}
	return Environment{}, bot.Errorf(bot.Invalid, "clone: find environment", "no environment %q is configured", name)
}

// driver returns the driver of both environments. NotFound: there is none, and
// engineers clone by hand.
func (e *Engine) driver(source, target Environment) (Database, error) {
	from, _, _ := strings.Cut(source.Database, ":")
	to, _, _ := strings.Cut(target.Database, ":")
	if from != to {
		return nil, bot.Errorf(bot.NotFound, "clone: find driver",
			"%s is on %q and %s on %q: both have to be on the same kind of database", source.Name, from, target.Name, to)
	}
	db, ok := e.ports.Databases[from]
	if !ok {
		return nil, bot.Errorf(bot.NotFound, "clone: find driver", "there is none for %q, where %s lives", from, source.Name)
	}
	return db, nil
}
