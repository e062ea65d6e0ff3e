package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
)

// Faults in what surrounds the rows: who may use them, and what is made of them.
func TestLostGrantsAndViews(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Source, `DO $$ BEGIN CREATE ROLE clerk; CREATE ROLE auditor; CREATE ROLE seller; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
		DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO seller', current_database()); END $$;
		GRANT USAGE ON SCHEMA crm TO clerk; GRANT SELECT, UPDATE ON person TO clerk; GRANT SELECT ON company TO PUBLIC;
		GRANT USAGE ON SEQUENCE company_id_seq TO clerk WITH GRANT OPTION;
		GRANT UPDATE (note) ON person TO clerk; CREATE FUNCTION pay() RETURNS int LANGUAGE sql AS 'SELECT 1';
		REVOKE EXECUTE ON FUNCTION pay() FROM PUBLIC; GRANT EXECUTE ON FUNCTION pay() TO clerk; CREATE TYPE mood AS ENUM ('low');
		ALTER TABLE login_session OWNER TO clerk; ALTER FUNCTION pay() OWNER TO auditor;
		CREATE MATERIALIZED VIEW flags AS SELECT count(*) AS n FROM flag;
		CREATE MATERIALIZED VIEW more AS SELECT n + 1 AS n FROM flags`)
	b.exec(b.site.Target, `GRANT SELECT ON person TO auditor, seller; GRANT INSERT ON crm.channel TO auditor WITH GRANT OPTION;
		GRANT SELECT (name) ON company TO auditor; GRANT EXECUTE ON FUNCTION no_more() TO auditor WITH GRANT OPTION`)
	e := b.build()
	require.Equal(t, []string{"3"}, b.lines(b.fresh, "SELECT n FROM more"), "the target's own two flags, and one")
	for _, c := range []struct{ name, fault, mend, want string }{
		{"on a table of the source's", "REVOKE UPDATE ON person FROM clerk", "GRANT UPDATE ON person TO clerk", "UPDATE on TABLE public.person for clerk"},
		{"for everybody", "REVOKE SELECT ON company FROM PUBLIC", "GRANT SELECT ON company TO PUBLIC", "SELECT on TABLE public.company for public"},
		{"on a schema", "REVOKE USAGE ON SCHEMA crm FROM clerk", "GRANT USAGE ON SCHEMA crm TO clerk", "USAGE on SCHEMA crm for clerk"},
		{"to give on", "REVOKE GRANT OPTION FOR USAGE ON SEQUENCE company_id_seq FROM clerk",
			"GRANT USAGE ON SEQUENCE company_id_seq TO clerk WITH GRANT OPTION", "USAGE WITH GRANT OPTION on SEQUENCE public.company_id_seq for clerk"},
		{"of the target's", "REVOKE INSERT ON crm.channel FROM auditor", "GRANT INSERT ON crm.channel TO auditor WITH GRANT OPTION", "INSERT WITH GRANT OPTION on TABLE crm.channel for auditor"},
		{"on a column", "REVOKE UPDATE (note) ON person FROM clerk; REVOKE UPDATE ON person FROM clerk", "GRANT UPDATE (note), UPDATE ON person TO clerk",
			"UPDATE on COLUMN public.person.note for clerk"},
		{"on a column of the target's", "REVOKE SELECT ON company FROM PUBLIC; REVOKE SELECT (name) ON company FROM auditor",
			"GRANT SELECT ON company TO PUBLIC; GRANT SELECT (name) ON company TO auditor", "SELECT on COLUMN public.company.name for auditor"},
		{"on a function", "REVOKE EXECUTE ON FUNCTION pay() FROM clerk", "GRANT EXECUTE ON FUNCTION pay() TO clerk", "lost in the new database: EXECUTE on ROUTINE public.pay() for clerk"},
		{"on a function of the target's", "REVOKE EXECUTE ON FUNCTION no_more() FROM auditor",
			"GRANT EXECUTE ON FUNCTION no_more() TO auditor WITH GRANT OPTION", "EXECUTE WITH GRANT OPTION on ROUTINE public.no_more() for auditor"},
		{"on a type", "REVOKE USAGE ON TYPE mood FROM PUBLIC", "GRANT USAGE ON TYPE mood TO PUBLIC", "USAGE on TYPE public.mood for public"},
		{"too much of a table", "GRANT DELETE ON person TO clerk", "REVOKE DELETE ON person FROM clerk",
			"nobody lets do in the source or the target: DELETE on TABLE public.person for clerk"},
		{"a function open to everybody", "GRANT EXECUTE ON FUNCTION pay() TO PUBLIC", "REVOKE EXECUTE ON FUNCTION pay() FROM PUBLIC",
			"nobody lets do in the source or the target: EXECUTE on ROUTINE public.pay() for public"},
		{"to give on what was not", "GRANT SELECT ON person TO clerk WITH GRANT OPTION", "REVOKE GRANT OPTION FOR SELECT ON person FROM clerk",
			"nobody lets do in the source or the target: SELECT WITH GRANT OPTION on TABLE public.person for clerk"},
		{"a table of somebody else's", "ALTER TABLE login_session OWNER TO auditor", "ALTER TABLE login_session OWNER TO clerk", "TABLE public.login_session belongs to auditor, not to clerk"},
		{"a function of somebody else's", "ALTER FUNCTION pay() OWNER TO clerk", "ALTER FUNCTION pay() OWNER TO auditor; GRANT EXECUTE ON FUNCTION pay() TO clerk", "ROUTINE public.pay() belongs to clerk, not to auditor"},
		{"a view without rows", "REFRESH MATERIALIZED VIEW more WITH NO DATA", "REFRESH MATERIALIZED VIEW more", "relation public.more m true"},
		{"a view of another query", "CREATE OR REPLACE VIEW people AS SELECT email FROM person WHERE id > 1",
			"CREATE OR REPLACE VIEW people AS SELECT email FROM person", "the source's schema has view public.people"},
		{"a constraint dropped", "ALTER TABLE account DROP CONSTRAINT account_login_key", "ALTER TABLE account ADD CONSTRAINT account_login_key UNIQUE (login)",
			"constraint account_login_key on public.account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, b.differences(t, e, c.fault, c.mend), c.want)
		})
	}
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences, "everything is mended")
}

