package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWideRowsMakeNoIndexHeavier(t *testing.T) {
	narrow, wide := part{bytes: 1 << 20, rows: 1 << 14}, part{bytes: 1 << 20, rows: 1 << 8}
	unknown := part{bytes: 1 << 20, rows: -1}
	require.Equal(t, int64(1<<19), narrow.step())
	require.Equal(t, int64(1<<14), wide.step())
	require.Equal(t, int64(1<<19), unknown.step())
	require.Equal(t, int64(1<<20+1<<15), table{parts: []part{narrow, wide}}.pass())
}
