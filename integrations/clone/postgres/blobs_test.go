package postgres_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/profile/suggest"
)

// inBlobs says what becomes of addresses in large objects.
func inBlobs(k profile.Kind) []clone.Outcome {
	o := clone.Outcome{Table: "pg_largeobject", Fate: clone.FateCopied, Columns: []string{"data"}}
	switch k {
	case profile.Ignore:
		o.Ignored = o.Columns
	case profile.Text:
		o.Fate, o.Masks = clone.FateMasked, []clone.ColumnMask{{Column: "data", Kind: k}}
	}
	return []clone.Outcome{o}
}

// A run does not begin while nobody has said what becomes of addresses in large
// objects, and then does that.
func TestRefreshWithAddressesInLargeObjects(t *testing.T) {
	t.Parallel()
	for kind, want := range map[profile.Kind]string{
		"": "column pg_largeobject.data holds e-mail addresses", profile.Text: "to jo_x.example@refresh.invalid",
	} {
		t.Run(fmt.Sprintf("%q", kind), func(t *testing.T) {
			w := newWorld(t, "blobs"+string(kind))
			w.profile = func(p *profile.Profile) {
				if kind != "" {
					p.Addresses["pg_largeobject"] = map[string]profile.Kind{"data": kind}
				}
			}
			(&bench{t: t}).exec(w.prod, "SELECT lo_from_bytea(7, 'to jo@x.example')")
			w.begin()
			var plan strings.Builder
			f, err := w.engine.Forecast(t.Context(), w.order)
			require.NoError(t, err)
			require.NoError(t, f.WriteText(&plan))
			require.Equal(t, kind == profile.Text, regexp.MustCompile(`pg_largeobject +masked +1 rows +data\n`).MatchString(plan.String()), plan.String())
			if kind == "" {
				require.Contains(t, w.whole(bot.RunFailed).Problem, want)
				return
			}
			w.whole(bot.RunSucceeded)
			require.Equal(t, []string{want}, w.lines(w.test, "SELECT convert_from(lo_get(7), 'UTF8')"))
		})
	}
}

// A profile is proposed that speaks of large objects where there are addresses in them.
func TestSuggestForLargeObjects(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]profile.Kind{"to jo@x.example": profile.Text, "no address": "", `\001 jo@x.example`: ""} {
		url := database(t, fmt.Sprint(len(content)), fmt.Sprintf("CREATE TABLE t (id int); SELECT lo_from_bytea(7, '%s')", content))
		tables, err := postgres.Driver{}.Describe(t.Context(), url)
		require.NoError(t, err)
		require.Equal(t, want, suggest.Propose(tables).Profile.Addresses["pg_largeobject"]["data"], content)
	}
}

// Addresses are masked wherever the pieces meet in which large objects are read, and
// what is masked is longer than it was.
func TestLargeObjectsAreMasked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const piece = 256 << 10
	texts := map[int]string{
		1: "", 2: "jo@x.example", 3: "no address, but ä", 4: strings.Repeat("x", piece),
		5: strings.Repeat("x ", piece/2-4) + "jo@x.example and more", 6: strings.Repeat("jo@x.example\n", 50000),
		7: strings.Repeat("ä ", piece/3) + "\x00\xff jo@x.example", 8: strings.Repeat("y", 5*piece) + " jo@x.example",
	}
	for id, text := range texts {
		b.exec(b.site.Source, fmt.Sprintf(`SELECT lo_from_bytea(%d, '\x%x')`, id, text))
	}
	r := recipe()
	r.Loose = inBlobs(profile.Text)
	require.NoError(t, b.Create(t.Context(), b.site))
	_, err := b.Capture(t.Context(), b.site, keep)
	require.NoError(t, err)
	copied, err := b.Copy(t.Context(), b.site, r)
	require.NoError(t, err)
	for id, text := range texts {
		want := strings.ReplaceAll(text, "jo@x.example", "jo_x.example@refresh.invalid")
		is := value(t, b.fresh, fmt.Sprintf("encode(lo_get(%d), 'hex')", id))
		require.Equal(t, fmt.Sprintf("%x", want), is, id)
	}
	at := slices.IndexFunc(copied.Proofs, func(p clone.Proof) bool { return p.Table == "pg_largeobject" })
	require.GreaterOrEqual(t, at, 0, "they are proved")
	plain, err := b.Survey(t.Context(), b.site)
	require.NoError(t, err)
	require.True(t, plain.Source.Loose[0].Columns[0].Addresses)
}

// TestDifferencesInLargeObjects plants faults in large objects.
func TestDifferencesInLargeObjects(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const far = 256<<10 - 5 // where two pieces meet
	b.exec(b.site.Source, fmt.Sprintf("SELECT lo_from_bytea(1, 'a letter'), lo_from_bytea(2, convert_to(repeat('x', %d) || ' and more of it', 'UTF8'))", far))
	e := b.build()
	verify := func() string {
		v, err := b.Verify(t.Context(), b.site, e)
		require.NoError(t, err)
		return strings.Join(v.Differences, "\n")
	}
	require.Empty(t, verify())
	put := func(id, at int, text string) {
		b.exec(b.fresh, fmt.Sprintf("SELECT lo_put(%d, %d, '%s')", id, at, text))
	}
	put(1, 0, "A")
	require.Contains(t, verify(), "rows of table pg_largeobject are not the source's")
	put(2, far, " source-secret-1")
	require.Contains(t, verify(), "pg_largeobject.data holds a secret of the source's flag.secret")
	put(2, far, " jo@x.example    ")
	require.Contains(t, verify(), "addresses outside refresh.invalid in pg_largeobject.data (1)")
	e.Recipe.Loose = inBlobs(profile.Ignore)
	require.NotContains(t, verify(), "addresses outside")
	e.Recipe.Loose = inBlobs(profile.Text)
	put(1, 0, "\\\\001jo@x.com")
	require.Contains(t, verify(), "addresses outside refresh.invalid in pg_largeobject.data (2)", "in what is no text, too")
}
