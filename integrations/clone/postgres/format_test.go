package postgres

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// write puts a row together.
func write(f format, fields ...[]byte) []byte {
	w := rowWriter{format: f}
	w.begin()
	for _, field := range fields {
		w.add(field)
	}
	w.end()
	return w.row()
}

func TestFieldsAreThoseOfTheRow(t *testing.T) {
	for _, f := range []format{binaryFormat, textFormat} {
		want := [][]byte{[]byte("a"), nil, {}, []byte("b")}
		var got [][]byte
		require.NoError(t, f.fields(write(f, want...), func(_ int, field []byte) { got = append(got, field) }))
		require.Equal(t, want, got)
	}
	require.Equal(t, "a\t\\N\n", string(write(textFormat, []byte("a"), nil)))
	require.Equal(t, "\n", string(write(textFormat)), "a table without columns has rows")
}

func TestRowReader(t *testing.T) {
	head := signature + "\x00\x00\x00\x00\x00\x00\x00\x00"
	row := string(write(binaryFormat, []byte("x")))
	for _, c := range []struct {
		name   string
		writes []string
		rows   int
		fails  bool
	}{
		{"head with the first row", []string{head + row, row, trailer}, 2, false},
		{"head alone", []string{head, row, trailer}, 1, false},
		{"no rows", []string{head + trailer}, 0, false},
		{"an extension", []string{signature + "\x00\x00\x00\x00\x00\x00\x00\x02ab" + row, trailer}, 1, false},
		{"something else", []string{"id,name\n"}, 0, true},
		{"cut off", []string{signature}, 0, true},
		{"extension cut off", []string{signature + "\x00\x00\x00\x00\x00\x00\x00\x02a"}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := 0
			r := &rowReader{format: binaryFormat, row: func([]byte) error { rows++; return nil }}
			var err error
			for _, w := range c.writes {
				_, failed := r.Write([]byte(w))
				err = errors.Join(err, failed)
			}
			require.Equal(t, c.fails, err != nil, err)
			require.Equal(t, c.rows, rows)
		})
	}
}

func TestRowsThatAreCutOff(t *testing.T) {
	whole := write(binaryFormat, []byte("abc"), nil)
	for n := range len(whole) {
		require.Error(t, binaryFormat.fields(whole[:n], func(int, []byte) {}), n)
	}
}

// FuzzFields reads rows that nobody wrote.
func FuzzFields(f *testing.F) {
	f.Add(write(binaryFormat, []byte("abc"), nil), true)
	f.Add([]byte("a\\tb\t\\N\n"), false)
	f.Fuzz(func(t *testing.T, row []byte, binary bool) {
		how := textFormat
		if binary {
			how = binaryFormat
		}
		w := rowWriter{format: how}
		w.begin()
		err := how.fields(row, func(_ int, field []byte) { w.add(field) })
		w.end()
		if err == nil && binary {
			require.True(t, bytes.HasPrefix(row, w.row()))
		}
	})
}

// FuzzEscape looks whether an escaped value reads as itself, and as one field.
func FuzzEscape(f *testing.F) {
	f.Add([]byte("a\tb\\N\n\r\b\f\v"))
	f.Fuzz(func(t *testing.T, value []byte) {
		field := escape(value)
		require.Equal(t, string(value), string(unescape(field)))
		require.False(t, bytes.ContainsAny(field, "\t\n"))
	})
}

func TestTallyTellsRowsApart(t *testing.T) {
	sum := func(rows ...string) string {
		var t tally
		for _, r := range rows {
			_ = t.add([]byte(r))
		}
		return t.proof("t").Sum
	}
	require.Equal(t, sum("a", "b", "c"), sum("c", "a", "b"))
	for _, other := range []string{sum(), sum("a"), sum("a", "b", "d"), sum("a", "b", "c", "c"), sum("a", "b", "b")} {
		require.NotEqual(t, sum("a", "b", "c"), other)
	}
	var parts, whole tally
	for _, r := range []string{"a", "b", "c"} {
		var one tally
		_ = one.add([]byte(r))
		_ = whole.add([]byte(r))
		parts.merge(one)
	}
	require.Equal(t, whole.proof("t"), parts.proof("t"))
}

