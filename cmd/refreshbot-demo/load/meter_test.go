package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLatencies(t *testing.T) {
	require.Zero(t, latencies(nil))
	var took []time.Duration
	for i := range 200 { // 200 ms down to 1 ms
		took = append(took, time.Duration(200-i)*time.Millisecond)
	}
	require.Equal(t, Latencies{
		Answered: 200, P50: 100 * time.Millisecond, P90: 180 * time.Millisecond, P99: 198 * time.Millisecond, Max: 200 * time.Millisecond,
	}, latencies(took))
	require.Equal(t, time.Second, latencies([]time.Duration{time.Second}).P50)
}

// Who still waits when the measurement is read is counted, and then forgotten.
func TestMeter(t *testing.T) {
	m := newMeter()
	<-m.quiet()
	m.ask(func() string { return "A-1" })
	m.ask(func() string { return "A-2" })
	m.answered("A-1")
	m.answered("A-1")
	m.answered("A-3")
	select {
	case <-m.quiet():
		t.Fatal("somebody waits")
	default:
	}
	l := m.read()
	require.Equal(t, 1, l.Answered)
	require.Equal(t, 1, l.Unanswered)
	<-m.quiet()
	require.Zero(t, m.read())
	m.ask(func() string { return "A-2" })
	m.answered("A-2")
	<-m.quiet()
	require.Equal(t, 1, m.read().Answered)
}
