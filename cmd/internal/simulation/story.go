package simulation

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

const clockForm = "Mon 02 15:04:05"

// A story is what happened, for whoever has to find out why.
type story struct {
	on  bool
	now func() time.Time
	strings.Builder
}

func (s *story) tell(format string, args ...any) {
	if s.on {
		s.line("%s  %s", s.now().Format(clockForm), fmt.Sprintf(format, args...))
	}
}

func (s *story) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// sorted returns a map's pairs in the order of its keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
