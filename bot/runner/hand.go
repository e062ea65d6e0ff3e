package runner

import "sync"

// inHand is what calls that run at the same time have taken, so that none takes
// what another has. It guards this process alone.
type inHand[K comparable] struct {
	mu    sync.Mutex
	taken map[K]bool
}

// take calls find, which looks for work that is not taken, and takes what it
// finds. Looking and taking are one step: nobody acts on a row that another
// finished since it was read.
func (h *inHand[K]) take(find func(free func(K) bool) (key K, ok bool, err error)) (drop func(), ok bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key, ok, err := find(func(k K) bool { return !h.taken[k] })
	if err != nil || !ok {
		return func() {}, false, err
	}
	if h.taken == nil {
		h.taken = map[K]bool{}
	}
	h.taken[key] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.taken, key)
	}, true, nil
}
