package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func TestCopyMasksOnTheWay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	require.Equal(t, []string{
		`1|john.doe_company.com@refresh.invalid|ask jo_x.example@refresh.invalid|1.5|\x00ff`,
		"2|a__b_c.com@refresh.invalid|||",
		"3|a_b_c.com@refresh.invalid|was refreshed before|2|",
		`4|a_b__c.com@refresh.invalid|x|0|\x`,
	}, b.lines(b.fresh, "SELECT id, email, note, size, photo FROM person ORDER BY id"))
	require.Equal(t, []string{"X"}, b.lines(b.fresh, "SELECT shout FROM person WHERE id = 4"))
	require.Equal(t, []string{"4"}, b.lines(b.fresh, "SELECT count(*) FROM people"))
}

func TestCopyIsOfOneInstant(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	want := b.lines(b.fresh, "SELECT * FROM person ORDER BY id")
	b.exec(b.site.Source, "UPDATE person SET note = 'later'")
	require.Equal(t, want, b.lines(b.fresh, "SELECT * FROM person ORDER BY id"))
	b.build()
	require.Equal(t, []string{"4"}, b.lines(b.fresh, "SELECT count(*) FROM person WHERE note = 'later'"), "copied again")
}

// TestCopyOfEveryKindOfColumn masks addresses wherever they can stand.
func TestCopyOfEveryKindOfColumn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Workers, b.Piece = 4, 1 // in pieces
	const script = `CREATE TYPE mood AS ENUM ('low', 'high');
		CREATE DOMAIN address AS varchar(30) CHECK (VALUE LIKE '%@%');
		CREATE TABLE held (id int PRIMARY KEY, t text, v address, c char(30), b bytea, j json, jb jsonb, l text[], x xml);
		CREATE TABLE held_as_text (id int PRIMARY KEY, m mood[], t text, b bytea, r regclass);
		CREATE TABLE many (id int PRIMARY KEY, t text);`
	b.site.Source = database(t, "kinds", script+`
		INSERT INTO held VALUES (1, E'\t\\N a@b.c\n', 'a@b.c', 'a@b.c', 'a@b.c', '{"a" : "a@b.c"}', '{"a@b.c": ["z"], "longer": "a@b.c"}', '{{a@b.c,NULL},{"{\"","x"}}', '<a>a@b.c</a>'),
			(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
		INSERT INTO held_as_text VALUES (1, '{low,NULL}', E'\t\\N a@b.c\n', '\x6140622e63', 'held'), (2, NULL, NULL, NULL, NULL);
		INSERT INTO many SELECT g, 'to ' || g || '@b.c' FROM generate_series(1, 20000) g`)
	copied, r := b.copyAll(map[string]profile.Kind{"t": profile.Text, "v": profile.Email, "c": profile.Email,
		"b": profile.Text, "j": profile.Text, "jb": profile.Text, "l": profile.Text, "x": profile.Text})
	require.Equal(t, int64(8+2+20000), copied.Masked)
	const masked = "a_b.c@refresh.invalid"
	require.Equal(t, []string{strings.ReplaceAll("1|\t\\N @\n|@|@         |\\x615f622e6340726566726573682e696e76616c6964|"+
		`{"a" : "@"}|{"longer": "@", "@": ["z"]}|{{@,NULL},{"{\"",x}}|<a>@</a>`, "@", masked)},
		b.lines(b.fresh, "SELECT * FROM held WHERE id = 1"))
	require.Equal(t, []string{"1|{low,NULL}|\t\\N " + masked + "\n|\\x615f622e6340726566726573682e696e76616c6964|held"},
		b.lines(b.fresh, "SELECT * FROM held_as_text WHERE id = 1"))
	require.Equal(t, []string{"20000|20000"}, b.lines(b.fresh, "SELECT count(*), count(*) FILTER (WHERE t LIKE 'to %\\_b.c@refresh.invalid') FROM many"))
	v, err := b.Verify(t.Context(), b.site, clone.Expectation{Recipe: r, Copied: copied.Proofs})
	require.NoError(t, err)
	require.Empty(t, v.Differences)
}

