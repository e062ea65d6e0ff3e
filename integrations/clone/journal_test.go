package clone_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// errKilled is what a killed process would not live to see.
var errKilled = errors.New("killed")

// journal is a bot.Runs in memory, which can lose an append as a dying process
// would.
type journal struct {
	mu      sync.Mutex
	runs    map[bot.RunID]bot.Run
	records map[bot.RunID][]bot.RunRecord

	// before and after are called around each append; an error is what the
	// caller gets, with the record not written or written.
	before, after func(bot.RunRecord) error
}

var _ bot.Runs = (*journal)(nil)

func newJournal(runs ...bot.Run) *journal {
	j := &journal{runs: map[bot.RunID]bot.Run{}, records: map[bot.RunID][]bot.RunRecord{}}
	for _, r := range runs {
		j.runs[r.ID] = r
	}
	return j
}

func (j *journal) Order(_ context.Context, r bot.Run, _ bot.Booking, _ uint64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, ok := j.runs[r.ID]; ok {
		return bot.Errorf(bot.Conflict, "journal: order", "run %s is there", r.ID)
	}
	j.runs[r.ID] = r
	return nil
}

func (j *journal) Run(_ context.Context, id bot.RunID) (bot.Run, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r, ok := j.runs[id]
	if !ok {
		return bot.Run{}, bot.Errorf(bot.NotFound, "journal: read run", "no run %s", id)
	}
	return r, nil
}

func (j *journal) OpenRuns(context.Context) (open []bot.Run, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.runs {
		if r.State == bot.RunRunning {
			open = append(open, r)
		}
	}
	return open, nil
}

func (j *journal) PastRuns(_ context.Context, target string, limit int) (past []bot.Run, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.runs {
		if r.State == bot.RunSucceeded && r.Order.Target == target && len(past) < limit {
			past = append(past, r)
		}
	}
	return past, nil
}

// copyRun keeps a run once more, under another id.
func (j *journal) copyRun(id, as bot.RunID) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.runs[id]
	r.ID = as
	j.runs[as] = r
	for _, rec := range j.records[id] {
		rec.Run = as
		j.records[as] = append(j.records[as], rec)
	}
}

func (j *journal) Claim(_ context.Context, id bot.RunID) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.runs[id]
	r.Token++
	j.runs[id] = r
	return r.Token, nil
}

func (j *journal) Append(_ context.Context, r bot.RunRecord, s bot.RunState) error {
	if j.before != nil {
		if err := j.before(r); err != nil {
			return err
		}
	}
	if err := j.write(r, s); err != nil {
		return err
	}
	if j.after != nil {
		return j.after(r)
	}
	return nil
}

func (j *journal) write(r bot.RunRecord, s bot.RunState) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	run := j.runs[r.Run]
	if r.Token != run.Token {
		return bot.Errorf(bot.Conflict, "journal: append", "token %d is old", r.Token)
	}
	if r.Seq != len(j.records[r.Run])+1 {
		return bot.Errorf(bot.Conflict, "journal: append", "record %d is not the next", r.Seq)
	}
	run.State = s
	j.runs[r.Run] = run
	j.records[r.Run] = append(j.records[r.Run], r)
	return nil
}

func (j *journal) Journal(_ context.Context, id bot.RunID) ([]bot.RunRecord, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]bot.RunRecord(nil), j.records[id]...), nil
}

func (j *journal) WishRun(_ context.Context, w bot.WishFor) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.runs[w.Run]
	r.Wish = w.Wish
	j.runs[w.Run] = r
	return nil
}

func (j *journal) SettleRun(context.Context, bot.RunID) error { return nil }

// clock is a clock that jumps to whatever is waited for.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Until(ctx context.Context, t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t
	}
	return ctx.Err()
}
