package postgres

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         []string
	}{
		{"nothing", "-- only this\n\\restrict x;y\n", nil},
		{"two", "SET a = 1;\n\n--\n-- Name: x; Type: y\n--\nSELECT 2;\n", []string{"SET a = 1", "SELECT 2"}},
		{"no end", "SELECT 1", []string{"SELECT 1"}},
		{"text", `SELECT 'a;''b\', 2; SELECT 3`, []string{`SELECT 'a;''b\', 2`, "SELECT 3"}},
		{"text with escapes", `SELECT E'a\';b', e'\\'; SELECT 3`, []string{`SELECT E'a\';b', e'\\'`, "SELECT 3"}},
		{"a column that ends with e", `SELECT name'a\'; SELECT 3`, []string{`SELECT name'a\'`, "SELECT 3"}},
		{"name", `CREATE TABLE "a;""b" (c int); SELECT 3`, []string{`CREATE TABLE "a;""b" (c int)`, "SELECT 3"}},
		{"dollars", "CREATE FUNCTION f() AS $$ a; $x$ b; $$; SELECT $1; SELECT 'x'", []string{
			"CREATE FUNCTION f() AS $$ a; $x$ b; $$", "SELECT $1", "SELECT 'x'"}},
		{"tagged dollars", "CREATE FUNCTION f() AS $_$ a; $$ b; $_$; SELECT 3", []string{
			"CREATE FUNCTION f() AS $_$ a; $$ b; $_$", "SELECT 3"}},
		{"a name with a dollar", "SELECT a$b; SELECT c$b", []string{"SELECT a$b", "SELECT c$b"}},
		{"comments", "SELECT 1 -- a;b\n, 2 /* c; /* d; */ e; */; SELECT 3", []string{
			"SELECT 1 -- a;b\n, 2 /* c; /* d; */ e; */", "SELECT 3"}},
		{"brackets", "CREATE RULE r AS ON UPDATE TO t DO (SELECT 1; SELECT 2); SELECT 3", []string{
			"CREATE RULE r AS ON UPDATE TO t DO (SELECT 1; SELECT 2)", "SELECT 3"}},
		{"a body of statements", "CREATE FUNCTION f() RETURNS int\n BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END; SELECT 2;\nEND;\nSELECT 3;", []string{
			"CREATE FUNCTION f() RETURNS int\n BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END; SELECT 2;\nEND", "SELECT 3"}},
		{"a procedure that replaces", "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END; SELECT 3", []string{
			"CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END", "SELECT 3"}},
		{"a table of that name", "CREATE TABLE begin (x int); SELECT 3", []string{"CREATE TABLE begin (x int)", "SELECT 3"}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, split(c.script)) })
	}
}

// FuzzSplit looks whether the splitter comes to an end, and leaves out nothing
// but what is between statements.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"SELECT 1;", "a'", `b"`, "$$", "$a$ $a", "/* /*", "--", "E'\\", "CREATE FUNCTION BEGIN", ")(;", "\\;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		rest := script
		for _, s := range split(script) {
			at := strings.Index(rest, s)
			require.GreaterOrEqual(t, at, 0)
			require.NotEmpty(t, s)
			rest = rest[at+len(s):]
		}
	})
}
