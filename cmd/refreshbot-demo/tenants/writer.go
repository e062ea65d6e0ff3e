package tenants

import (
	"fmt"
	"strings"
	"time"
)

// A writer writes the rows of one environment. The first error stays, and
// nothing is written after it.
type writer struct {
	env Environment
	now time.Time
	put func(table string, n int, row func(i int) []any) error
	err error
}

// write writes all rows, those that others refer to first.
func (w *writer) write() error {
	w.own()
	w.people()
	w.business()
	return w.err
}

// insert writes n rows into a table; row returns the values of the i-th, from 1.
func (w *writer) insert(table string, n int, row func(i int) []any) {
	if w.err != nil || n == 0 {
		return
	}
	if err := w.put(table, n, row); err != nil {
		w.err = fmt.Errorf("insert into %s: %w", table, err)
	}
}

// rows writes rows that are listed.
func (w *writer) rows(table string, rows ...[]any) {
	w.insert(table, len(rows), func(i int) []any { return rows[i-1] })
}

// day returns a date some days ago.
func (w *writer) day(ago int) string {
	return w.now.AddDate(0, 0, -ago).Format(time.DateOnly)
}

// test reports whether the environment is a test environment.
func (w *writer) test() bool { return w.env.Role == "test" }

// key names a secret of the environment's own.
func (w *writer) key(of string) string {
	return fmt.Sprintf("%s-%s-%s", strings.ToLower(w.env.Name), of, "f3a9c1")
}
