package slack

import (
	"errors"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// progressEvery is how often one message with a run's progress is drawn again at
// most: Slack advises three seconds. The outbox keeps only the newest drawing, so
// that what is put off is never old when its time comes.
const progressEvery = 3 * time.Second

// errPace is why progress is put off without Slack being asked.
var errPace = errors.New("progress gives way: it was drawn a moment ago, or Slack limits us")

// A pace lets a run's progress give way. The last drawing of a run is not put off
// for its own sake, but like all progress it stays behind while Slack limits us:
// what is allowed first then is for cards and answers.
type pace struct {
	mu    sync.Mutex
	drawn map[bot.RemoteID]time.Time // when each progress message was
	yield time.Time                  // until when progress gives way to everything else
}

// wait returns how long a message has to wait before it may be sent; id is where
// it was drawn before.
func (p *pace) wait(id bot.RemoteID, m bot.Message, now time.Time) time.Duration {
	if m.Kind != bot.ChatProgress {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	wait := max(0, p.yield.Sub(now))
	if last, ok := p.drawn[id]; ok && !over(m) {
		wait = max(wait, last.Add(progressEvery).Sub(now))
	}
	return wait
}

func over(m bot.Message) bool { return m.Plan != nil && m.Plan.State.Over() }

// drew notes that a message was drawn again.
func (p *pace) drew(id bot.RemoteID, m bot.Message, now time.Time) {
	if m.Kind != bot.ChatProgress {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, at := range p.drawn { // those of runs that are over
		if now.Sub(at) >= progressEvery {
			delete(p.drawn, other)
		}
	}
	if p.drawn == nil {
		p.drawn = map[bot.RemoteID]time.Time{}
	}
	p.drawn[id] = now
}

// answered looks at how Slack answered. Where it limits us, progress gives way
// until a little after Slack takes calls again.
func (p *pace) answered(err error, now time.Time) {
	e, ok := errors.AsType[*bot.Error](err)
	if !ok || e.Kind != bot.RateLimited {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := now.Add(e.After + time.Second); until.After(p.yield) {
		p.yield = until
	}
}
