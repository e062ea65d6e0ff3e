package main

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the databases are opened without the product's own code
)

// Tables that a refresh leaves to the target, and one that it switches off.
var (
	neverCopied = []string{"configuration_flag", "messaging_channel", "messaging_template"}
	targetsOwn  = []string{"database_login", "system_user", "licence", "company_info", "app_authorization"}
)

const (
	jobs  = "scheduled_task"
	users = "app_user"
)

// A wish is what a client answered about users.
type wish bool

const (
	keepsUsers    wish = true
	replacesUsers wish = false
)

// protected is the account that keeps its address.
const protected = "svc_integration"

// A stock is what stood in the target and in the source before a refresh.
type stock struct {
	kept  map[string][]string // the target's rows of what is never copied, by table
	users []string            // of the target: who can sign in, and with what
	rows  map[string]int      // how many rows the source had, by table
}

// takeStock notes what has to be the same after a refresh.
func takeStock(source, target string) (stock, error) {
	s := stock{kept: map[string][]string{}, rows: map[string]int{}}
	err := open(target, func(db *sql.DB) (err error) {
		for _, t := range neverCopied {
			if s.kept[t], err = dump(db, t); err != nil {
				return err
			}
		}
		s.users, err = column(db, "SELECT login || '|' || email || '|' || password_hash FROM "+users+" WHERE active ORDER BY 1")
		return err
	})
	if err != nil {
		return s, err
	}
	err = open(source, func(db *sql.DB) (err error) {
		s.rows, err = count(db)
		return err
	})
	return s, err
}

// proveRefresh looks into the target's file for what a refresh promises.
func (s *stage) proveRefresh(c client, before stock, w wish) error {
	target := c.Target.Database
	after, err := takeStock(target, target)
	if err != nil {
		return err
	}
	s.out.line("the demo", "opens %s and looks", filepath.Base(target))
	s.out.check(fmt.Sprintf("it holds %s's %d rows of companies, people, tickets and documents", c.Source.Name, bulk(before.rows)),
		want(bulk(after.rows) == bulk(before.rows), fmt.Sprintf("it has %d", bulk(after.rows))))
	for _, t := range neverCopied {
		s.out.check(t+" is the target's own, byte for byte", want(slices.Equal(before.kept[t], after.kept[t]), "rows differ"))
	}
	if w == keepsUsers {
		s.out.check(fmt.Sprintf("the %d who could sign in still can, and nobody else", len(before.users)), want(slices.Equal(before.users, after.users), "the users differ"))
		delete(after.rows, users) // theirs are not the source's addresses
	}
	return open(target, func(db *sql.DB) error {
		outside, seen, err := addresses(db, after.rows)
		if err != nil {
			return err
		}
		s.out.check(fmt.Sprintf("of %d e-mail addresses none is a real one, but for protected accounts", seen),
			want(len(outside) == 0, strings.Join(outside, ", ")))
		var on int
		if err := db.QueryRow("SELECT count(*) FROM " + jobs + " WHERE enabled <> 0").Scan(&on); err != nil {
			return err
		}
		s.out.check("every scheduled task is off", want(on == 0, fmt.Sprintf("%d are on", on)))
		parked, err := filepath.Glob(target + ".parked-*")
		if err != nil {
			return err
		}
		s.out.check("the database of before is parked for a rollback", want(len(parked) == 1, fmt.Sprintf("%d are", len(parked))))
		return nil
	})
}

// bulk counts the rows of the tables that a refresh copies as they are.
func bulk(rows map[string]int) (n int) {
	for _, t := range []string{"company", "person", "ticket", "document"} {
		n += rows[t]
	}
	return n
}

// open opens a database for reading.
func open(path string, look func(*sql.DB) error) error {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := look(db); err != nil {
		return fmt.Errorf("look into %s: %w", filepath.Base(path), err)
	}
	return nil
}

// count counts the rows of every table.
func count(db *sql.DB) (map[string]int, error) {
	names, err := column(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		return nil, err
	}
	rows := map[string]int{}
	for _, name := range names {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + name).Scan(&n); err != nil {
			return nil, err
		}
		rows[name] = n
	}
	return rows, nil
}

// dump returns a table's rows, each as one text, sorted.
func dump(db *sql.DB, table string) ([]string, error) {
	names, err := column(db, "SELECT name FROM pragma_table_info('"+table+"')")
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(names))
	for i, n := range names {
		cells[i] = "quote(" + n + ")"
	}
	return column(db, "SELECT "+strings.Join(cells, " || '|' || ")+" FROM "+table+" ORDER BY 1")
}

// column returns the only column of a query's rows.
func column(db *sql.DB, query string) (values []string, err error) {
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

var address = regexp.MustCompile(`[^\s<>"'|,;:()]+@[^\s<>"'|,;:()@]+\.[A-Za-z]+`)

// addresses looks through every copied table for e-mail addresses, and returns
// those that are real and how many there are in all. Rows of protected accounts
// are passed over.
func addresses(db *sql.DB, tables map[string]int) (outside []string, seen int, err error) {
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if slices.Contains(neverCopied, table) || slices.Contains(targetsOwn, table) {
			continue
		}
		rows, err := dump(db, table)
		if err != nil {
			return nil, 0, err
		}
		for _, row := range rows {
			for _, found := range address.FindAllString(row, -1) {
				seen++
				if !strings.HasSuffix(found, "refresh.invalid") && !strings.Contains(row, protected) {
					outside = append(outside, table+": "+found)
				}
			}
		}
	}
	return outside[:min(len(outside), 5)], seen, nil
}
