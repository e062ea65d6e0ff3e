package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the databases are opened without the product's own code
)

// A book is a database that is read. It is how a kind of database tells of
// itself.
type book struct {
	column  func(query string) ([]string, error) // the only column of a query's rows, as texts
	tables  string                               // query for the names of all tables
	columns string                               // for those of the columns of one
	cell    string                               // a column as a text
	parked  func() (int, error)                  // how many databases are parked beside it
}

// open opens a database for reading, by the name that it has in the
// configuration.
func open(name string, look func(*book) error) error {
	read := readServer
	if strings.HasPrefix(name, "sqlite:") {
		read = readFile
	}
	if err := read(name, look); err != nil {
		return fmt.Errorf("look into %s: %w", name, err)
	}
	return nil
}

// readFile reads a database of SQLite's.
func readFile(name string, look func(*book) error) error {
	path := strings.TrimPrefix(name, "sqlite:")
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	return look(&book{
		column:  func(query string) ([]string, error) { return columnOf(db, query) },
		tables:  "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
		columns: "SELECT name FROM pragma_table_info('%s')",
		cell:    "quote(%s)",
		parked: func() (int, error) {
			found, err := filepath.Glob(path + ".parked-*")
			return len(found), err
		},
	})
}

func columnOf(db *sql.DB, query string) (values []string, err error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, rows.Err()
}

// readServer reads a database of PostgreSQL's.
func readServer(name string, look func(*book) error) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, name)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	b := &book{
		tables: `SELECT table_name FROM information_schema.tables
			WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
		columns: `SELECT attname FROM pg_attribute
			WHERE attrelid = '%s'::regclass AND attnum > 0 AND attgenerated = '' ORDER BY attnum`,
		cell: "coalesce(quote_literal(%s::text), 'NULL')",
	}
	b.column = func(query string) (values []string, err error) {
		result := conn.PgConn().ExecParams(ctx, query, nil, nil, nil, nil).Read()
		for _, row := range result.Rows {
			values = append(values, string(row[0]))
		}
		return values, result.Err
	}
	b.parked = func() (int, error) {
		return b.number("SELECT count(*) FROM pg_database WHERE starts_with(datname, current_database() || '__pre_')")
	}
	return look(b)
}

// number returns the one number that a query yields.
func (b *book) number(query string) (int, error) {
	values, err := b.column(query)
	if err != nil {
		return 0, err
	}
	if len(values) != 1 {
		return 0, fmt.Errorf("%d rows where there should be one: %s", len(values), query)
	}
	return strconv.Atoi(values[0])
}

// count counts the rows of every table.
func (b *book) count() (map[string]int, error) {
	names, err := b.column(b.tables)
	if err != nil {
		return nil, err
	}
	rows := map[string]int{}
	for _, name := range names {
		if rows[name], err = b.number("SELECT count(*) FROM " + name); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// dump returns a table's rows, each as one text, sorted.
func (b *book) dump(table string) ([]string, error) {
	names, err := b.column(fmt.Sprintf(b.columns, table))
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(names))
	for i, n := range names {
		cells[i] = fmt.Sprintf(b.cell, n)
	}
	return b.column("SELECT " + strings.Join(cells, " || '|' || ") + " FROM " + table + " ORDER BY 1")
}
