package race

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
)

// A contestant is one way of copying a database.
type contestant struct {
	name  string
	lacks string // what is to be installed for it on this machine; empty: nothing
	ready func(context.Context, *track, *course) error
	copy  func(context.Context, *track, *course) (lap, error)
	check func(context.Context, *track, *course) error // whether the copy is right
}

// The contestants' names.
const (
	refreshing = "refresh: 31 tasks, masked, kept, verified"
	unmasked   = "refresh with nothing masked"
	dumping    = "pg_dump -Fd -j2, then pg_restore -j2"
	pgcopydb   = "pgcopydb clone, 2 table and 2 index jobs"
	serving    = "CREATE DATABASE ... TEMPLATE, nobody inside"
	copying    = "cp of the files, and sync"
)

// duplicate is the database that the others copy to.
const duplicate = "duplicate"

// contestants returns who copies a course: everybody the largest, unless we are to
// be alone, the smaller ones only we.
func (c *course) contestants() []contestant {
	all := []contestant{{
		name: refreshing, ready: makeTarget, check: checkRefreshed,
		copy: func(ctx context.Context, t *track, c *course) (lap, error) { return t.refresh(ctx, c, c.profile) },
	}}
	if !c.open {
		return all
	}
	if c.plain != "" {
		all = append(all, contestant{
			name: unmasked, ready: makeTarget, check: checkRefreshed,
			copy: func(ctx context.Context, t *track, c *course) (lap, error) { return t.refresh(ctx, c, c.plain) },
		})
	}
	if c.alone {
		return all
	}
	return append(all,
		contestant{name: dumping, copy: dumpAndRestore, check: checkDuplicate},
		contestant{name: pgcopydb, lacks: lacking("pgcopydb", "apt-get install pgcopydb"), copy: copyByPgcopydb, check: checkDuplicate},
		contestant{name: serving, copy: copyAsTemplate, check: checkDuplicate},
		contestant{name: copying, lacks: lacking("cp", "coreutils"), copy: copyFiles},
	)
}

// lacking returns what installs a program, or "" where it is there.
func lacking(program, install string) string {
	if _, err := exec.LookPath(program); err != nil {
		return install
	}
	return ""
}

// empty makes the database that the others fill.
func (t *track) empty(ctx context.Context) error {
	return t.server.Run(ctx, "postgres", "CREATE DATABASE "+duplicate+" TEMPLATE template0")
}

func dumpAndRestore(ctx context.Context, t *track, c *course) (l lap, err error) {
	folder := filepath.Join(t.folder, "lap", "dump")
	_, dump, err := t.command(ctx, "pg_dump", "-Fd", "-j2", "-f", folder, t.server.URL(c.name))
	if err != nil {
		return l, err
	}
	if err := t.empty(ctx); err != nil {
		return l, err
	}
	_, restore, err := t.command(ctx, "pg_restore", "-j2", "-d", t.server.URL(duplicate), folder)
	l.effort = dump + restore
	return l, err
}

func copyByPgcopydb(ctx context.Context, t *track, c *course) (l lap, err error) {
	if err := t.empty(ctx); err != nil {
		return l, err
	}
	_, l.effort, err = t.command(ctx, "pgcopydb", "clone", "--source", t.server.URL(c.name), "--target", t.server.URL(duplicate),
		"--dir", filepath.Join(t.folder, "lap", "pgcopydb"), "--table-jobs", "2", "--index-jobs", "2")
	return l, err
}

func copyAsTemplate(ctx context.Context, t *track, c *course) (lap, error) {
	return lap{}, t.server.Run(ctx, "postgres", fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", duplicate, c.name))
}

func copyFiles(ctx context.Context, t *track, c *course) (l lap, err error) {
	oid, err := value[int64](ctx, t, "postgres", "SELECT oid::bigint FROM pg_database WHERE datname = $1", c.name)
	if err != nil {
		return l, err
	}
	files := filepath.Join(t.server.Folder(), "data", "base", strconv.FormatInt(oid, 10))
	_, l.effort, err = t.command(ctx, "sh", "-c", `cp -a "$0" "$1" && find "$1" -type f -exec sync {} +`,
		files, filepath.Join(t.folder, "lap", "files"))
	return l, err
}
