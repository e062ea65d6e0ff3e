package mask_test

import (
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

const domain = "refresh.invalid"

func newMasker(t testing.TB) *mask.Masker {
	t.Helper()
	m, err := mask.New(domain, []byte("a key for tests"))
	require.NoError(t, err)
	return m
}

func TestAddress(t *testing.T) {
	m := newMasker(t)
	for _, c := range []struct{ name, in, want string }{
		{"the documented example", "john.doe@company.com", "john.doe_company.com@refresh.invalid"},
		{"underscores are doubled", "a_b@c.com", "a__b_c.com@refresh.invalid"},
		{"on either side", "a@b_c.com", "a_b__c.com@refresh.invalid"},
		{"plus tags", "jo+ship@x.example", "jo+ship_x.example@refresh.invalid"},
		{"letters beyond ascii", "jürgen@müller.example", "jürgen_müller.example@refresh.invalid"},
		{"the case stays", "Jo@X.example", "Jo_X.example@refresh.invalid"},
		{"no dot", "root@localhost", "root_localhost@refresh.invalid"},
		{"empty", "", ""},
		{"no address", "n/a", "n/a"},
		{"masked before", "jo_x.example@refresh.invalid", "jo_x.example@refresh.invalid"},
		{"with a name", "Jo <jo@x.example>", "Jo <jo_x.example@refresh.invalid>"},
		{"two of them", "a@x.example; b@x.example", "a_x.example@refresh.invalid; b_x.example@refresh.invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, m.Address(c.in, 0))
		})
	}
}

func TestAwkwardAddressesGetASuffix(t *testing.T) {
	m := newMasker(t)
	for name, in := range map[string]string{
		"quoted":            `"john doe"@x.example`,
		"literal":           "jo@[192.0.2.1]",
		"two ats":           "a@b@c.example",
		"domain with _":     "a@_b.example",
		"long local part":   strings.Repeat("a", 60) + "@x.example",
		"dot at the end":    "jo.@x.example",
		"two dots":          "j..o@x.example",
		"domain with a dot": "jo@.example",
	} {
		t.Run(name, func(t *testing.T) {
			require.Regexp(t, `^[a-z0-9]*-[a-z2-7]{16}@refresh\.invalid$`, m.Address(in, 0))
		})
	}
}

func TestLengthIsKept(t *testing.T) {
	m := newMasker(t)
	const in = "john.doe@company.com"
	require.Len(t, m.Address(in, 36), 36, "the plain form fits")
	for room := m.MinLength(); room < 36; room++ {
		out := m.Address(in, room)
		require.LessOrEqual(t, len(out), room)
		require.True(t, m.Clean(out), out)
	}
}

func TestTextIsCutBetweenAddresses(t *testing.T) {
	m := newMasker(t)
	text := "ask a@x.example or b@x.example"
	for room := range 120 {
		out := m.Text(text, room+1)
		require.LessOrEqual(t, utf8.RuneCountInString(out), room+1)
		require.True(t, m.Clean(out), out)
	}
}

func TestReservedAddressesKeepTheirForm(t *testing.T) {
	m := newMasker(t)
	m.Reserve("was refreshed: jo_x.example@refresh.invalid")
	require.Equal(t, "jo_x.example@refresh.invalid", m.Address("jo_x.example@refresh.invalid", 0))
	require.NotEqual(t, "jo_x.example@refresh.invalid", m.Address("jo@x.example", 0))
	require.True(t, m.Clean(m.Address("jo@x.example", 0)))
}

func TestKeyDecidesTheSuffix(t *testing.T) {
	other, err := mask.New(domain, []byte("another key"))
	require.NoError(t, err)
	const in = `"q"@x.example`
	require.NotEqual(t, newMasker(t).Address(in, 0), other.Address(in, 0))
	require.Equal(t, newMasker(t).Address(in, 0), newMasker(t).Address(in, 0))
}

