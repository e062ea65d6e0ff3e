package sqlite_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

const fresh = "target.db.new-r-1"

func TestSurvey(t *testing.T) {
	b := newBench(t)
	s, err := b.Survey(t.Context(), b.site)
	require.NoError(t, err)
	require.NotEqual(t, s.Source.Identity, s.Target.Identity)
	require.Positive(t, s.Free)
	var person clone.Table
	for _, table := range s.Source.Tables {
		if table.Name == "person" {
			person = table
		}
	}
	require.Equal(t, clone.Table{Name: "person", Rows: 4, Columns: []clone.Column{
		{Name: "id"}, {Name: "company_id"}, {Name: "email", Length: 40, Addresses: true}, {Name: "note", Addresses: true},
		{Name: "size"}, {Name: "photo"},
	}}, person, "without the computed column")
}

func TestCopyMasksOnTheWay(t *testing.T) {
	b := newBench(t)
	b.build()
	require.Equal(t, []string{
		"1|john.doe_company.com@refresh.invalid|ask jo_x.example@refresh.invalid|1.5|00FF",
		"2|a__b_c.com@refresh.invalid|||",
		"3|a_b_c.com@refresh.invalid|was refreshed before|2|",
		"4|a_b__c.com@refresh.invalid|x|0|",
	}, b.lines(fresh, "SELECT id, email, note, size, hex(photo) FROM person ORDER BY id"))
	require.Equal(t, []string{"X"}, b.lines(fresh, "SELECT shout FROM person WHERE id = 4"))
	require.Equal(t, []string{"4"}, b.lines(fresh, "SELECT count(*) FROM people"))
}

func TestUsersAreMerged(t *testing.T) {
	b := newBench(t)
	b.build()
	require.Equal(t, []string{
		"1|ann|Ann|ann_a.example@refresh.invalid||0|3",  // source only: default where nothing is known
		"2|tess|Tess|tess@test.example|hash-target|1|4", // both: the source's id
		"3|uwe|Uwe|uwe@test.example||0|2",               // target only: a fresh id
	}, b.lines(fresh, "SELECT * FROM account ORDER BY id"))
	require.Equal(t, []string{"2|blue", "3|green"}, b.lines(fresh, "SELECT * FROM member ORDER BY 1"))
}

func TestProtectedAccountKeepsItsOwn(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	_, err := b.Capture(ctx, b.site, clone.Keep{Tables: []string{"flag"}, Users: users, Only: []string{"tess"}})
	require.NoError(t, err)
	r := recipe
	r.Protected = []string{"tess"}
	r.Tables = append([]clone.Outcome(nil), recipe.Tables...)
	r.Tables[0].Fate, r.Tables[4].Fate = clone.FateMasked, clone.FateCopied
	require.NoError(t, b.Create(ctx, b.site))
	copied, err := b.Copy(ctx, b.site, r)
	require.NoError(t, err)
	require.Equal(t, []string{
		"1|ann|ann_a.example@refresh.invalid|hash-ann", "2|tess|tess@test.example|hash-target",
	}, b.lines(fresh, "SELECT id, login, email, hash FROM account ORDER BY id"))
	v, err := b.Verify(ctx, b.site, clone.Expectation{Recipe: r, Copied: copied.Proofs})
	require.NoError(t, err)
	require.NotContains(t, strings.Join(v.Differences, "\n"), "addresses outside")
}

