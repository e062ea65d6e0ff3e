package boltstore

import (
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// A group is the writes that wait for the one before them to reach the disk. They
// go there together: a disk that takes its time makes the group larger and not
// the line longer.
type group struct {
	mu      sync.Mutex // of waiting
	waiting []*write

	turn sync.Mutex // held by the group on its way to the disk
}

// A write is what one caller wants kept. Its function may be called twice, and
// only what the last call did counts.
type write struct {
	f    func(tx) error
	err  error
	done chan struct{} // closed once it is durable, or refused
}

// write makes f durable, as a transaction of its own or together with those of
// others: to its caller there is no difference. The first of a group leads it.
func (s *Store) write(f func(tx) error) error {
	w := &write{f: f, done: make(chan struct{})}
	g := &s.group
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	leads := len(g.waiting) == 1
	g.mu.Unlock()
	if leads {
		g.turn.Lock()
		g.mu.Lock()
		all := g.waiting
		g.waiting = nil
		g.mu.Unlock()
		s.commitAll(all)
		g.turn.Unlock()
	}
	<-w.done
	return w.err
}

// commitAll makes writes in their order. One that is refused takes the whole
// transaction back: the others are made again without it, and it by itself after
// them. So a refusal rests on what is on disk, and harms nobody else.
func (s *Store) commitAll(all []*write) {
	var alone []*write
	for len(all) > 0 {
		refused, err := s.commitTogether(all)
		if refused >= 0 && len(all) > 1 {
			alone = append(alone, all[refused])
			all = slices.Delete(all, refused, refused+1)
			continue
		}
		for _, w := range all {
			w.err = err
			close(w.done)
		}
		all = nil
	}
	for _, w := range alone {
		_, w.err = s.commitTogether([]*write{w})
		close(w.done)
	}
}

// commitTogether makes writes in one transaction, and returns the place of the one
// that was refused; -1: an error is the disk's, and everybody's.
func (s *Store) commitTogether(all []*write) (refused int, err error) {
	if err := s.health.broken(); err != nil {
		return -1, err
	}
	refused = -1
	err = guard(func() error {
		return s.db.Update(func(t *bolt.Tx) error {
			for i, w := range all {
				if err := guard(func() error { return w.f(tx{bolt: t, store: s}) }); err != nil {
					refused = i
					return err
				}
			}
			return nil
		})
	})
	if refused < 0 {
		err = s.unwritable(err)
		s.health.note(err)
	}
	return refused, err
}
