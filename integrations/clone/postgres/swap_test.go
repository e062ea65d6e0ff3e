package postgres_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// state tells what stands under the target's name, whether sessions are let in,
// and what stands beside it.
func (b *bench) state(w clone.Swap) string {
	b.t.Helper()
	name := value(b.t, b.site.Source, "SELECT replace(current_database(), 'source', 'target')")
	lines := b.lines(b.site.Source, fmt.Sprintf(`SELECT CASE
			(SELECT system_identifier FROM pg_control_system())::text || '/' || oid
				WHEN '%s' THEN 'old' WHEN '%s' THEN 'new' ELSE 'another' END,
			CASE replace(replace(datname, '%s', ''), '_r-1', '') WHEN '' THEN 'serves' WHEN '__new' THEN 'waits' WHEN '__pre' THEN 'is parked' END,
			CASE WHEN datallowconn THEN 'open' ELSE 'shut' END
		FROM pg_database WHERE starts_with(datname::text, '%s') ORDER BY 1 DESC`, w.Old, w.New, name, name))
	text := ""
	for _, line := range lines {
		text += line + "\n"
	}
	return text
}

const (
	swapped   = "old|is parked|shut\nnew|serves|open\n"
	unswapped = "old|serves|open\nnew|waits|open\n"
	shut      = "old|serves|shut\nnew|waits|open\n"
)

func TestSwapAndRestore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	b.exec(b.site.Target, `DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''ABCD''''s test''', current_database()); END $$`)
	const comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
	w := b.swap(b.build())
	inside := in(t, b.site.Target)

	require.NoError(t, b.Swap(ctx, b.site, w))
	require.Equal(t, swapped, b.state(w))
	require.Error(t, inside.Ping(ctx), "a session outlived its database")
	require.Equal(t, "4", value(t, b.site.Target, "SELECT count(*) FROM person"))
	require.Equal(t, "ABCD's test", value(t, b.site.Target, comment))
	require.NoError(t, b.Swap(ctx, b.site, w), "done already")
	require.NoError(t, b.Discard(ctx, b.site))
	require.Equal(t, "0", value(t, b.site.Target, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kept'"))
	require.Equal(t, swapped, b.state(w))

	for range 2 {
		there, err := b.Parked(ctx, b.site, w.Old)
		require.NoError(t, err)
		require.True(t, there)
		require.NoError(t, b.Restore(ctx, b.site, w.Old))
		require.Equal(t, unswapped, b.state(w))
		require.Equal(t, "Old", value(t, b.site.Target, "SELECT name FROM company"))
		require.Equal(t, "ABCD's test", value(t, b.site.Target, comment))
	}
	require.NoError(t, b.Discard(ctx, b.site))
	require.Equal(t, "old|serves|open\n", b.state(w))
}

// TestSwapIsWhole cuts the swap off at every statement. Whatever was under way,
// the target is the old database or the new one, and the next engine goes on, or
// back.
func TestSwapIsWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.swap(b.build())
	c := newCutter(t)
	b.site.Source, b.site.Target = c.through(b.site.Source), c.through(b.site.Target)

	interrupt := func(t *testing.T) (cut bool) {
		t.Helper()
		err := b.Swap(t.Context(), b.site, w)
		cut = c.disarm()
		require.Equal(t, cut, err != nil, "%v", err)
		require.Contains(t, []string{swapped, unswapped, shut}, b.state(w))
		return cut
	}
	t.Run("forward", func(t *testing.T) {
		c.every(t, func(t *testing.T) bool {
			cut := interrupt(t)
			require.NoError(t, b.Swap(t.Context(), b.site, w))
			require.Equal(t, swapped, b.state(w))
			require.NoError(t, b.Restore(t.Context(), b.site, w.Old))
			require.Equal(t, unswapped, b.state(w))
			return cut
		})
	})
	t.Run("back", func(t *testing.T) {
		c.every(t, func(t *testing.T) bool {
			cut := interrupt(t)
			require.NoError(t, b.Restore(t.Context(), b.site, w.Old))
			require.Equal(t, unswapped, b.state(w))
			return cut
		})
	})
	t.Run("a cut restoration", func(t *testing.T) {
		c.every(t, func(t *testing.T) bool {
			at := c.at
			c.disarm()
			require.NoError(t, b.Swap(t.Context(), b.site, w))
			c.arm(at)
			err := b.Restore(t.Context(), b.site, w.Old)
			cut := c.disarm()
			require.Equal(t, cut, err != nil, "%v", err)
			require.NoError(t, b.Restore(t.Context(), b.site, w.Old))
			require.Equal(t, unswapped, b.state(w))
			return cut
		})
	})
}

func TestSwapRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.swap(b.build())
	for _, c := range []struct {
		name        string
		spoil       func(*clone.Swap)
		url, mend   string
		script, set string
	}{
		{name: "another new database", spoil: func(w *clone.Swap) { w.New = "1/2" }},
		{name: "another old database", spoil: func(w *clone.Swap) { w.Old = "1/2" }},
		{name: "changed flags in the target", url: b.site.Target,
			script: "UPDATE flag SET value = 'x' WHERE id = 1", mend: "UPDATE flag SET value = 'test' WHERE id = 1"},
		{name: "changed flags in the new one", url: b.fresh,
			script: "UPDATE flag SET value = 'x' WHERE id = 1", mend: "UPDATE flag SET value = 'test' WHERE id = 1"},
		{name: "changed users in the target", url: b.site.Target,
			script: "UPDATE member SET team = 'x' WHERE team = 'blue'", mend: "UPDATE member SET team = 'blue' WHERE team = 'x'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := w
			if c.spoil != nil {
				c.spoil(&asked)
			} else {
				b.exec(c.url, c.script)
			}
			require.Equal(t, bot.Denied, bot.KindOf(b.Swap(t.Context(), b.site, asked)))
			require.Equal(t, unswapped, b.state(w))
			if c.spoil == nil {
				b.exec(c.url, c.mend)
			}
		})
	}
	require.NoError(t, b.Swap(t.Context(), b.site, w), "everything is mended")
}

