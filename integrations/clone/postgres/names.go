package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
)

// maxName is the longest name that PostgreSQL takes, in bytes. It cuts what is
// longer without a word.
const maxName = 63

// beside returns the name of a database that a run has beside another:
// "abcd_test__new_HELP-7-1". What does not fit into a name is cut, and a checksum
// of the whole then keeps two names apart.
func beside(database, what string, run bot.RunID) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, string(run))
	name := database + "__" + what + "_" + clean
	if clean == string(run) && len(name) <= maxName {
		return name
	}
	sum := fmt.Sprintf("_%x", sha256.Sum256([]byte(database+"\x00"+string(run))))[:9]
	middle := "__" + what + "_" + cut(clean, 24)
	return cut(database, maxName-len(middle)-len(sum)) + middle + sum
}

// cut returns the beginning of a name, in whole characters.
func cut(name string, length int) string {
	if len(name) <= length {
		return name
	}
	for length > 0 && !utf8.RuneStart(name[length]) {
		length--
	}
	return name[:length]
}

// A stage is how far a database of the engine's has come.
type stage string

// The stages.
const (
	created stage = "created" // empty
	filling stage = "filling" // a copy began; where it was cut off it begins anew
	filled  stage = "filled"
	parked  stage = "parked" // the old target, until its retention ends
)

// A mark says that a database is the engine's, and of which run. It is the
// database's comment, so that it is there in a backup too and any tool shows it.
// What is not marked is never dropped.
type mark struct {
	Run     bot.RunID `json:"run"`
	Stage   stage     `json:"stage"`
	Target  string    `json:"target"`            // name of the database that it is for, or was
	At      time.Time `json:"at,omitzero"`       // UTC; parked: since when
	Comment string    `json:"comment,omitempty"` // parked: the comment that was there before
}

// envelope keeps a mark apart from what else may be JSON in a comment.
type envelope struct {
	Mark *mark `json:"refreshbot"`
}

// readMark reads a comment. It reports false where that is nobody's mark.
func readMark(comment string) (mark, bool) {
	var e envelope
	if json.Unmarshal([]byte(comment), &e) != nil || e.Mark == nil {
		return mark{}, false
	}
	return *e.Mark, true
}

func (m mark) String() string {
	text, err := json.Marshal(envelope{&m})
	if err != nil {
		panic(err) // strings and a time: there is nothing that could not be written
	}
	return string(text)
}

// A database is one of a server's.
type database struct {
	Name    string
	Known   string // by system identifier and oid
	Comment string
	Owner   string
}

// identity returns what the database is known by, whatever it is called.
func (d database) identity() clone.Identity { return clone.Identity(d.Known) }

// databases is the query for those of a server. The system identifier is made
// once for a server's data and is the same on its standbys.
const databases = `SELECT d.datname AS name,
	(SELECT system_identifier FROM pg_catalog.pg_control_system())::text || '/' || d.oid::text AS known,
	COALESCE(pg_catalog.shobj_description(d.oid, 'pg_database'), '') AS comment,
	pg_catalog.pg_get_userbyid(d.datdba)::text AS owner
	FROM pg_catalog.pg_database d`

// find returns the database of a name. NotFound: the server has none.
func (s *session) find(ctx context.Context, name string) (database, error) {
	rows, err := s.Query(ctx, databases+" WHERE d.datname = $1", name)
	if err != nil {
		return database{}, wrap("look for database", name, err)
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[database])
	if errors.Is(err, pgx.ErrNoRows) {
		return database{}, bot.Errorf(bot.NotFound, "postgres: look for database", "there is none called %s", name)
	}
	return d, wrap("look for database", name, err)
}

// stamp marks a database, durably and with all that was written before.
func (s *session) stamp(ctx context.Context, name string, m mark) error {
	return s.exec(ctx, "SET synchronous_commit = on",
		"COMMENT ON DATABASE "+quote(name)+" IS "+literal(m.String()))
}

// A relation is a table, or what can be read like one.
type relation struct {
	schema, name string
}

// keptSchema is where the new database has the target's own rows until they are
// in their places.
const keptSchema = "kept"

// String returns the name by which the engine and the profile know the relation:
// without the schema where that is public, and with parts in quotes that could
// otherwise be misread.
func (r relation) String() string {
	if r.schema == "public" && !strings.ContainsAny(r.name, `."`) {
		return r.name
	}
	return guard(r.schema) + "." + guard(r.name)
}

// guard quotes a part of a name that could be misread.
func guard(name string) string {
	if strings.ContainsAny(name, `."`) {
		return quote(name)
	}
	return name
}

// sql returns the relation for a statement.
func (r relation) sql() string { return quote(r.schema) + "." + quote(r.name) }

// kept returns where the captured rows of the relation are.
func (r relation) kept() relation { return relation{keptSchema, r.String()} }

// relationOf reads the name of a relation; it is the reverse of String.
func relationOf(name string) relation {
	first, rest := firstPart(name)
	if rest == "" {
		return relation{"public", first}
	}
	second, _ := firstPart(rest[1:])
	return relation{first, second}
}

// firstPart returns the first part of a name, without its quotes, and the rest
// with the dot in front.
func firstPart(name string) (first, rest string) {
	if !strings.HasPrefix(name, `"`) {
		if i := strings.IndexByte(name, '.'); i >= 0 {
			return name[:i], name[i:]
		}
		return name, ""
	}
	for i := 1; i < len(name); i++ {
		switch {
		case name[i] != '"':
		case i+1 < len(name) && name[i+1] == '"':
			i++
		default:
			return strings.ReplaceAll(name[1:i], `""`, `"`), name[i+1:]
		}
	}
	return name, "" // no quoted part at all
}

// quote makes a name safe as an identifier.
func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// quoteAll returns names as a list of identifiers.
func quoteAll(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, ", ")
}

// literal makes a text safe as a constant, whatever standard_conforming_strings
// says.
func literal(text string) string {
	text = strings.ReplaceAll(text, "'", "''")
	if !strings.Contains(text, `\`) {
		return "'" + text + "'"
	}
	return " E'" + strings.ReplaceAll(text, `\`, `\\`) + "'"
}