// What the target keeps must be what was captured until the very end.
func TestKeptRowsThatChangeAfterTheCapture(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w := b.swap(b.build())
	for _, c := range []struct{ fault, mend string }{
		{"UPDATE crm.channel SET endpoint = 'smtp.a.example'", "UPDATE crm.channel SET endpoint = 'sink.test.example'"},
		{"DELETE FROM flag WHERE name = 'banner'", "INSERT INTO flag OVERRIDING SYSTEM VALUE VALUES (2, 'banner', 'on', NULL)"},
		{"INSERT INTO member VALUES (1, 'blue')", "DELETE FROM member WHERE ctid = (SELECT max(ctid) FROM member WHERE team = 'blue')"},
		{"UPDATE account SET hash = 'changed' WHERE login = 'tess'", "UPDATE account SET hash = 'hash-target' WHERE login = 'tess'"},
	} {
		b.exec(b.site.Target, "SET session_replication_role = replica; "+c.fault)
		err := b.Swap(t.Context(), b.site, w)
		require.Equal(t, bot.Denied, bot.KindOf(err), c.fault)
		require.ErrorContains(t, err, "are not those that were captured")
		b.exec(b.site.Target, "SET session_replication_role = replica; "+c.mend)
	}
	require.NoError(t, b.Swap(t.Context(), b.site, w))
}

// In an image or a key an "@" stands by chance, and around it what looks like an
// address; a text that is kept as bytes is another matter.
func TestBytesAreNoAddresses(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Source, `UPDATE person SET photo = '\x89504e470d0a1a0a0000006140622e6e6c00ff' WHERE id = 1`)
	s, err := b.Survey(t.Context(), b.site)
	require.NoError(t, err)
	for _, table := range s.Source.Tables {
		for _, c := range table.Columns {
			require.False(t, c.Name == "photo" && c.Addresses, "an image is taken for an address")
		}
	}
	e := b.build()
	v, err := b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	b.behindTheBack(`UPDATE person SET photo = 'Grüße von a@b.example' WHERE id = 1`)
	v, err = b.Verify(t.Context(), b.site, e)
	require.NoError(t, err)
	require.Contains(t, v.Differences, "addresses outside refresh.invalid in person.photo (1)")
}