// TestProductionStaysShut closes the target before the copy, as for a go-live.
func TestProductionStaysShut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	inside := in(t, b.site.Target)
	whole, err := b.Close(ctx, b.site)
	require.NoError(t, err)
	require.Error(t, inside.Ping(ctx))
	_, err = pgx.Connect(ctx, b.site.Target)
	require.ErrorContains(t, err, "not currently accepting connections")

	e := b.build()
	v, err := b.Verify(ctx, b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	old := value(t, server.URL("postgres"), `SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid::text
		FROM pg_database WHERE datname = $1`, b.name())
	w := clone.Swap{Old: clone.Identity(old), New: v.Identity, At: at, Kept: e.Kept, Keep: keep, Whole: &whole}
	require.Equal(t, shut, b.state(w))

	open := fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS true", pgx.Identifier{b.name()}.Sanitize())
	b.exec(server.URL("postgres"), open)
	b.exec(b.site.Target, "UPDATE company SET name = 'written meanwhile'")
	require.Equal(t, bot.Denied, bot.KindOf(b.Swap(ctx, b.site, w)))
	b.exec(b.site.Target, "UPDATE company SET name = 'Old'")
	require.NoError(t, b.Swap(ctx, b.site, w))
	require.Equal(t, swapped, b.state(w))
}

func TestDiscardLetsIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	require.NoError(t, b.Create(ctx, b.site))
	_, err := b.Close(ctx, b.site)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, b.Discard(ctx, b.site))
		in(t, b.site.Target)
	}
}

// name is the target's.
func (b *bench) name() string {
	config, err := pgx.ParseConfig(b.site.Target)
	require.NoError(b.t, err)
	return config.Database
}

func TestSweep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := t.Context()
	w := b.swap(b.build())
	require.NoError(t, b.Swap(ctx, b.site, w))
	swept, err := b.Sweep(ctx, b.site.Target, at)
	require.NoError(t, err)
	require.Empty(t, swept)

	rename := "ALTER DATABASE %s RENAME TO %s"
	parked, theirs := pgx.Identifier{b.name() + "__pre_r-1"}.Sanitize(), pgx.Identifier{b.name() + "__kept_by_hand"}.Sanitize()
	b.exec(server.URL("postgres"), fmt.Sprintf(rename, parked, theirs))
	swept, err = b.Sweep(ctx, b.site.Target, at.Add(time.Second))
	require.NoError(t, err)
	require.Empty(t, swept, "somebody renamed it: it is theirs")
	b.exec(server.URL("postgres"), fmt.Sprintf(rename, theirs, parked))

	swept, err = b.Sweep(ctx, b.site.Target, at.Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, []string{b.name() + "__pre_r-1"}, swept)
	there, err := b.Parked(ctx, b.site, w.Old)
	require.NoError(t, err)
	require.False(t, there)
	require.Equal(t, bot.NotFound, bot.KindOf(b.Restore(ctx, b.site, w.Old)))
	require.Equal(t, "new|serves|open\n", b.state(w))
}

func TestSomebodyWhoDoesNotLeave(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.swap(b.build())
	b.Wait = 50 * time.Millisecond
	// Nobody can end a transaction that waits for its second phase.
	conn := in(t, b.site.Target)
	_, err := conn.Exec(t.Context(), "BEGIN; INSERT INTO company (name) VALUES ('x'); PREPARE TRANSACTION 'half'", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	err = b.Swap(t.Context(), b.site, w)
	b.exec(b.site.Target, "ROLLBACK PREPARED 'half'")
	require.Equal(t, bot.Unavailable, bot.KindOf(err), "%v", err)
	require.Equal(t, unswapped, b.state(w))
}

// BenchmarkSwap tells for how long sessions are shut out: from the last that was
// let in before to the first that is let in after.
func BenchmarkSwap(b *testing.B) {
	for _, rows := range []int{1_000, 1_000_000} {
		b.Run(strconv.Itoa(rows)+" rows", func(b *testing.B) {
			s := newBench(b)
			s.exec(s.site.Source, fmt.Sprintf("INSERT INTO company (name) SELECT repeat('x', 80) || i FROM generate_series(1, %d) i", rows))
			s.exec(s.site.Target, fmt.Sprintf("INSERT INTO company (name) SELECT repeat('y', 80) || i FROM generate_series(1, %d) i", rows))
			w := s.swap(s.build())
			var out time.Duration
			for b.Loop() {
				visits := visit(s.site.Target)
				require.NoError(b, s.Swap(b.Context(), s.site, w))
				out += visits()
				require.NoError(b, s.Restore(b.Context(), s.site, w.Old))
			}
			b.ReportMetric(float64(out.Milliseconds())/float64(b.N), "shut-ms/op")
		})
	}
}

// visit goes in and out of a database until it is told to stop, and then returns
// for how long it was not let in.
func visit(url string) (stop func() time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	var longest time.Duration
	var done sync.WaitGroup
	done.Go(func() {
		last := time.Now()
		for ctx.Err() == nil {
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				continue
			}
			longest = max(longest, time.Since(last))
			last = time.Now()
			conn.Close(context.Background())
		}
	})
	return func() time.Duration {
		cancel()
		done.Wait()
		return longest
	}
}
