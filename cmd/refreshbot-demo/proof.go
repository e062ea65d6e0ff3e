package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
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
	err := open(target, func(db *book) (err error) {
		for _, t := range neverCopied {
			if s.kept[t], err = db.dump(t); err != nil {
				return err
			}
		}
		s.users, err = db.column("SELECT login || '|' || email || '|' || password_hash FROM " + users + " WHERE active ORDER BY 1")
		return err
	})
	if err != nil {
		return s, err
	}
	err = open(source, func(db *book) (err error) {
		s.rows, err = db.count()
		return err
	})
	return s, err
}

// proveRefresh looks into the target for what a refresh promises.
func (s *stage) proveRefresh(c client, before stock, w wish) error {
	target := c.Target.Database
	after, err := takeStock(target, target)
	if err != nil {
		return err
	}
	s.out.line("the demo", "opens the database of %s and looks", c.Target.Name)
	s.out.check(fmt.Sprintf("it holds %s's %d rows of companies, people, tickets and documents", c.Source.Name, bulk(before.rows)),
		want(bulk(after.rows) == bulk(before.rows), fmt.Sprintf("it has %d", bulk(after.rows))))
	for _, t := range neverCopied {
		s.out.check(t+" is the target's own, byte for byte", want(slices.Equal(before.kept[t], after.kept[t]), "rows differ"))
	}
	if w == keepsUsers {
		s.out.check(fmt.Sprintf("the %d who could sign in still can, and nobody else", len(before.users)), want(slices.Equal(before.users, after.users), "the users differ"))
		delete(after.rows, users) // theirs are not the source's addresses
	}
	return open(target, func(db *book) error {
		outside, seen, err := addresses(db, after.rows)
		if err != nil {
			return err
		}
		s.out.check(fmt.Sprintf("of %d e-mail addresses none is a real one, but for protected accounts", seen),
			want(len(outside) == 0, strings.Join(outside, ", ")))
		on, err := db.number("SELECT count(*) FROM " + jobs + " WHERE enabled")
		if err != nil {
			return err
		}
		s.out.check("every scheduled task is off", want(on == 0, fmt.Sprintf("%d are on", on)))
		parked, err := db.parked()
		if err != nil {
			return err
		}
		s.out.check("the database of before is parked for a rollback", want(parked == 1, fmt.Sprintf("%d are", parked)))
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

var address = regexp.MustCompile(`[^\s<>"'|,;:()]+@[^\s<>"'|,;:()@]+\.[A-Za-z]+`)

// addresses looks through every copied table for e-mail addresses, and returns
// those that are real and how many there are in all. Rows of protected accounts
// are passed over.
func addresses(db *book, tables map[string]int) (outside []string, seen int, err error) {
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		if slices.Contains(neverCopied, table) || slices.Contains(targetsOwn, table) {
			continue
		}
		rows, err := db.dump(table)
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
