package tenants

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the databases' driver

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func createFile(ctx context.Context, e Environment, now time.Time) error {
	path := strings.TrimPrefix(e.Database, "sqlite:")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fillFile(ctx, tx, e, now); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}

// fillFile makes schema and rows. Indexes come with the schema: at this size that
// costs less than a second pass would.
func fillFile(ctx context.Context, tx *sql.Tx, e Environment, now time.Time) error {
	if _, err := tx.ExecContext(ctx, profile.ExampleSchema()); err != nil {
		return err
	}
	w := &writer{env: e, now: now, put: func(table string, n int, row func(i int) []any) error {
		return insert(ctx, tx, table, n, row)
	}}
	return w.write()
}

// insert writes n rows into a table.
func insert(ctx context.Context, tx *sql.Tx, table string, n int, row func(i int) []any) error {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(row(1))), ", ")
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, marks))
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := 1; i <= n; i++ {
		if _, err := insert.ExecContext(ctx, row(i)...); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}
