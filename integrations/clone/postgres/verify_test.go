package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// TestDifferences plants faults in the new database; the verification has to
// name each, without the secret. Each fault is mended afterwards.
func TestDifferences(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Source, `ALTER TABLE member ENABLE ROW LEVEL SECURITY; ALTER TABLE member SET (fillfactor = 70);
		CREATE POLICY blue ON member FOR SELECT USING (team = 'blue'); COMMENT ON SCHEMA public IS 'everything';
		COMMENT ON COLUMN person.note IS 'what was said'; CREATE STATISTICS teams ON account_id, team FROM member;
		CREATE DOMAIN short AS text DEFAULT 'x' CONSTRAINT brief CHECK (length(VALUE) < 9); CREATE PUBLICATION news FOR TABLE company;
		CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION seen()`)
	e := b.build()
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	require.NotEmpty(t, v.Facts)
	require.Equal(t, b.identity(b.fresh), v.Identity)
	for _, c := range []struct{ name, fault, mend, want string }{
		{"a row changed", "UPDATE company SET name = 'Z' WHERE id = 1", "UPDATE company SET name = 'B' WHERE id = 1",
			"rows of table company are not the source's"},
		{"a row gone", "DELETE FROM person WHERE id = 4", "INSERT INTO person VALUES (4, NULL, 'a_b__c.com@refresh.invalid', 'x', 0, '')",
			"table person has 3 rows, not 4"},
		{"two rows swapped", "UPDATE company SET owner = 3 - owner", "UPDATE company SET owner = 3 - owner", "rows of table company are not"},
		{"a row twice, another gone", "UPDATE crm.visit SET id = 1, at = '2025-05-05', note = (SELECT note FROM crm.visit WHERE id = 1) WHERE id = 2",
			"UPDATE crm.visit SET id = 2, at = '2026-02-02', note = NULL WHERE ctid = (SELECT max(ctid) FROM crm.visit)", "rows of table crm.visit are not"},
		{"a masked value changed", "UPDATE person SET email = 'x@refresh.invalid' WHERE id = 1",
			"UPDATE person SET email = 'john.doe_company.com@refresh.invalid' WHERE id = 1", "rows of table person"},
		{"nothing made of something", "UPDATE person SET photo = NULL WHERE id = 4", "UPDATE person SET photo = '' WHERE id = 4", "rows of table person"},
		{"a flag changed", "UPDATE flag SET value = 'production' WHERE id = 1", "UPDATE flag SET value = 'test' WHERE id = 1",
			"rows of table flag are not the target's own"},
		{"a flag gone", "DELETE FROM flag WHERE id = 2", "INSERT INTO flag OVERRIDING SYSTEM VALUE VALUES (2, 'banner', 'on', NULL)",
			"table flag has 1 rows, not 2"},
		{"a user's password changed", "UPDATE account SET hash = 'x' WHERE login = 'tess'", "UPDATE account SET hash = 'hash-target' WHERE login = 'tess'",
			"rows of table account are not"},
		{"a user's team changed", "UPDATE member SET team = 'red' WHERE account_id = 2", "UPDATE member SET team = 'blue' WHERE account_id = 2",
			"rows of table member are not"},
		{"a placeholder who could sign in", "UPDATE account SET active = true WHERE login = 'ann'", "UPDATE account SET active = false WHERE login = 'ann'",
			"rows of table account are not the source's"},
		{"a secret leaked in bytes", `UPDATE person SET photo = '…source-secret-1…' WHERE id = 1`, `UPDATE person SET photo = '\x00ff' WHERE id = 1`,
			"person.photo holds a secret of the source's flag.secret"},
		{"a secret leaked in a table of another schema", "INSERT INTO crm.channel VALUES ('x', 'source-secret-2', '')",
			"DELETE FROM crm.channel WHERE name = 'x'", "crm.channel.endpoint holds a secret of the source's crm.channel.password"},
		{"a session came back", "INSERT INTO login_session VALUES ('t')", "DELETE FROM login_session", "table login_session has 1 rows, not 0"},
		{"a reference to nowhere", "UPDATE company SET mode = 7 WHERE id = 1", "UPDATE company SET mode = 1 WHERE id = 1",
			"references from company to flag lead nowhere"},
		{"a table too many", "CREATE TABLE more (id integer)", "DROP TABLE more", "the tables are"},
		{"a table too few", "ALTER TABLE login_session RENAME TO sessions", "ALTER TABLE sessions RENAME TO login_session", "the tables are"},
		{"an index gone", "DROP INDEX person_company", "CREATE INDEX person_company ON person (company_id)", "the source's schema has index public.person_company"},
		{"another default", "ALTER TABLE account ALTER level SET DEFAULT 9", "ALTER TABLE account ALTER level SET DEFAULT 3",
			"the new schema has column public.account.level integer not null 9"},
		{"a trigger switched off", "ALTER TABLE flag DISABLE TRIGGER guard", "ALTER TABLE flag ENABLE TRIGGER guard", "trigger guard on public.flag"},
		{"a constraint nobody looked at", "ALTER TABLE person DROP CONSTRAINT person_company_id_fkey; ALTER TABLE person ADD CONSTRAINT person_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (id) NOT VALID",
			"ALTER TABLE person VALIDATE CONSTRAINT person_company_id_fkey", "constraint person_company_id_fkey of public.person is not in force"},
		{"a sequence behind", "SELECT setval('company_id_seq', 1)", "SELECT setval('company_id_seq', 2)", "the sequence of table company is behind"},
		{"another function", "CREATE OR REPLACE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
			"CREATE OR REPLACE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not in a copy'; END $$", "function public.no_more()"},
		{"a function as its owner", "ALTER FUNCTION no_more() SECURITY DEFINER", "ALTER FUNCTION no_more() SECURITY INVOKER", "function public.no_more()"},
		{"a sequence in other steps", "ALTER SEQUENCE company_id_seq INCREMENT 2", "ALTER SEQUENCE company_id_seq INCREMENT 1",
			"the new schema has sequence public.company_id_seq integer from 1 by 2"},
		{"a table open to all", "ALTER TABLE member DISABLE ROW LEVEL SECURITY", "ALTER TABLE member ENABLE ROW LEVEL SECURITY",
			"the source's schema has settings of public.member p,identity d,row security"},
		{"a table filled otherwise", "ALTER TABLE member RESET (fillfactor)", "ALTER TABLE member SET (fillfactor = 70)", "fillfactor=70"},
		{"a policy of another condition", "ALTER POLICY blue ON member USING (true)", "ALTER POLICY blue ON member USING (team = 'blue')",
			"the new schema has policy blue on public.member r permissive using true"},
		{"a domain that takes less", "ALTER DOMAIN short DROP CONSTRAINT brief", "ALTER DOMAIN short ADD CONSTRAINT brief CHECK (length(VALUE) < 9)", "constraint brief on domain public.short"},
		{"a domain of another default", "ALTER DOMAIN short SET DEFAULT 'y'", "ALTER DOMAIN short SET DEFAULT 'x'", "domain public.short text  'x'::text"},
		{"a comment gone", "COMMENT ON COLUMN person.note IS NULL", "COMMENT ON COLUMN person.note IS 'what was said'", "comment on table column public.person.note"},
		{"another comment", "COMMENT ON SCHEMA public IS 'x'", "COMMENT ON SCHEMA public IS 'everything'", "comment on schema public"},
		{"statistics gone", "DROP STATISTICS teams", "CREATE STATISTICS teams ON account_id, team FROM member", "the source's schema has statistics object public.teams"},
		{"a publication gone", "DROP PUBLICATION news", "CREATE PUBLICATION news FOR TABLE company", "the source's schema has publication news"},
		{"an event trigger gone", "DROP EVENT TRIGGER watch", "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION seen()",
			"the source's schema has event trigger watch"},
		{"a cast too many", "CREATE CAST (text AS bytea) WITHOUT FUNCTION", "DROP CAST (text AS bytea)", "the new schema has cast (pg_catalog.text AS pg_catalog.bytea)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := b.differences(t, e, c.fault, c.mend)
			require.Contains(t, all, c.want)
			require.NotContains(t, all, "source-secret")
		})
	}
	v, err = b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences, "everything is mended")
}

