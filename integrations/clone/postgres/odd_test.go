package postgres_test

import (
	"bytes"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
)

// Schemas of everything that PostgreSQL has, one subject each. What pg_dump
// writes of the copy is what it writes of the source, the rows' order aside.
func TestOddSchemas(t *testing.T) {
	makeOddNeighbours(t)
	for _, name := range []string{"types", "tables", "names", "code", "rights", "objects", "extensions"} {
		t.Run(name, func(t *testing.T) {
			b := newCopying(t, database(t, "source", ""), database(t, "target", ""))
			program(t, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null",
				"-f", filepath.Join("testdata", "odd", name+".sql"), b.site.Source)
			e := b.copy()

			require.Equal(t, mapping.ReplaceAllString(schemaOf(t, b.site.Source), ""), schemaOf(t, b.fresh))
			require.Equal(t, contentOf(t, b.site.Source), contentOf(t, b.fresh))
			require.Equal(t, viewsOf(t, b.site.Source), viewsOf(t, b.fresh))
			v, err := b.Verify(t.Context(), b.site, e)
			require.NoError(t, err)
			require.Empty(t, v.Differences)
		})
	}
}

// A copying is a source that is copied whole over a target, without masking.
type copying struct {
	postgres.Driver
	t     *testing.T
	site  clone.Site
	fresh string // address of the new database
}

func newCopying(t *testing.T, source, target string) *copying {
	t.Helper()
	const run = "odd-1"
	address, options, _ := strings.Cut(target, "?")
	return &copying{
		t: t, site: clone.Site{Run: bot.RunID(run), Source: source, Target: target},
		fresh: address + "__new_" + run + "?" + options,
	}
}

// copy makes the new database and says what it has to be.
func (c *copying) copy() clone.Expectation {
	c.t.Helper()
	ctx := c.t.Context()
	s, err := c.Survey(ctx, c.site)
	require.NoError(c.t, err)
	r := clone.Recipe{Domain: "refresh.invalid", Key: []byte("k")}
	for _, table := range s.Source.Tables {
		o := clone.Outcome{Table: table.Name, Fate: clone.FateCopied, Rows: table.Rows}
		for _, column := range table.Columns {
			o.Columns = append(o.Columns, column.Name)
		}
		r.Tables = append(r.Tables, o)
	}
	require.NoError(c.t, c.Create(ctx, c.site))
	require.NoError(c.t, c.Adopt(ctx, c.site))
	kept, err := c.Capture(ctx, c.site, clone.Keep{})
	require.NoError(c.t, err)
	copied, err := c.Copy(ctx, c.site, r)
	require.NoError(c.t, err)
	return clone.Expectation{Recipe: r, Copied: copied.Proofs, Kept: kept}
}

// makeOddNeighbours makes what odd schemas refer to and what belongs to the
// server: roles and a tablespace.
func makeOddNeighbours(t *testing.T) {
	t.Helper()
	conn := in(t, server.URL("postgres"))
	for _, statement := range []string{
		"CREATE ROLE odd_owner", "CREATE ROLE odd_reader", `CREATE ROLE "odd ""Role"""`,
		"SET allow_in_place_tablespaces = on", "CREATE TABLESPACE odd_space LOCATION ''",
	} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
}

// program runs one of PostgreSQL's programs and returns what it writes.
func program(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(t.Context(), server.Program(name), args...)
	cmd.Stdout, cmd.Stderr = &out, &problems
	require.NoError(t, cmd.Run(), "%s: %s", name, problems.String())
	return out.String()
}

// random is what pg_dump makes anew each time.
var random = regexp.MustCompile(`(?m)^\\(un)?restrict .*$`)

// mapping is somebody's account on another server, which a copy must not know how
// to open.
var mapping = regexp.MustCompile(`(?s)--\n-- Name: USER MAPPING .*?;\n\n\n`)

// schemaOf returns the schema of a database as pg_dump writes it.
func schemaOf(t *testing.T, url string) string {
	t.Helper()
	return random.ReplaceAllString(program(t, "pg_dump", "--schema-only", url), "")
}

// contentOf returns the rows, large objects and sequences of a database as
// pg_dump writes them, the rows of each table sorted. Rows of a table whose
// partitions depend on numbers of the server's own are written for the table as
// a whole, partition by partition.
func contentOf(t *testing.T, url string) string {
	t.Helper()
	text := random.ReplaceAllString(program(t, "pg_dump", "--data-only", url), "")
	tables, table := map[string][]string{}, ""
	var rest []string
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "COPY "):
			table = line
			tables[table] = append(tables[table], "")
		case line == "\\.\n":
			table = ""
		case table != "":
			tables[table] = append(tables[table], line)
		case !strings.HasPrefix(line, "--"):
			rest = append(rest, line)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		rest = append(rest, name)
		rest = append(rest, slices.Compact(slices.Sorted(slices.Values(tables[name])))...)
	}
	return strings.Join(rest, "")
}

// viewsOf returns what is in the materialised views of a database.
func viewsOf(t *testing.T, url string) string {
	t.Helper()
	const all = `SELECT string_agg(format('SELECT %L || %L || COALESCE(string_agg(v::text, E''\n'' ORDER BY v::text COLLATE "C"), '''') FROM %s v',
		oid::regclass, ': ', oid::regclass), ' UNION ALL ' ORDER BY oid::regclass::text) FROM pg_class WHERE relkind = 'm' AND relispopulated`
	query := value(t, url, all)
	if query == "" {
		return ""
	}
	return value(t, url, "SELECT string_agg(l, E'\n') FROM ("+query+") AS a (l)")
}
