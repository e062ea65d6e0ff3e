package race

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
)

// A track is where races are run: a server, and a folder for what is written
// beside it.
type track struct {
	server  *throwaway.Server
	folder  string
	courses []string // databases that stay from lap to lap
}

// openTrack starts a server that is set up as one would be that serves: what it
// says is written is on disk.
func openTrack(ctx context.Context, folder string) (*track, error) {
	dir, err := os.MkdirTemp(folder, "refreshbot-race-")
	if err != nil {
		return nil, err
	}
	server, err := throwaway.Start(ctx, throwaway.Options{Folder: folder, Settings: map[string]string{
		"fsync": "on", "shared_buffers": strconv.Itoa(buffers()) + "MB", "max_wal_size": "8GB", "wal_level": "replica",
	}})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &track{server: server, folder: dir}, nil
}

func (t *track) close() error { return errors.Join(t.server.Stop(), os.RemoveAll(t.folder)) }

// buffers returns how many megabytes the server shares between its sessions: 2048
// or, on a machine with less than 8 GB, a quarter of its memory.
func buffers() int {
	const most, least = 2048, 128
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return least
	}
	kilobytes, err := strconv.Atoi(field(string(text), "MemTotal:"))
	if err != nil {
		return least
	}
	return min(most, max(least, kilobytes/4/1024))
}

// field returns the first word behind a name in a file of /proc; "" where the
// name is not there.
func field(text, name string) string {
	_, rest, _ := strings.Cut(text, name)
	words := strings.Fields(rest)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// describe writes on what the race is run.
func (t *track) describe(ctx context.Context, out io.Writer, rounds int) error {
	var settings []string
	for _, name := range []string{
		"server_version", "fsync", "shared_buffers", "max_wal_size", "wal_level", "maintenance_work_mem", "max_parallel_maintenance_workers",
	} {
		v, err := value[string](ctx, t, "postgres", "SELECT current_setting($1)", name)
		if err != nil {
			return err
		}
		settings = append(settings, name+" "+v)
	}
	_, err := fmt.Fprintf(out, "PostgreSQL: %s.\n%d processors, %d rounds by turns. The figures are medians.\n\n",
		strings.Join(settings, ", "), runtime.NumCPU(), rounds)
	return err
}

// clear removes what laps leave behind, and has the server write down everything,
// so that no lap pays for the one before.
func (t *track) clear(ctx context.Context) error {
	names, err := values[string](ctx, t, "postgres",
		"SELECT datname::text FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' AND datname <> ALL ($1)", t.courses)
	if err != nil {
		return err
	}
	for _, name := range names {
		drop := "DROP DATABASE " + pgx.Identifier{name}.Sanitize() + " WITH (FORCE)"
		if err := t.server.Run(ctx, "postgres", drop); err != nil {
			return err
		}
	}
	left, err := filepath.Glob(filepath.Join(t.folder, "lap", "*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return errors.Join(os.MkdirAll(filepath.Join(t.folder, "lap"), 0o700), t.server.Run(ctx, "postgres", "CHECKPOINT"))
}

// command runs a program and returns what it writes, and how long processors
// worked for it. PostgreSQL's own programs are those of the server's version.
func (t *track) command(ctx context.Context, name string, args ...string) (string, time.Duration, error) {
	path := t.server.Program(name)
	if _, err := os.Stat(path); err != nil {
		path = name
	}
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(t.server.Program(name))+":"+os.Getenv("PATH"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.folder, &out, &problems
	if err := cmd.Run(); err != nil {
		return "", 0, fmt.Errorf("%s: %w\n%s", name, err, lastLines(problems.String()))
	}
	return out.String(), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// lastLines returns the end of what a program had to say.
func lastLines(text string) string {
	const most = 15
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

// value returns the one value that a query yields in a database.
func value[T any](ctx context.Context, t *track, database, query string, args ...any) (v T, err error) {
	all, err := values[T](ctx, t, database, query, args...)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("%q in %s yields %d rows, not one", query, database, len(all))
	}
	if err != nil {
		return v, err
	}
	return all[0], nil
}

// values returns the only column that a query yields in a database.
func values[T any](ctx context.Context, t *track, database, query string, args ...any) ([]T, error) {
	conn, err := pgx.Connect(ctx, t.server.URL(database))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", database, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("ask %s %q: %w", database, query, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		return nil, fmt.Errorf("ask %s %q: %w", database, query, err)
	}
	return all, nil
}