// differences returns what the verification finds of a fault, a line each. The fault is
// mended before that is looked at.
func (b *bench) differences(t *testing.T, e clone.Expectation, fault, mend string) string {
	t.Helper()
	b.behindTheBack(fault)
	v, err := b.Verify(t.Context(), b.site, e)
	b.behindTheBack(mend)
	require.NoError(t, err)
	return strings.Join(v.Differences, "\n")
}

// behindTheBack changes the new database without anything looking.
func (b *bench) behindTheBack(script string) {
	b.t.Helper()
	b.exec(b.fresh, "SET session_replication_role = replica; "+script)
}

func TestVerificationFindsAddresses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.build()
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Contains(t, v.Facts, fmt.Sprintf("%d values looked at, every address is under refresh.invalid", 2*4+2*3+4*6))
	b.behindTheBack(`UPDATE company SET name = 'of jo@x.example' WHERE id = 1;
		UPDATE person SET note = 'root@localhost', photo = 'x@y.example' WHERE id = 2;
		UPDATE person SET email = 'a@refresh.invalid.example' WHERE id = 3;
		UPDATE crm.visit SET note = 'jo@x.example' WHERE id = 2`)
	v, err = b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Contains(t, v.Differences, "addresses outside refresh.invalid in "+
		"company.name (1), crm.visit.note (1), person.email (1), person.note (1), person.photo (1)")
}