func TestDisguises(t *testing.T) {
	for _, c := range []struct {
		class  class
		format format
		text   string
		want   bool
	}{
		{characters, binaryFormat, "a@b", true},
		{characters, binaryFormat, `a\u0040b`, false},
		{jsonText, binaryFormat, `"a\u0040b"`, true},
		{jsonText, textFormat, `"a\\u0040b"`, true},
		{jsonTree, binaryFormat, `"a\\u0040b"`, false},
		{bytesClass, binaryFormat, `\\x61`, false},
		{bytesClass, textFormat, "1\t\\\\x61\n", true},
	} {
		require.Equal(t, c.want, c.format.disguises(c.class).mayHold([]byte(c.text)), "%s in %s: %s", c.class, c.format, c.text)
	}
	require.True(t, (asEscape | asHex).mayHold([]byte(`\u0040`)))
	require.True(t, (asEscape | asHex).mayHold([]byte(`\\x40`)))
}

func TestMaskers(t *testing.T) {
	m, err := mask.New("refresh.invalid", []byte("k"))
	require.NoError(t, err)
	array := "\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x19\x00\x00\x00\x02\x00\x00\x00\x01"
	for _, c := range []struct {
		name   string
		class  class
		length int
		format format
		kind   profile.Kind
		value  string
		want   string
	}{
		{"an address", characters, 0, binaryFormat, profile.Email, "a@b.c", "a_b.c@refresh.invalid"},
		{"inside a text", characters, 0, binaryFormat, profile.Text, "to a@b.c!", "to a_b.c@refresh.invalid!"},
		{"padded", padded, 24, binaryFormat, profile.Email, "a@b.c                   ", "a_b.c@refresh.invalid   "},
		{"bytes", bytesClass, 0, binaryFormat, profile.Text, "\x00 a@b.c \xff", "\x00 a_b.c@refresh.invalid \xff"},
		{"bytes as text", bytesClass, 0, textFormat, profile.Text, `\x6140622e63`, `\x615f622e6340726566726573682e696e76616c6964`},
		{"json as it stands", jsonText, 0, binaryFormat, profile.Text, `{"b" : "a@b.c"}`, `{"b" : "a_b.c@refresh.invalid"}`},
		{"json with escapes", jsonText, 0, binaryFormat, profile.Text, `{"\"b\"" : "\na\u0040b.c", "b": "a\u0020" }`, `{"\"b\"" : "\na_b.c@refresh.invalid", "b": "a\u0020" }`},
		{"a tree", jsonTree, 0, binaryFormat, profile.Text, "\x01" + `{"x": 1.50, "a@b.c": [null, true, "q\" \n\u0001", "ü a@b.c"]}`,
			"\x01" + `{"x": 1.50, "a_b.c@refresh.invalid": [null, true, "q\" \n\u0001", "ü a_b.c@refresh.invalid"]}`},
		{"keys change places", jsonTree, 0, textFormat, profile.Text, `{"a@b.c": {}, "longer": []}`, `{"longer": [], "a_b.c@refresh.invalid": {}}`},
		{"a list", listClass, 0, binaryFormat, profile.Text, array + "\x00\x00\x00\x05a@b.c\xff\xff\xff\xff",
			array + "\x00\x00\x00\x15a_b.c@refresh.invalid\xff\xff\xff\xff"},
		{"a list as text", listClass, 0, textFormat, profile.Text, `[0:1]={{a@b.c,NULL},{"x \"<a@b.c>\"","y z"}}`,
			`[0:1]={{a_b.c@refresh.invalid,NULL},{"x \"<a_b.c@refresh.invalid>\"","y z"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := masker(m, column{"c", c.length, c.class}, clone.ColumnMask{Kind: c.kind, Length: c.length}, c.format)
			require.NoError(t, err)
			got, err := f([]byte(c.value))
			require.NoError(t, err)
			require.Equal(t, c.want, string(got))
		})
	}
	_, err = masker(m, column{"c", 0, otherClass}, clone.ColumnMask{Kind: profile.Text}, binaryFormat)
	require.Error(t, err, "what can't be masked is not copied")
	for _, broken := range []string{"{a@b.c", `{"a@b.c}`, "a@b.c", `{"\`} {
		_, err := eachText([]byte(broken), func(v []byte) ([]byte, error) { return v, nil })
		require.Error(t, err, broken)
	}
	for _, broken := range []string{"", "\x00\x00\x00\x01", array + "\x00\x00\x00\x05a@b", array + "\x00", "\xff\xff\xff\xff\x00\x00\x00\x01\x00\x00\x00\x19"} {
		_, err := eachElement([]byte(broken), func(v []byte) ([]byte, error) { return v, nil })
		require.Error(t, err, "%q", broken)
	}
}
