package postgres

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQueueTakesTheHeaviestFirst(t *testing.T) {
	var order []int64
	var alone []bool
	note := func(weight int64, more ...job) job {
		return job{weight: weight, do: func(_ context.Context, w *worker) ([]job, error) {
			order, alone = append(order, weight), append(alone, w.alone)
			return more, nil
		}}
	}
	require.NoError(t, run(t.Context(), []*worker{{}}, []job{note(1), note(5, note(3)), note(4)}))
	require.Equal(t, []int64{5, 4, 3, 1}, order)
	require.Equal(t, []bool{false, false, true, true}, alone)
}

func TestQueueBeginsWithWhatMostWaitsFor(t *testing.T) {
	var order []int64
	note := func(weight, waiting int64, more ...job) job {
		return job{weight: weight, waiting: waiting, do: func(context.Context, *worker) ([]job, error) {
			order = append(order, weight)
			return more, nil
		}}
	}
	require.NoError(t, run(t.Context(), []*worker{{}}, []job{note(5, 0), note(1, 9, note(3, 3), note(6, 0)), note(4, 0)}))
	require.Equal(t, []int64{1, 3, 6, 5, 4}, order)
}

func TestQueueKeepsJobsApart(t *testing.T) {
	var lock sync.Mutex
	inside := map[relation]int{}
	a, b := relation{"s", "a"}, relation{"s", "b"}
	var jobs []job
	for i := range 60 {
		holds := [][]relation{{a}, {b}, {a, b}}[i%3]
		jobs = append(jobs, job{holds: holds, do: func(context.Context, *worker) ([]job, error) {
			for _, step := range []int{1, -1} {
				lock.Lock()
				for _, r := range holds {
					inside[r] += step
					if inside[r] > 1 {
						lock.Unlock()
						return nil, errors.New("two at once")
					}
				}
				lock.Unlock()
			}
			return nil, nil
		}})
	}
	require.NoError(t, run(t.Context(), []*worker{{}, {}, {}}, jobs))
}

func TestQueueEndsWithTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	cancelled := make(chan struct{})
	jobs := []job{
		{weight: 2, do: func(ctx context.Context, _ *worker) ([]job, error) {
			<-ctx.Done()
			close(cancelled)
			return nil, ctx.Err()
		}},
		{weight: 1, do: func(context.Context, *worker) ([]job, error) { return nil, broken }},
	}
	require.ErrorIs(t, run(t.Context(), []*worker{{}, {}}, jobs), broken)
	<-cancelled
}