// TestVerificationFindsAddressesOfEveryKind plants them wherever one can stand, in a
// table that is read as it is and in one that is read as text.
func TestVerificationFindsAddressesOfEveryKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const columns = `t text, c char(30), b bytea, j json, jb jsonb, l text[], e mood, ts tsvector, n int[]`
	b.site.Source = database(t, "odd_places", `CREATE TYPE mood AS ENUM ('low', 'a@b.example');
		CREATE TABLE raw (`+columns+`); CREATE TABLE read (`+columns+`, m mood[]);
		INSERT INTO raw VALUES ('x', 'x', 'x', '{}', '{}', ARRAY['@jane.example is fifty signs long, so that it is 2 ', 'x@'], 'low', 'x', '{64}');
		INSERT INTO read SELECT *, '{low}' FROM raw`)
	copied, r := b.copyAll(nil)
	e := clone.Expectation{Recipe: r, Copied: copied.Proofs}
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	for _, table := range []string{"raw", "read"} {
		b.exec(b.fresh, "UPDATE "+table+` SET t = 'of a@b.example', c = 'a@b.example', b = 'a@b.example', j = '["a\u0040b.example"]',
			jb = '["a\u0040b.example"]', l = '{x,a@b.example}', e = 'a@b.example', ts = '''a@b.example''', n = NULL`)
	}
	b.exec(b.fresh, "UPDATE read SET m = '{low,a@b.example}'")
	v, err = b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	const all = "%[1]s.t (1), %[1]s.c (1), %[1]s.b (1), %[1]s.j (1), %[1]s.jb (1), %[1]s.l (1), %[1]s.e (1), %[1]s.ts (1), "
	require.Contains(t, v.Differences, "addresses outside refresh.invalid in "+fmt.Sprintf(all, "raw")+fmt.Sprintf(all, "read")+"read.m (1)")
}

func TestApply(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	ctx := t.Context()
	counts, err := b.Apply(ctx, b.site, []clone.Statement{
		{SQL: `UPDATE "account" SET "active" = ?, "level" = ? WHERE "login" = ?`, Args: []any{1, 7, "ann"}},
		{SQL: `INSERT INTO "crm.channel" ("name", "endpoint") VALUES (?, 'why?')`, Args: []any{"it's \"new\""}},
		{SQL: `INSERT INTO "flag" ("id", "name", "secret") VALUES (?, ?, ?)`, Args: []any{50, "more", nil}},
	})
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1, 1}, counts)
	require.Equal(t, []string{"t|7"}, b.lines(b.fresh, "SELECT active, level FROM account WHERE login = 'ann'"))
	require.Equal(t, []string{`it's "new"|why?`}, b.lines(b.fresh, "SELECT name, endpoint FROM crm.channel WHERE name <> 'smtp'"))
	require.Equal(t, []string{"51"}, b.lines(b.fresh, "SELECT nextval('flag_id_seq')"), "the next number is a new one")

	rows, err := b.Rows(ctx, b.site, clone.Query{Table: "account", Columns: []string{"login", "active", "hash"}})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"ann", "1", ""}, {"tess", "1", "hash-target"}, {"uwe", "0", ""}}, rows)
	rows, err = b.Rows(ctx, b.site, clone.Query{Table: "account", Columns: []string{"id"}, Where: "active"})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"1"}, {"2"}}, rows)
	rows, err = b.Rows(ctx, b.site, clone.Query{Table: "crm.channel", Columns: []string{"endpoint"}, Served: true})
	require.NoError(t, err)
	require.Equal(t, [][]string{{"sink.test.example"}}, rows)

	_, err = b.Apply(ctx, b.site, []clone.Statement{
		{SQL: `UPDATE "account" SET "level" = ?`, Args: []any{1}},
		{SQL: `UPDATE "account" SET "nothing" = ?`, Args: []any{1}},
	})
	require.ErrorContains(t, err, "nothing")
	require.Equal(t, []string{"0"}, b.lines(b.fresh, "SELECT count(*) FROM account WHERE level = 1"), "all or nothing")
}

// TestViewsShowTheTargetsOwn looks at materialised views over kept rows.
func TestViewsShowTheTargetsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	require.Equal(t, []string{"test|2"}, b.lines(b.fresh, "SELECT * FROM by_mode"))
	require.Equal(t, []string{"test"}, b.lines(b.fresh, "SELECT * FROM busy_modes"))
}

// TestUsersAreMerged looks at the three kinds of people on a merged list.
func TestUsersAreMerged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	require.Equal(t, []string{
		"1|ann|Ann|ann_a.example@refresh.invalid||f|3",  // source only: default where nothing is known
		"2|tess|Tess|tess@test.example|hash-target|t|4", // both: the source's id
		"3|uwe|Uwe|uwe@test.example||f|2",               // target only: a fresh id
	}, b.lines(b.fresh, "SELECT * FROM account ORDER BY id"))
	require.Equal(t, []string{"2|blue", "3|green"}, b.lines(b.fresh, "SELECT * FROM member ORDER BY 1"))
	conn, err := pgx.Connect(t.Context(), b.fresh)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var id int
	require.NoError(t, conn.QueryRow(t.Context(), "INSERT INTO account (login, name, email, active) VALUES ('new', 'New', 'n@test.example', true) RETURNING id").Scan(&id))
	require.Equal(t, 4, id)
}
