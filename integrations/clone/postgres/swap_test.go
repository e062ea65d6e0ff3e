package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSwapAndRestore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	w := b.swap(b.build())
	require.NoError(t, b.Swap(ctx, b.site, w))
	require.Equal(t, w.New, b.identity(b.site.Target))
	require.Equal(t, []string{"4"}, b.lines(b.site.Target, "SELECT count(*) FROM person"))
}
