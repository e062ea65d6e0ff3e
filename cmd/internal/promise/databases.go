package promise

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // databases are opened without the product's own code
)

// A Layout says what the tenants' tables are, as a person would who knows them. It
// is written by the test, not taken from the product's profile.
type Layout struct {
	Copied []string // rows are the source's, with addresses masked
	Kept   []string // rows are the target's own, whatever happens
	Own    []string // the target's own in part: nothing is expected of their rows
	Users  Users    // one or the other, as the client wants
	Jobs   Jobs     // switched off in a copy
	Domain string   // under which masked addresses end
	// Protected are words; a row that holds one keeps its addresses.
	Protected []string
}

// Users is the table of accounts; those who may sign in are active. Of others rows
// may stay behind, so that history keeps its authors.
type Users struct{ Table, Login, Active string }

// Jobs is the table of what runs by itself.
type Jobs struct{ Table, Enabled string }

// rowsOf is the rows of every table of a database, each row as one text, sorted.
type rowsOf map[string][]string

// digest returns the same for the same rows.
func (r rowsOf) digest() string {
	sum := sha256.New()
	for _, table := range slices.Sorted(maps.Keys(r)) {
		fmt.Fprintf(sum, "%q\n", append([]string{table}, r[table]...))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// separator stands between the cells of a row.
const separator = "\x1f"

// read returns every row of an environment's database.
func (t *Witness) read(e Environment) (rowsOf, error) {
	db, err := sql.Open("sqlite", "file:"+e.Database+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	tables, err := column(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	all := rowsOf{}
	for _, table := range tables {
		if all[table], err = dump(db, table); err != nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(e.Database), err)
	}
	return all, nil
}

// dump returns a table's rows in an order of their own.
func dump(db *sql.DB, table string) ([]string, error) {
	names, err := column(db, "SELECT name FROM pragma_table_info('"+table+"')")
	if err != nil {
		return nil, err
	}
	cells := make([]string, len(names))
	for i, n := range names {
		cells[i] = "quote(" + n + ")"
	}
	return column(db, "SELECT "+strings.Join(cells, " || char(31) || ")+" FROM "+table+" ORDER BY 1")
}

// column returns the only column of what a query yields.
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

// of returns a column of those rows of a table that have a flag set, sorted.
func (t *Witness) of(e Environment, table, name, flag string) ([]string, error) {
	db, err := sql.Open("sqlite", "file:"+e.Database+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	values, err := column(db, "SELECT quote("+name+") FROM "+table+" WHERE "+flag+" <> 0 ORDER BY 1")
	if err != nil {
		err = fmt.Errorf("read %s of %s: %w", table, e.Name, err)
	}
	return values, err
}

var address = regexp.MustCompile(`[^\s<>"'|,;:()\x1f]+@[^\s<>"'|,;:()@\x1f]+\.[A-Za-z]+`)

// unmasked returns the real addresses in what is not the target's own.
func (l Layout) unmasked(all rowsOf, kept []string) (found []string) {
	for _, table := range slices.Sorted(maps.Keys(all)) {
		if slices.Contains(kept, table) {
			continue
		}
		for _, row := range all[table] {
			if slices.ContainsFunc(l.Protected, func(p string) bool { return strings.Contains(row, p) }) {
				continue
			}
			for _, a := range address.FindAllString(row, -1) {
				if !strings.HasSuffix(a, l.Domain) {
					found = append(found, table+" holds "+a)
				}
			}
		}
	}
	return found
}

// blind makes rows comparable over masking: a cell with an address in it says no
// more than that there is one.
func blind(rows []string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		cells := strings.Split(row, separator)
		for j, c := range cells {
			if strings.Contains(c, "@") {
				cells[j] = "@"
			}
		}
		out[i] = strings.Join(cells, separator)
	}
	slices.Sort(out)
	return out
}
