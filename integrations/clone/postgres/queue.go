package postgres

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// A job is a piece of work of the copy.
type job struct {
	weight  int64      // in bytes that are handled
	waiting int64      // likewise, of what can't begin before it is done
	holds   []relation // what no two jobs may work on at once
	// do does it and returns the jobs that it made possible.
	do func(ctx context.Context, w *worker) ([]job, error)
}

// A worker has a session on each side.
type worker struct {
	source, fresh *session
	space         string // the tablespace that is set in fresh
	alone         bool   // the job at hand is heavier than all others together
}

// A queue hands jobs to workers. Which comes first is decided by weight alone, that
// of the job and of all that waits for it, so that what takes longest begins early
// and the last of the workers does not end long after the others.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	ready   []job
	held    map[relation]bool
	running int
	weight  int64 // of those that are running
	failed  bool
}

// run does the jobs, and those that follow from them, by the workers.
func run(ctx context.Context, workers []*worker, jobs []job) error {
	q := &queue{ready: jobs, held: map[relation]bool{}}
	q.changed = sync.NewCond(&q.mu)
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range workers {
		group.Go(func() error { return q.work(ctx, w) })
	}
	return group.Wait()
}

// work does jobs until there are no more.
func (q *queue) work(ctx context.Context, w *worker) error {
	for {
		j, ok := q.next(w)
		if !ok {
			return nil
		}
		more, err := j.do(ctx, w)
		q.done(j, more, err)
		if err != nil {
			return err
		}
	}
}

// next waits for a job. It reports false where none is left and none will come.
func (q *queue) next(w *worker) (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.failed || len(q.ready) == 0 && q.running == 0 {
			return job{}, false
		}
		if i := q.heaviest(); i >= 0 {
			j := q.ready[i]
			q.ready = slices.Delete(q.ready, i, i+1)
			w.alone = j.weight > q.others()
			q.running++
			q.weight += j.weight
			for _, r := range j.holds {
				q.held[r] = true
			}
			return j, true
		}
		q.changed.Wait()
	}
}

// others returns how heavy all jobs are together that are not done.
func (q *queue) others() int64 {
	n := q.weight
	for _, j := range q.ready {
		n += j.weight
	}
	return n
}

// heaviest returns the job that can be done now and with which most begins, or -1.
func (q *queue) heaviest() int {
	best := -1
	for i, j := range q.ready {
		free := !slices.ContainsFunc(j.holds, func(r relation) bool { return q.held[r] })
		if free && (best < 0 || j.weight+j.waiting > q.ready[best].weight+q.ready[best].waiting) {
			best = i
		}
	}
	return best
}

// done takes a job back.
func (q *queue) done(j job, more []job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	q.weight -= j.weight
	for _, r := range j.holds {
		delete(q.held, r)
	}
	q.ready = append(q.ready, more...)
	q.failed = q.failed || err != nil
	q.changed.Broadcast()
}

// hire opens the workers' sessions, those of the source all in the snapshot.
func (c *copying) hire(ctx context.Context, snapshotID string) ([]*worker, error) {
	var workers []*worker
	for range c.driver.workers() {
		w := &worker{}
		workers = append(workers, w)
		var err error
		if w.source, err = c.driver.open(ctx, c.place.source, opening{readOnly: true}); err == nil {
			err = w.source.exec(ctx, snapshot, "SET TRANSACTION SNAPSHOT "+literal(snapshotID))
		}
		if err == nil {
			w.fresh, err = c.openFresh(ctx)
		}
		if err != nil {
			dismiss(workers)
			return nil, err
		}
	}
	return workers, nil
}

// dismiss closes the workers' sessions.
func dismiss(workers []*worker) {
	for _, w := range workers {
		for _, s := range []*session{w.source, w.fresh} {
			if s != nil {
				s.close()
			}
		}
	}
}
