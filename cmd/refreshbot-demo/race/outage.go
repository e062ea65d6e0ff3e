package race

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// watch is a client of a database that asks for a sign of life all the time. The
// function that it returns ends that, and tells how long there was none: from the
// last answer before a session was ended to the first in a new one, over all
// sessions that were.
func watch(ctx context.Context, url string) (away func() time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan time.Duration)
	go func() { ended <- ask(ctx, url) }()
	return func() time.Duration {
		stop()
		return <-ended
	}
}

// ask asks until ctx ends, and returns how long there was no answer. It asks more
// often while there is none; before, it must not be in the way.
func ask(ctx context.Context, url string) (silence time.Duration) {
	const calm, anxious = 10 * time.Millisecond, time.Millisecond
	var conn *pgx.Conn
	var last time.Time // of the last answer
	var pause time.Duration
	for lost := false; ctx.Err() == nil; time.Sleep(pause) {
		var err error
		if conn == nil {
			conn, err = pgx.Connect(ctx, url)
		}
		if err == nil {
			_, err = conn.Exec(ctx, "SELECT 1")
		}
		if err != nil {
			hangUp(ctx, conn)
			conn, lost, pause = nil, !last.IsZero(), anxious
			continue
		}
		now := time.Now()
		if lost {
			silence += now.Sub(last)
		}
		last, lost, pause = now, false, calm
	}
	hangUp(ctx, conn)
	return silence
}

func hangUp(ctx context.Context, conn *pgx.Conn) {
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // it is ending anyway
	}
}
