package postgres

import (
	"regexp"
	"strings"
)

// afterwards is what is made when tables are full, in its order: what can be
// made of one table alone (keys and then indexes, as soon as that is full), what
// hangs on those, references between tables, and the rest.
type afterwards struct {
	first      []string // at once: they tell what is to be looked at in a table
	keys       map[relation][]step
	indexes    map[relation][]step
	middle     []string
	references []linking
	last       []string
}

// A step is a statement for one table, and the tablespace that is to be set for
// it; empty: whichever.
type step struct {
	sql   string
	space string
}

// A linking is the statement for a foreign key, of which the server has yet to find out whether it
// leads somewhere.
type linking struct {
	sql      string
	from, to relation
}

// A name as pg_dump writes it, with its schema.
const (
	plainName = `(?:"(?:[^"]|"")+"|[^\s".(]+)`
	fullName  = `(` + plainName + `\.` + plainName + `)`
)

var (
	indexing  = regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX ` + plainName + ` ON ` + fullName + ` `)
	keying    = regexp.MustCompile(`^ALTER TABLE ONLY ` + fullName + `\s+ADD CONSTRAINT ` + plainName + ` (?:PRIMARY KEY|UNIQUE|EXCLUDE)\b`)
	referring = regexp.MustCompile(`(?s)^ALTER TABLE (?:ONLY )?` + fullName + `\s+ADD CONSTRAINT ` + plainName +
		` FOREIGN KEY .*? REFERENCES ` + fullName)
	spacing = regexp.MustCompile(`^SET default_tablespace = (.*)$`)
)

// arrange tells the statements of the section apart. Indexes of partitioned tables
// and of materialised views have no rows to wait for and stay in their order.
func arrange(statements []string, rows func(relation) bool) afterwards {
	a := afterwards{keys: map[relation][]step{}, indexes: map[relation][]step{}}
	space := ""
	for _, s := range statements {
		if m := spacing.FindStringSubmatch(s); m != nil {
			space = m[1]
		}
		switch {
		case strings.HasPrefix(s, "CREATE STATISTICS "), strings.HasPrefix(s, "ALTER STATISTICS "):
			a.first = append(a.first, s)
		case add(a.keys, keying, step{s, space}, rows), add(a.indexes, indexing, step{s, space}, rows):
		case referring.MatchString(s):
			m := referring.FindStringSubmatch(s)
			a.references = append(a.references, linking{s, named(m[1]), named(m[2])})
		case len(a.references) == 0:
			a.middle = append(a.middle, s)
		default:
			a.last = append(a.last, s)
		}
	}
	return a
}

// add adds a step to those of its table, if it is of a form and the table is one
// with rows.
func add(steps map[relation][]step, form *regexp.Regexp, s step, rows func(relation) bool) bool {
	m := form.FindStringSubmatch(s.sql)
	if m == nil {
		return false
	}
	r := named(m[1])
	if !rows(r) {
		return false
	}
	steps[r] = append(steps[r], s)
	return true
}

// named reads a name with its schema.
func named(name string) relation {
	first, rest := firstPart(name)
	second, _ := firstPart(rest[1:])
	return relation{first, second}
}