// copyAll copies everything, with columns of some names masked.
func (b *bench) copyAll(masks map[string]profile.Kind) (clone.Copied, clone.Recipe) {
	b.t.Helper()
	ctx := b.t.Context()
	s, err := b.Survey(ctx, b.site)
	require.NoError(b.t, err)
	r := clone.Recipe{Domain: "refresh.invalid", Key: []byte("k")}
	for _, table := range s.Source.Tables {
		o := clone.Outcome{Table: table.Name, Fate: clone.FateMasked}
		for _, c := range table.Columns {
			o.Columns = append(o.Columns, c.Name)
			if kind, ok := masks[c.Name]; ok {
				require.True(b.t, c.Addresses || table.Rows == 0, "%s.%s", table.Name, c.Name)
				o.Masks = append(o.Masks, clone.ColumnMask{Column: c.Name, Kind: kind, Length: c.Length})
			}
		}
		r.Tables = append(r.Tables, o)
	}
	require.NoError(b.t, b.Create(ctx, b.site))
	copied, err := b.Copy(ctx, b.site, r)
	require.NoError(b.t, err)
	return copied, r
}

// What a source that was refreshed itself has under the domain stays its owner's,
// in letters of whatever case.
func TestCopyTakesNoAddressTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Source, `UPDATE person SET email = 'jo@x.example', note = NULL WHERE id = 1;
		UPDATE person SET email = 'ann@x.example', note = 'before: Ann_X.example@refresh.INVALID' WHERE id = 2;
		UPDATE person SET email = 'Jo_X.example@Refresh.invalid' WHERE id = 3`)
	b.build()
	require.Equal(t, []string{"1|t", "2|t", "3|f", "4|f"}, b.lines(b.fresh, `SELECT id,
		lower(email) NOT IN ('jo_x.example@refresh.invalid', 'ann_x.example@refresh.invalid') AND email LIKE '%-%' FROM person ORDER BY id`))
}

// How a value is packed is the column's to say; where that says nothing, the copy
// takes the quick way.
func TestCopyPacksLargeValues(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.site.Source = database(t, "large", `CREATE TABLE large (said text COMPRESSION pglz, unsaid text);
		INSERT INTO large SELECT t, t FROM repeat('to be packed ', 1000) t`)
	b.copyAll(nil)
	quick := value(t, b.fresh, "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
	want := map[string]string{"true": "pglz|lz4", "false": "pglz|pglz"}[quick]
	require.Equal(t, []string{want}, b.lines(b.fresh, "SELECT pg_column_compression(said), pg_column_compression(unsaid) FROM large"))
}

func TestProtectedAccountKeepsItsOwn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec(b.site.Target, "UPDATE account SET hash = NULL WHERE login = 'tess'")
	r := recipe()
	r.Protected = []string{"tess", "it's nobody"}
	for i, o := range r.Tables {
		switch o.Table {
		case "account":
			r.Tables[i].Fate = clone.FateMasked
		case "member":
			r.Tables[i].Fate = clone.FateCopied
		}
	}
	require.NoError(t, b.Create(t.Context(), b.site))
	copied, err := b.Copy(t.Context(), b.site, r)
	require.NoError(t, err)
	require.Equal(t, []string{
		"1|ann|ann_a.example@refresh.invalid|hash-ann", "2|tess|tess@test.example|",
	}, b.lines(b.fresh, "SELECT id, login, email, hash FROM account ORDER BY id"))
	v, err := b.Verify(t.Context(), b.site, clone.Expectation{Recipe: r, Copied: copied.Proofs})
	require.NoError(t, err)
	require.NotContains(t, strings.Join(v.Differences, "\n"), "addresses outside")
}

// TestCopyAfterAKill cuts a copy off at one statement after the other. The next
// one finds what that left, and makes it whole.
func TestCopyAfterAKill(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.build()
	want := b.lines(b.fresh, everything)
	whole := b.site
	c := newCutter(t)
	b.site.Target = c.through(whole.Target)
	for _, n := range []int{1, 6, 13, 25} {
		c.arm(n)
		_, err := b.Copy(t.Context(), b.site, recipe())
		if c.disarm() {
			require.Error(t, err, n)
			require.Equal(t, bot.Unavailable, bot.KindOf(err), "%d: %v", n, err)
		}
		_, err = b.Copy(t.Context(), b.site, recipe())
		require.NoError(t, err, n)
		require.Equal(t, want, b.lines(b.fresh, everything), n)
	}
	require.Equal(t, []string{"Old"}, b.lines(whole.Target, "SELECT name FROM company"), "the target is as it was")
}

// everything is what the copies of a bench have in common.
const everything = `SELECT 'account', a::text FROM account a UNION ALL SELECT 'member', m::text FROM member m
	UNION ALL SELECT 'company', c::text FROM company c UNION ALL SELECT 'person', p::text FROM person p
	UNION ALL SELECT 'visit', v::text FROM crm.visit v UNION ALL SELECT 'flag', f::text FROM flag f
	UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname IN ('public', 'crm')
	UNION ALL SELECT 'constraint', pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2`

