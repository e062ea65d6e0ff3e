package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// people is a table with addresses, and the plan for it.
func people(t testing.TB, f format) (table, clone.Outcome, *mask.Masker) {
	t.Helper()
	m, err := mask.New("refresh.invalid", []byte("k"))
	require.NoError(t, err)
	return table{format: f, columns: []column{
			{"id", 0, numeric}, {"account", 0, numeric}, {"name", 120, characters}, {"email", 239, characters},
			{"private", 64, characters}, {"phone", 40, characters}, {"notes", 0, characters}, {"created", 0, numeric},
		}}, clone.Outcome{
			Table: "people", Fate: clone.FateMasked,
			Columns: []string{"id", "account", "name", "email", "private", "phone", "notes", "created"},
			Masks: []clone.ColumnMask{
				{Column: "email", Kind: profile.Email, Length: 239}, {Column: "private", Kind: profile.Email, Length: 64},
				{Column: "notes", Kind: profile.Text},
			},
		}, m
}

// person is a row of people.
func person(f format, email string) []byte {
	w := rowWriter{format: f}
	w.begin()
	for _, field := range []string{"\x00\x00\x00\x00\x00\x00\x00\x07", "\x00\x00\x00\x00\x00\x00\x00\x01", "First7 Last7", email,
		"", "+65 7", "Prefers the telephone.", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
		w.add([]byte(field))
	}
	w.end()
	return w.row()
}

func BenchmarkMasking(b *testing.B) {
	for name, email := range map[string]string{"address": "first7.last_7@client7.example", "none": "n/a"} {
		b.Run(name, func(b *testing.B) {
			t, o, m := people(b, binaryFormat)
			change, err := newMasking(m, t, o)
			require.NoError(b, err)
			w, row := rowWriter{format: binaryFormat}, person(binaryFormat, email)
			for b.Loop() {
				w.buf = w.buf[:0]
				if err := change.row(&w, row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScan(b *testing.B) {
	for name, email := range map[string]string{"address": "first7.last__7_client7.example@refresh.invalid", "none": "n/a"} {
		b.Run(name, func(b *testing.B) {
			t, o, m := people(b, binaryFormat)
			v := &verifying{masker: m}
			l, err := v.scanning(b.Context(), nil, t, o)
			require.NoError(b, err)
			row := person(binaryFormat, email)
			for b.Loop() {
				if err := l.row(row); err != nil {
					b.Fatal(err)
				}
			}
			require.Zero(b, l.outside[3])
		})
	}
}
