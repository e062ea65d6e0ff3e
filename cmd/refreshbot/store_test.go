package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// serving runs the daemon of an outside until the test ends it.
func (o *outside) serving() (end func()) {
	o.t.Helper()
	app := o.app()
	ctx, stop := context.WithCancel(o.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	require.Eventually(o.t, func() bool {
		c, running, _ := control.Dial(o.beside("bot.db.sock"))
		if running {
			c.Close()
		}
		return running
	}, 5*time.Second, time.Millisecond)
	return func() {
		stop()
		require.NoError(o.t, <-ended)
		require.NoError(o.t, app.Close())
	}
}

// beside is the path of a file in the folder of the store.
func (o *outside) beside(name string) string { return filepath.Join(filepath.Dir(o.config), name) }

// A backup is taken while the daemon runs, and put in the place of the store while
// it does not.
func TestStoreBackupAndRestore(t *testing.T) {
	o := newOutside(t)
	key := o.proposed()
	end := o.serving()
	saved := o.beside("backup")
	require.Regexp(t, `(?m)^beware +store: no backup was ever taken of it \(`, o.call("doctor").stdout)
	got := o.call("store", "backup", saved)
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, `^`+regexp.QuoteMeta(saved)+`: requests: 1, bytes: \d+, schema 2, as of .* UTC\n$`, got.stdout)
	require.Contains(t, o.call("store", "backup", saved).stderr, "--force")
	got = o.call("store", "backup", "--force", "--format", "json", saved)
	require.Equal(t, 0, got.code, got.stderr)
	var b map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &b))
	require.Equal(t, []any{saved, 1.0}, []any{b["path"], b["conversations"]})

	got = o.call("store", "check")
	require.Equal(t, 0, got.code, got.stdout+got.stderr)
	require.Regexp(t, `(?m)^ok +.*bot\.db: requests: 1, rows: \d+, bytes: \d+ in \d+ pages, \d+ more are free, schema 2$`, got.stdout)
	require.Regexp(t, `(?m)^ +last backup: .* UTC$`, got.stdout)
	got = o.call("doctor")
	require.Regexp(t, `(?m)^ok +store: last backup 0s ago$`, got.stdout)
	require.Regexp(t, `(?m)^ok +store: \d+ MB on disk, \d+ MB more are free$`, got.stdout)
	require.Contains(t, o.call("store", "restore", saved).stderr, "the daemon has "+o.beside("bot.db")+" open: stop it first")
	require.Contains(t, o.call("store", "compact").stderr, "stop it first")
	require.Equal(t, 0, o.call("requests", "cancel", key, "--reason", "the test is over").code)
	end()

	got = o.call("store", "restore", saved)
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, `(?m)^The store of before is kept as .*bot\.db\.before-\d{8}T\d{6}Z$`, got.stdout)
	require.Contains(t, o.call("requests", "list").stdout, "proposed")
	got = o.call("store", "check")
	require.Regexp(t, `(?m)^ +restored: .* UTC, from a backup of .* UTC$`, got.stdout)
	got = o.call("store", "compact")
	require.Regexp(t, `: bytes: \d+, before: \d+\n$`, got.stdout, got.stderr)
	require.Equal(t, 0, o.call("store", "backup", o.beside("second")).code, "without a daemon")
}

// What is damaged is told line by line, and is not put in place.
func TestStoreOfDamage(t *testing.T) {
	config := recorded(t)
	folder := filepath.Dir(config)
	path, saved := filepath.Join(folder, "bot.db"), filepath.Join(folder, "backup")
	require.Equal(t, 0, call("store backup "+saved, config).code)
	got := shell{}.call("store", "check", saved)
	require.Equal(t, 0, got.code, got.stderr)
	require.Regexp(t, `(?m)^ +a backup of Mon 2 Mar 2026 09:00 UTC, byte by byte$`, got.stdout)

	for _, name := range []string{path, saved} {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		at := strings.Index(string(data), "Hello Ann")
		data[at-1] = 0
		require.NoError(t, os.WriteFile(name, data, 0o600))
		got = shell{}.call("store", "check", name)
		require.Equal(t, 1, got.code)
		require.Regexp(t, `^wrong +outbox, "HELP-10/1/0": a row can't be read: `, got.stdout)
		require.Contains(t, got.stderr, "refreshbot: "+name+": to mend: ")
	}
	got = call("store restore "+saved, config)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "is damaged and not put in place")
	require.NoError(t, os.WriteFile(path, []byte("notes"), 0o600))
	got = call("requests list", config)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, path+": the file can't be relied on: ")
	require.Contains(t, got.stderr, "`refreshbot store restore FILE`")
	got = call("store check", config)
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stdout, "wrong  it is no store: it does not begin as one\n")
}

func TestStoreAskedWrongly(t *testing.T) {
	config := recorded(t)
	path := filepath.Join(filepath.Dir(config), "bot.db")
	for line, want := range map[string]string{
		"store":                 "store goes with one of: backup, restore, check, compact",
		"store backup":          "BACKUP is missing",
		"store restore":         "BACKUP is missing",
		"store compact x":       `what is "x"? It is one argument too many`,
		"store check x":         "what is to be checked? Either --config, for the store, or the name of a file",
		"store backup " + path:  path + " is the store itself: name another file",
		"store restore " + path: path + " is the store itself: name another file",
	} {
		got := call(line, config)
		require.Equal(t, 2, got.code, line)
		require.Empty(t, got.stdout, line)
		require.Contains(t, got.stderr, "refreshbot: "+want, line)
	}
	got := shell{}.call("store", "backup", "x")
	require.Equal(t, result{2, "", "refreshbot: --config is missing\n"}, got)
	got = shell{}.call("store", "check", filepath.Join(filepath.Dir(config), "none"))
	require.Equal(t, 1, got.code)
	require.Contains(t, got.stderr, "no such file or directory")
}