// TestDifferences plants faults in the new database; the verification has to
// name each, without the secret.
func TestDifferences(t *testing.T) {
	b := newBench(t)
	e := b.build()
	sound := b.path("sound")
	copyFile(t, b.path(fresh), sound)
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	require.NotEmpty(t, v.Facts)
	for _, c := range []struct{ name, statement, want string }{
		{"a row changed", "UPDATE company SET name = 'Z' WHERE id = 1", "rows of table company are not the source's"},
		{"a row gone", "DELETE FROM person WHERE id = 3", "table person has 3 rows, not 4"},
		{"two rows swapped", "UPDATE company SET owner = 3 - owner", "rows of table company are not"},
		{"a masked value changed", "UPDATE person SET email = 'x@refresh.invalid' WHERE id = 1", "rows of table person"},
		{"a kind changed", "UPDATE person SET note = CAST(note AS BLOB) WHERE id = 4", "rows of table person"},
		{"a flag changed", "UPDATE flag SET value = 'production'", "rows of table flag are not the target's own"},
		{"a flag added", "INSERT INTO flag VALUES ('more', '', '')", "table flag has 2 rows, not 1"},
		{"a user's password changed", "UPDATE account SET hash = 'x' WHERE login = 'tess'", "rows of table account are not"},
		{"a user's team changed", "UPDATE member SET team = 'red'", "rows of table member are not"},
		{"a secret leaked", "UPDATE person SET photo = CAST('…source-secret-1…' AS BLOB) WHERE id = 1", "person.photo holds a secret of the source's flag.secret"},
		{"a session came back", "INSERT INTO login_session VALUES ('t')", "table login_session has 1 rows, not 0"},
		{"a reference to nowhere", "DELETE FROM company WHERE id = 2", "references from person to company lead nowhere"},
		{"a table too many", "CREATE TABLE more (id)", "the tables are"},
		{"a sequence behind", "UPDATE sqlite_sequence SET seq = 1", "the sequence of table company is behind"},
	} {
		t.Run(c.name, func(t *testing.T) {
			copyFile(t, sound, b.path(fresh))
			b.exec(fresh, c.statement)
			v, err := b.Verify(t.Context(), b.site, e)
			require.NoError(t, err)
			require.NotEmpty(t, v.Differences)
			require.Contains(t, v.Differences[len(v.Differences)-1]+v.Differences[0], c.want)
			require.NotContains(t, v.Differences, "source-secret-1")
		})
	}
}

func TestVerificationFindsAddresses(t *testing.T) {
	b := newBench(t)
	e := b.build()
	b.exec(fresh, "UPDATE company SET name = 'of jo@x.example' WHERE id = 1; UPDATE person SET note = 'root@localhost' WHERE id = 2")
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Contains(t, v.Differences, "addresses outside refresh.invalid in company.name (1), person.note (1)")
}

func TestCopyIsOfOneInstant(t *testing.T) {
	b := newBench(t)
	b.build()
	want := b.lines(fresh, "SELECT * FROM person ORDER BY id")
	b.exec("source.db", "UPDATE person SET note = 'later'")
	require.Equal(t, want, b.lines(fresh, "SELECT * FROM person ORDER BY id"))
	b.build()
	require.Equal(t, []string{"4"}, b.lines(fresh, "SELECT count(*) FROM person WHERE note = 'later'"), "copied again")
}

func TestAdopt(t *testing.T) {
	b := newBench(t)
	require.NoError(t, os.Chmod(b.path("target.db"), 0o640))
	b.build()
	info, err := os.Stat(b.path(fresh))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode())
	info, err = os.Stat(b.path("target.db.kept-r-1"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode(), "what is kept aside is for nobody else")
}

func TestBusy(t *testing.T) {
	b := newBench(t)
	b.exec("target.db", `CREATE TABLE job (name TEXT, owner TEXT, lease TEXT);
		INSERT INTO job VALUES ('idle', NULL, NULL), ('runs', 'n', '2026-03-04T02:00:01Z'), ('over', 'n', '2026-03-04T02:00:00Z')`)
	busy, err := b.Busy(t.Context(), b.site, profile.Jobs{Table: "job", Name: "name", Owner: "owner", Lease: "lease"}, at)
	require.NoError(t, err)
	require.Equal(t, []string{"runs"}, busy)
}

