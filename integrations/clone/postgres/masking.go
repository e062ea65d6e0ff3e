package postgres

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A masking changes the rows of one table on their way: addresses are masked, and
// over protected accounts is laid what the target keeps of them. A row without an
// "@" costs no more than looking for one.
type masking struct {
	format   format
	columns  []func([]byte) ([]byte, error) // by position; nil: carried as it is
	disguise disguise                       // of some column
	masked   int64                          // values that changed

	key  int                 // position of the users' login key
	laid []bool              // positions of the fields that are laid over
	kept map[string][][]byte // by login key: the fields of that account's row
}

// newMasking returns the masking of a table.
func newMasking(m *mask.Masker, t table, o clone.Outcome) (*masking, error) {
	change := &masking{format: t.format, columns: make([]func([]byte) ([]byte, error), len(o.Columns))}
	for _, c := range o.Masks {
		i := slices.Index(o.Columns, c.Column)
		at := slices.IndexFunc(t.columns, func(is column) bool { return is.name == c.Column })
		if i < 0 || at < 0 {
			return nil, bot.Errorf(bot.Denied, "postgres: mask", "there is no column %s.%s", o.Table, c.Column)
		}
		f, err := masker(m, t.columns[at], c, t.format)
		if err != nil {
			return nil, bot.Errorf(bot.Denied, "postgres: mask", "column %s.%s: %w", o.Table, c.Column, err)
		}
		change.columns[i] = f
		change.disguise |= t.format.disguises(t.columns[at].class)
	}
	return change, nil
}

// masker returns what masks the values of a column as they stand in a format.
func masker(m *mask.Masker, c column, how clone.ColumnMask, f format) (func([]byte) ([]byte, error), error) {
	text := func(s string, room int) string { return m.Text(s, room) }
	if how.Kind == profile.Email {
		text = func(s string, room int) string { return m.Address(s, room) }
	}
	whole := func(v []byte) ([]byte, error) { return []byte(text(string(v), how.Length)), nil }
	switch {
	case c.class == numeric:
		return nil, nil
	case c.class == characters, c.class == bytesClass && f == binaryFormat:
		return whole, nil
	case c.class == jsonText:
		return func(v []byte) ([]byte, error) {
			return maskStrings(v, func(s string) string { return text(s, 0) })
		}, nil
	case c.class == padded:
		return func(v []byte) ([]byte, error) {
			return pad(text(string(bytes.TrimRight(v, " ")), c.length), c.length), nil
		}, nil
	case c.class == bytesClass:
		return throughHex(whole), nil
	case c.class == jsonTree:
		return jsonMasker(func(s string) string { return text(s, 0) }, f), nil
	case c.class == listClass && f == binaryFormat:
		return func(v []byte) ([]byte, error) { return eachElement(v, whole) }, nil
	case c.class == listClass:
		return func(v []byte) ([]byte, error) { return eachText(v, whole) }, nil
	}
	return nil, errors.New("addresses inside values of this type can't be masked")
}

// row is the change of a relay.
func (m *masking) row(w *rowWriter, row []byte) error {
	if len(m.kept) == 0 && !m.disguise.mayHold(row) {
		w.copy(row)
		return nil
	}
	kept, over, err := m.protected(row)
	if err != nil {
		return err
	}
	w.begin()
	failure := error(nil)
	err = m.format.fields(row, func(i int, field []byte) {
		switch {
		case over && m.laid[i]:
			w.add(kept[i])
		case m.columns[i] == nil || !m.disguise.mayHold(field):
			w.add(field)
		default:
			is, err := m.value(i, field)
			if err != nil {
				failure = err
			}
			w.add(is)
		}
	})
	w.end()
	return cmp.Or(failure, err)
}

// value masks one value.
func (m *masking) value(i int, field []byte) ([]byte, error) {
	if m.format == textFormat {
		field = unescape(field)
	}
	is, err := m.columns[i](field)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(is, field) {
		m.masked++
	}
	if m.format == textFormat {
		is = escape(is)
	}
	return is, nil
}

// protected returns the fields of the kept row that belongs to a row, if one
// does.
func (m *masking) protected(row []byte) (kept [][]byte, over bool, err error) {
	if len(m.kept) == 0 {
		return nil, false, nil
	}
	err = m.format.fields(row, func(i int, field []byte) {
		if i == m.key {
			kept, over = m.kept[string(field)]
		}
	})
	return kept, over, err
}

// protect reads what is kept of protected accounts: their masked columns and
// their credentials.
func (m *masking) protect(ctx context.Context, fresh *session, o clone.Outcome, u *profile.Users) error {
	m.key, m.kept = slices.Index(o.Columns, u.Key), map[string][][]byte{}
	for i, c := range o.Columns {
		m.laid = append(m.laid, m.columns[i] != nil || slices.Contains(u.Credentials, c))
	}
	read := rowReader{format: m.format, row: func(row []byte) error {
		fields := make([][]byte, len(o.Columns))
		err := m.format.fields(row, func(i int, field []byte) { fields[i] = bytes.Clone(field) })
		m.kept[string(fields[m.key])] = fields
		return err
	}}
	return fresh.copyOut(ctx, &read, copyTable(relationOf(o.Table).kept(), o.Columns, m.format))
}

// outcomeOf returns what becomes of a table, if that was planned.
func outcomeOf(all []clone.Outcome, table string) (clone.Outcome, bool) {
	i := slices.IndexFunc(all, func(o clone.Outcome) bool { return o.Table == table })
	if i < 0 {
		return clone.Outcome{}, false
	}
	return all[i], true
}

// maskOf returns how a column of a table is masked, if it is.
func maskOf(o clone.Outcome, column string) (clone.ColumnMask, bool) {
	for _, m := range o.Masks {
		if m.Column == column {
			return m, true
		}
	}
	return clone.ColumnMask{}, false
}

// pad fills a text with blanks to a length in characters.
func pad(s string, length int) []byte {
	missing := max(0, length-utf8.RuneCountInString(s))
	return append([]byte(s), bytes.Repeat([]byte(" "), missing)...)
}

// throughHex masks bytes that are written as text.
func throughHex(f func([]byte) ([]byte, error)) func([]byte) ([]byte, error) {
	return func(v []byte) ([]byte, error) {
		raw, err := hex.DecodeString(string(bytes.TrimPrefix(v, []byte(`\x`))))
		if err != nil {
			return nil, errors.New("bytes are not written in hex")
		}
		is, err := f(raw)
		return append([]byte(`\x`), hex.EncodeToString(is)...), err
	}
}