func TestNewRefuses(t *testing.T) {
	_, err := mask.New("", []byte("k"))
	require.ErrorContains(t, err, "not a mail domain")
	_, err = mask.New("a@b", []byte("k"))
	require.ErrorContains(t, err, "not a mail domain")
	_, err = mask.New(domain, nil)
	require.ErrorContains(t, err, "no key")
}

// TestInjective masks every short string over the characters that matter and
// many random awkward ones, and looks for two that became one.
func TestInjective(t *testing.T) {
	m := newMasker(t)
	from := map[string]string{}
	check := func(in string) {
		out := m.Address(in, 0)
		require.True(t, m.Clean(out), "%q became %q", in, out)
		if was, ok := from[out]; ok && was != in {
			require.Failf(t, "two became one", "%q and %q are %q", was, in, out)
		}
		from[out] = in
	}
	letters := "a_.@"
	for n := 1; n <= 7; n++ {
		words(letters, n, check)
	}
	r := rand.New(rand.NewSource(1))
	for range 20_000 {
		check(awkward(r))
	}
}

// words calls f with every word of n of the letters.
func words(letters string, n int, f func(string)) {
	word := make([]byte, n)
	var fill func(int)
	fill = func(i int) {
		if i == n {
			f(string(word))
			return
		}
		for _, l := range []byte(letters) {
			word[i] = l
			fill(i + 1)
		}
	}
	fill(0)
}

func awkward(r *rand.Rand) string {
	parts := []string{"a", "B", "_", "__", ".", "+tag", "é", "日本", `"x y"`, "-", "'", "%", "0"}
	pick := func(n int) (s string) {
		for range 1 + r.Intn(n) {
			s += parts[r.Intn(len(parts))]
		}
		return s
	}
	ends := []string{"@" + pick(5), "@" + pick(3) + ".example", "@[192.0.2.1]", "@" + domain + ".example", ""}
	return pick(25) + ends[r.Intn(len(ends))]
}

// The quotes around an address in JSON, or in a sentence, are not the address's.
func TestQuotesAroundAddresses(t *testing.T) {
	m := newMasker(t)
	for in, want := range map[string]string{
		`{"b" : "a@b.c"}`:              `{"b" : "a_b.c@refresh.invalid"}`,
		`{"to":"a@b.c","cc":"d@e.f"}`:  `{"to":"a_b.c@refresh.invalid","cc":"d_e.f@refresh.invalid"}`,
		`ask "jo@x.example" or "help"`: `ask "jo_x.example@refresh.invalid" or "help"`,
	} {
		require.Equal(t, want, m.Text(in, 0))
	}
}

func FuzzText(f *testing.F) {
	f.Add("write to jo@x.example, or \"j d\"@y.example.", 40)
	f.Add("a@b@c @ @@ a@", 0)
	f.Add("\xff@\xff", 3)
	m := newMasker(f)
	f.Fuzz(func(t *testing.T, s string, room int) {
		room %= 1000
		out := m.Text(s, room)
		require.True(t, m.Clean(out), "%q became %q", s, out)
		if room > 0 {
			require.LessOrEqual(t, utf8.RuneCountInString(out), max(room, utf8.RuneCountInString(s)))
		}
		require.Equal(t, m.Text(s, 0), m.Text(m.Text(s, 0), 0), "masked twice")
	})
}

// What is looked at for every sign must not grow with the signs around it.
func TestSignsWithoutAddresses(t *testing.T) {
	m := newMasker(t)
	for _, sign := range []string{"@", "@.", "@@ ", ` @"`} {
		s := strings.Repeat(sign, 1<<20)
		require.Equal(t, s, m.Text(s, 0))
	}
}

func BenchmarkAddress(b *testing.B) {
	m := newMasker(b)
	for b.Loop() {
		m.Address("john.doe_7@company.com", 239)
	}
}

func BenchmarkText(b *testing.B) {
	m := newMasker(b)
	for b.Loop() {
		m.Text("Assistant: john.doe_7@company.com, call before noon.", 0)
	}
}

func BenchmarkClean(b *testing.B) {
	m := newMasker(b)
	for b.Loop() {
		m.Clean("Assistant: john.doe__7_company.com@refresh.invalid, call before noon.")
	}
}
