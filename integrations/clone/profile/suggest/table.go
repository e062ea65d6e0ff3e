package suggest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// A Table is what a driver tells of one table.
type Table struct {
	Name       string // as the driver names it to the engine, with its schema where it needs one
	Rows       int64  // about
	Key        []string
	Columns    []Column
	References []Reference
}

// A Column is what a driver tells of one column.
type Column struct {
	Name   string
	Type   string // as the database names it, in lower case
	Unique bool   // by itself

	Sampled int // values looked at that are not NULL
	Holding int // of those, with an e-mail address inside
	Whole   int // of those, that are one address and nothing else

	// Service holds values of a sample that read like names of service accounts;
	// only of columns whose name says login.
	Service []string
}

// A Reference says that a column refers to a table.
type Reference struct {
	Column string
	Table  string
}

// Look takes one value of a sample into account.
func (c *Column) Look(value string) {
	c.Sampled++
	if mask.Holds(value) {
		c.Holding++
		if mask.Whole(value) {
			c.Whole++
		}
	}
	isLogin := says(c.Name, "login", "login name", "user name", "username", "account name") != ""
	if isLogin && len(c.Service) < mostServices && service.MatchString(value) && !slices.Contains(c.Service, value) {
		c.Service = append(c.Service, value)
	}
}

// mostServices is how many service accounts are proposed at most.
const mostServices = 20

// service matches names that are likely not a person's.
var service = regexp.MustCompile(`(?i)^(svc|service|api|integration|interface|system|bot|robot|sync|batch)([_.-][a-z0-9_.-]*)?$`)

// column returns the first column that is called one of some names.
func (t Table) column(names ...string) (Column, bool) {
	for _, name := range names {
		for _, c := range t.Columns {
			if strings.EqualFold(c.Name, name) {
				return c, true
			}
		}
	}
	return Column{}, false
}

// named returns the name of the first column that is called one of some names
// and is of a kind; "" where there is none.
func (t Table) named(is func(Column) bool, names ...string) string {
	for _, name := range names {
		if c, ok := t.column(name); ok && is(c) {
			return c.Name
		}
	}
	return ""
}

// refersTo returns the column that refers to a table, or "".
func (t Table) refersTo(table string) string {
	for _, r := range t.References {
		if r.Table == table {
			return r.Column
		}
	}
	return ""
}

// textual reports whether a column holds text, or bytes that may be text.
func (c Column) textual() bool {
	for _, kind := range []string{"char", "text", "clob", "bytea", "blob", "json", "xml", "hstore"} {
		if strings.Contains(c.Type, kind) {
			return true
		}
	}
	return c.Holding > 0 // a type of the product's own, over text
}

// switching reports whether a column can say yes or no.
func (c Column) switching() bool {
	return strings.HasPrefix(c.Type, "bool") || strings.Contains(c.Type, "int")
}

// any is true of every column.
func (c Column) any() bool { return true }
