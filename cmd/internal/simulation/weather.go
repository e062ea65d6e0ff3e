package simulation

import "time"

// A weather is what a storm is like. A storm in which everything goes wrong now and
// then hides from the bugs that take two faults of a kind: each storm has a bent of
// its own.
type weather struct {
	opening opening
	// Once in so many: steps at which the process dies, writes for which there is no
	// room, steps between which somebody else gets, calls that each kind of trouble
	// meets, calls at which a vendor goes down for a while, webhooks that are spoiled,
	// clients who change their minds, looks of an agent at a ticket, troubles on which
	// somebody acts, deaths after which a backup is restored.
	crash, full, meanwhile, trouble, outage, spoiled, fickle, notes, alert, restored int
}

// newWeather draws one.
func newWeather(d *dice) weather {
	often := func(usual, often int) int {
		if d.chance(4) {
			return often
		}
		return usual
	}
	return weather{
		opening: [...]opening{early, rush, rush, proposed, confirmed, confirmed, confirmed, cloning}[d.IntN(8)],
		crash:   often(250, 30), full: often(100, 10), meanwhile: often(20, 5), trouble: often(60, 20),
		outage: often(400, 60), notes: often(20, 2),
		spoiled: often(4, 1), fickle: often(4, 1), alert: often(10, 2), restored: often(30, 2),
	}
}

// An opening is when a storm begins.
type opening string

const (
	early     opening = "before anybody has asked for anything"
	rush      opening = "when everybody has asked at once"
	proposed  opening = "when everything waits for the engineers"
	confirmed opening = "shortly before a window that is confirmed"
	cloning   opening = "when a clone is at work"
)

// prologue plays without faults until the storm begins, or long enough.
func (p *play) prologue() error {
	on := p.dice.on
	p.dice.on = false
	defer func() { p.dice.on = on }()
	switch p.dice.weather.opening {
	case early:
		return nil
	case rush:
		p.clients()
		return nil
	case proposed:
		for more := true; more; more = p.clients() {
			if err := p.settle(); err != nil {
				return err
			}
		}
		return nil
	}
	lead := p.dice.upTo(20 * time.Minute)
	const most = 2000
	for range most {
		if p.ripe(lead) {
			p.story.tell("the storm begins %s", p.dice.weather.opening)
			return nil
		}
		if more, err := p.proceed(lead); !more || err != nil {
			return err
		}
	}
	return nil
}

// ripe reports whether what the storm is to meet is there.
func (p *play) ripe(lead time.Duration) bool {
	if p.dice.weather.opening == cloning {
		return p.witness.AtWork()
	}
	first, ok := p.witness.Promised()
	return ok && !p.stage.Clock.Now().Before(first.Start.Add(-lead))
}

// proceed does the next thing that there is to do; where there is none, time passes,
// and not beyond the beginning of the storm. It reports whether there was anything.
func (p *play) proceed(lead time.Duration) (more bool, err error) {
	p.land()
	did, err := p.stage.Step(p.ctx)
	p.look()
	if did || err != nil || p.everybody() {
		return true, err
	}
	if news, err := p.stage.App.Runner.PollOnce(p.ctx); news || err != nil || p.busy() {
		return true, err
	}
	next := p.next()
	first, ok := p.witness.Promised()
	if eve := first.Start.Add(-lead); ok && p.dice.weather.opening == confirmed && eve.Before(next) {
		next = eve
	}
	return p.until(next), nil
}
