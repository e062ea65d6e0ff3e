package clone_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// dumps are the dumps of files seen before, by their content: most tests leave
// most databases as they were.
var dumps sync.Map

// dump returns everything that a database holds, in an order that does not
// depend on how it came there.
func (w *world) dump(path string) string {
	w.t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(w.t, err)
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return w.freshDump(path)
	}
	key := sha256.Sum256(text)
	if seen, ok := dumps.Load(key); ok {
		return seen.(string)
	}
	dump := w.freshDump(path)
	dumps.Store(key, dump)
	return dump
}

func (w *world) freshDump(path string) string {
	w.t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(w.t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	var lines []string
	for _, pragma := range []string{"user_version", "page_size", "journal_mode"} {
		var v string
		require.NoError(w.t, db.QueryRow("PRAGMA "+pragma).Scan(&v))
		lines = append(lines, pragma+" "+v)
	}
	names := texts(w, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
	for _, sql := range texts(w, db, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name") {
		lines = append(lines, strings.Join(strings.Fields(sql), " "))
	}
	for _, name := range names {
		columns := texts(w, db, fmt.Sprintf("SELECT name FROM pragma_table_info('%s')", name))
		for i, c := range columns {
			columns[i] = fmt.Sprintf(`quote("%s")`, c)
		}
		lines = append(lines, texts(w, db, fmt.Sprintf(`SELECT '%s ' || %s AS row FROM "%s" ORDER BY row`,
			name, strings.Join(columns, " || ' ' || "), name))...)
	}
	return strings.Join(lines, "\n")
}

func texts(w *world, db *sql.DB, query string) []string {
	rows, err := db.Query(query)
	require.NoError(w.t, err, query)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var v string
		require.NoError(w.t, rows.Scan(&v))
		all = append(all, v)
	}
	require.NoError(w.t, rows.Err())
	return all
}

// tree returns the files of the world with their contents, databases as dumps.
// What differs from run to run is left out: secrets that a run mints, and how
// often a record or an event was written.
func (w *world) tree() string {
	w.t.Helper()
	minted := regexp.MustCompile(`(app_authorization '[a-z]+') '[A-Z2-7]{26}'`)
	counted := regexp.MustCompile(`"(version|attempts)": \d+`)
	var parts []string
	require.NoError(w.t, filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(w.dir, path)
		switch {
		case err != nil || d.IsDir() || strings.HasSuffix(path, ".lock"):
			return err
		case strings.HasSuffix(path, "-wal") || strings.HasSuffix(path, "-shm"):
			return nil // SQLite's own; they come and go with those who look
		case isDatabase(path):
			parts = append(parts, "== "+name+"\n"+minted.ReplaceAllString(w.dump(path), "$1 minted"))
			return nil
		}
		text, err := os.ReadFile(path)
		parts = append(parts, "== "+name+"\n"+counted.ReplaceAllString(string(text), `"$1": n`))
		return err
	}))
	sort.Strings(parts)
	return strings.Join(parts, "\n")
}

// isDatabase reports whether a file is one of SQLite's.
func isDatabase(path string) bool {
	text, err := os.ReadFile(path)
	return err == nil && strings.HasPrefix(string(text), "SQLite format 3")
}

// same compares two trees and shows the first lines that differ.
func same(t *testing.T, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		require.Equal(t, a[i], b[i], "line %d", i)
	}
	require.Equal(t, len(a), len(b), "lines")
}