// TestCopyThatIsCutOff ends copies in the middle. None leaves anybody behind who
// would hold the source up, and the next one is whole.
func TestCopyThatIsCutOff(t *testing.T) {
	t.Parallel()
	const inside = "SELECT count(*) FROM pg_sleep(0.02), pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%refreshbot%'"
	end := func(url string) string {
		return "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + value(t, url, "current_database()") + "' AND application_name LIKE '%refreshbot%'"
	}
	for name, cut := range map[string]func(b *bench, cancel func()){
		"called off":     func(_ *bench, cancel func()) { cancel() },
		"source is lost": func(b *bench, _ func()) { b.exec(server.URL("postgres"), end(b.site.Source)) },
		"target is lost": func(b *bench, _ func()) { b.exec(server.URL("postgres"), end(b.fresh)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.exec(b.site.Source, `CREATE FUNCTION slow(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
					BEGIN IF current_database() LIKE '%\_\_new\_%' THEN PERFORM pg_sleep(60); END IF; RETURN t; END $$;
				CREATE TABLE slow (t text CONSTRAINT late CHECK (public.slow(t) <> '')); INSERT INTO slow VALUES ('x')`)
			r := recipe()
			r.Tables = append(r.Tables, clone.Outcome{Table: "slow", Fate: clone.FateCopied, Columns: []string{"t"}})
			require.NoError(t, b.Create(t.Context(), b.site))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			failed := make(chan error)
			go func() {
				_, err := b.Copy(ctx, b.site, r)
				failed <- err
			}()
			eventually(t, func() bool { return b.lines(server.URL("postgres"), slowIn(b.fresh))[0] != "0" })
			cut(b, cancel)
			err := <-failed
			require.Error(t, err)
			require.True(t, errors.Is(err, context.Canceled) || bot.KindOf(err) == bot.Unavailable, err)
			eventually(t, func() bool { return b.lines(b.site.Source, inside)[0] == "0" })

			b.exec(b.site.Source, "ALTER TABLE slow DROP CONSTRAINT late")
			_, err = b.Copy(t.Context(), b.site, r)
			require.NoError(t, err)
			require.Equal(t, []string{"x"}, b.lines(b.fresh, "SELECT t FROM slow"))
		})
	}
}

// slowIn returns the query whether the slow table of a database is being filled.
func slowIn(url string) string {
	name, _, _ := strings.Cut(url, "?")
	return "SELECT count(*) FROM pg_sleep(0.02), pg_stat_activity WHERE datname = '" + name[strings.LastIndexByte(name, '/')+1:] +
		"' AND wait_event = 'PgSleep'"
}

// eventually waits for what a server does by itself.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); {
		require.True(t, time.Now().Before(end), "it did not happen")
	}
}