func TestSwapAndRestore(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	w := b.swap(b.build())
	require.NoError(t, b.Swap(ctx, b.site, w))
	now, err := b.Serving(ctx, b.site)
	require.NoError(t, err)
	require.Equal(t, w.New, now)
	require.Equal(t, []string{"4"}, b.lines("target.db", "SELECT count(*) FROM person"))
	require.Equal(t, []string{"wal"}, b.lines("target.db", "PRAGMA journal_mode"))
	require.Equal(t, []string{"Old"}, b.lines("target.db.parked-r-1", "SELECT name FROM company"))

	for range 2 {
		there, err := b.Parked(ctx, b.site, w.Old)
		require.NoError(t, err)
		require.True(t, there)
		require.NoError(t, b.Restore(ctx, b.site, w.Old))
		require.Equal(t, []string{"Old"}, b.lines("target.db", "SELECT name FROM company"))
		require.Equal(t, []string{"wal"}, b.lines("target.db", "PRAGMA journal_mode"))
		require.NoFileExists(t, b.path("target.db.parked-r-1"))
	}
}

// TestSwapAfterAKill finds the world as kills inside an earlier swap leave it.
func TestSwapAfterAKill(t *testing.T) {
	for name, kill := range map[string]func(*bench){
		"after leaving WAL mode": func(b *bench) { b.exec("target.db", "PRAGMA journal_mode = DELETE") },
		"after the link": func(b *bench) {
			require.NoError(b.t, os.Link(b.path("target.db"), b.path("target.db.parked-r-1")))
		},
	} {
		t.Run(name+", forward", func(t *testing.T) {
			b := newBench(t)
			w := b.swap(b.build())
			kill(b)
			require.NoError(t, b.Swap(t.Context(), b.site, w))
			require.Equal(t, []string{"wal"}, b.lines("target.db", "PRAGMA journal_mode"))
			require.Equal(t, []string{"Old"}, b.lines("target.db.parked-r-1", "SELECT name FROM company"))
		})
		t.Run(name+", back", func(t *testing.T) {
			b := newBench(t)
			w := b.swap(b.build())
			kill(b)
			require.NoError(t, b.Restore(t.Context(), b.site, w.Old))
			require.NoError(t, b.Discard(t.Context(), b.site))
			require.Equal(t, []string{"Old"}, b.lines("target.db", "SELECT name FROM company"))
			require.Equal(t, []string{"wal"}, b.lines("target.db", "PRAGMA journal_mode"))
			require.NoFileExists(t, b.path("target.db.parked-r-1"))
			require.NoFileExists(t, b.path(fresh))
		})
	}
}

func TestSwapRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*bench, *clone.Swap)
	}{
		{"another new database", func(b *bench, w *clone.Swap) { w.New = "1:2" }},
		{"changed flags in the target", func(b *bench, _ *clone.Swap) { b.exec("target.db", "UPDATE flag SET value = 'x'") }},
		{"changed flags in the new one", func(b *bench, _ *clone.Swap) { b.exec(fresh, "UPDATE flag SET value = 'x'") }},
		{"changed users in the target", func(b *bench, _ *clone.Swap) { b.exec("target.db", "UPDATE member SET team = 'x'") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			w := b.swap(b.build())
			c.spoil(b, &w)
			require.Equal(t, bot.Denied, bot.KindOf(b.Swap(t.Context(), b.site, w)))
			now, err := b.Serving(t.Context(), b.site)
			require.NoError(t, err)
			require.Equal(t, w.Old, now)
			require.Equal(t, []string{"wal"}, b.lines("target.db", "PRAGMA journal_mode"))
			require.NoFileExists(t, b.path("target.db.parked-r-1"))
		})
	}
}

func TestSweep(t *testing.T) {
	b := newBench(t)
	w := b.swap(b.build())
	require.NoError(t, b.Swap(t.Context(), b.site, w))
	swept, err := b.Sweep(t.Context(), b.site.Target, at)
	require.NoError(t, err)
	require.Empty(t, swept)
	swept, err = b.Sweep(t.Context(), b.site.Target, at.Add(time.Second))
	require.NoError(t, err)
	require.Equal(t, []string{"target.db.parked-r-1"}, swept)
	there, err := b.Parked(t.Context(), b.site, w.Old)
	require.NoError(t, err)
	require.False(t, there)
	require.Equal(t, bot.NotFound, bot.KindOf(b.Restore(t.Context(), b.site, w.Old)))
}