// TestOtherRoles copies with roles that can do no more than they need, from a
// database of one owner over one of another.
func TestOtherRoles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, statement := range []string{
		"CREATE ROLE roles_prod", "CREATE ROLE roles_test", "CREATE ROLE roles_report",
		"CREATE ROLE roles_engine LOGIN CREATEDB IN ROLE roles_test, pg_signal_backend", "CREATE ROLE roles_reader LOGIN IN ROLE pg_read_all_data",
	} {
		b.exec(server.URL("postgres"), statement)
	}
	t.Cleanup(func() {
		drop(t, strings.TrimPrefix(strings.Split(b.site.Target, "?")[0], "postgres://roles_engine@/"))
		drop(t, strings.TrimPrefix(strings.Split(b.site.Source, "?")[0], "postgres://roles_reader@/"))
		for _, role := range []string{"engine", "reader", "prod", "test", "report"} {
			require.NoError(t, server.Run(context.Background(), "postgres", "DROP ROLE roles_"+role))
		}
	})
	const plain = `CREATE SCHEMA crm; CREATE TABLE person (id int PRIMARY KEY, email text); CREATE TABLE crm.visit (id serial, person int REFERENCES public.person);`
	own := func(url, owner string) string {
		name := value(t, url, "current_database()")
		b.exec(url, fmt.Sprintf(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I OWNER TO %[1]s', current_database()); END $$;
			ALTER SCHEMA crm OWNER TO %[1]s; ALTER TABLE person OWNER TO %[1]s; ALTER TABLE crm.visit OWNER TO %[1]s; ALTER SCHEMA public OWNER TO %[1]s`, owner))
		return name
	}
	source := database(t, "roles_source", plain+"INSERT INTO person VALUES (1, 'a@b.c'); GRANT SELECT ON person TO roles_report")
	target := database(t, "roles_target", plain+"GRANT USAGE ON SCHEMA crm TO roles_report; GRANT SELECT ON crm.visit TO roles_report")
	own(source, "roles_prod")
	own(target, "roles_test")
	b.site.Source = strings.Replace(source, "postgres@", "roles_reader@", 1)
	b.site.Target = strings.Replace(target, "postgres@", "roles_engine@", 1)
	b.fresh = beside(b.site.Target, "new")

	s, err := b.Survey(t.Context(), b.site)
	require.NoError(t, err)
	require.Empty(t, s.Notes)
	require.Equal(t, int64(-1), s.Free, "who may not ask where the server keeps its data is not told")
	copied, r := b.copyAll(map[string]profile.Kind{"email": profile.Email})
	v, err := b.Verify(t.Context(), b.site, clone.Expectation{Recipe: r, Copied: copied.Proofs})
	require.NoError(t, err)
	require.Empty(t, v.Differences)
	require.Equal(t, []string{"crm|visit|roles_test", "public|person|roles_test"},
		b.lines(b.fresh, "SELECT schemaname, tablename, tableowner FROM pg_tables WHERE schemaname IN ('crm', 'public') ORDER BY 1"))
	require.Equal(t, []string{"true|true|true"}, b.lines(b.fresh, `SELECT has_table_privilege('roles_report', 'person', 'SELECT')::text,
		has_table_privilege('roles_report', 'crm.visit', 'SELECT')::text, has_schema_privilege('roles_report', 'crm', 'USAGE')::text`))
	require.Equal(t, []string{"roles_test"}, b.lines(b.fresh, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"))
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		address string
		kind    bot.Kind
	}{
		{"mysql://x@y/z", bot.Invalid},
		{"postgres://x@y/z?port=no", bot.Invalid},
		{"postgres://x:hunter2@y/z", bot.Invalid},
		{"postgres://x@y/z?password=hunter2", bot.Invalid},
		{"postgres://x:hunter2@y:port/z", bot.Invalid},
		{server.URL("there_is_none"), bot.NotFound},
		{strings.Replace(server.URL("postgres"), "postgres@", "nobody_known@", 1), bot.Denied},
		{"postgres://x@/z?host=/nowhere", bot.Unavailable},
		{"postgres://x@127.0.0.1:1/z", bot.Unavailable},
	} {
		_, err := postgres.Driver{}.Serving(t.Context(), clone.Site{Run: "r", Source: c.address, Target: c.address})
		require.Equal(t, c.kind, bot.KindOf(err), "%s: %v", c.address, err)
		require.NotContains(t, fmt.Sprint(err), "hunter2")
	}
}

// TestPassword copies over the network, where nobody gets in without a password.
func TestPassword(t *testing.T) {
	t.Parallel()
	const secret = "it's hunter2"
	guarded, err := throwaway.Start(t.Context(), throwaway.Options{Password: secret})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, guarded.Stop()) })
	require.NoError(t, guarded.Create(t.Context(), "source", "CREATE TABLE t (id int); INSERT INTO t VALUES (1)"))
	require.NoError(t, guarded.Create(t.Context(), "target", ""))
	b := &bench{t: t, site: clone.Site{Run: "r-1", Source: guarded.Address("source"), Target: guarded.Address("target")}}
	err = b.Create(t.Context(), b.site)
	require.Equal(t, bot.Denied, bot.KindOf(err), err)
	b.Passwords = map[string]bot.Secret{b.site.Source: secret, b.site.Target: "wrong"}
	err = b.Create(t.Context(), b.site)
	require.Equal(t, bot.Denied, bot.KindOf(err), err)
	b.Passwords[b.site.Target] = secret
	copied, _ := b.copyAll(nil)
	require.Equal(t, int64(1), copied.Rows)

	stopped := guarded.Crash()
	require.NoError(t, stopped)
	_, err = b.Copy(t.Context(), b.site, clone.Recipe{Domain: "refresh.invalid", Key: []byte("k")})
	require.Equal(t, bot.Unavailable, bot.KindOf(err), err)
	require.NotContains(t, fmt.Sprintf("%v %+v", err, b.Driver), "hunter2")
}
