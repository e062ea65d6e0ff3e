package postgres

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A scan is the look for addresses outside the domain in a part of a table, whose
// rows go by while the verification reads them. Where the profile says that
// addresses stand, each has to be under the domain; elsewhere there must be none.
// The nil scan is of a table whose rows are not the source's.
type scan struct {
	outcome  clone.Outcome
	format   format
	masker   *mask.Masker
	domain   []byte    // behind an "@"
	columns  []*column // by their places in a row; nil: not looked at
	disguise disguise  // of some column

	key    int             // place of the users' login key
	spared map[string]bool // by login key: protected accounts, whose addresses are their own

	rows    int64
	outside []int64 // values by column
	failure error
}

// scanning returns the scan of a part of a table.
func (v *verifying) scanning(ctx context.Context, s *session, t table, o clone.Outcome) (*scan, error) {
	if o.Fate != clone.FateCopied && o.Fate != clone.FateMasked {
		return nil, nil
	}
	l := &scan{outcome: o, format: t.format, masker: v.masker, domain: []byte("@" + v.masker.Domain())}
	l.columns, l.outside = make([]*column, len(o.Columns)), make([]int64, len(o.Columns))
	for i, name := range o.Columns {
		at := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
		if at >= 0 && !slices.Contains(o.Ignored, name) {
			l.columns[i] = &t.columns[at]
			l.disguise |= t.format.disguises(t.columns[at].class)
		}
	}
	return l, l.spare(ctx, s, v.expect.Recipe)
}

// spare leaves protected accounts out of a look at the users.
func (l *scan) spare(ctx context.Context, s *session, r clone.Recipe) error {
	u := r.Users
	if u == nil || l.outcome.Role != profile.UserList || l.outcome.Table != u.Table || len(r.Protected) == 0 {
		return nil
	}
	l.key, l.spared = slices.Index(l.outcome.Columns, u.Key), map[string]bool{}
	read := rowReader{format: l.format, row: func(row []byte) error {
		return l.format.fields(row, func(_ int, key []byte) { l.spared[string(key)] = true })
	}}
	return s.copyOut(ctx, &read, copyTable(relationOf(u.Table).kept(), []string{u.Key}, l.format))
}

// row looks through a row. Most hold no "@", which costs hardly anything to see.
func (l *scan) row(row []byte) error {
	if l == nil {
		return nil
	}
	l.rows++
	if !l.disguise.mayHold(row) {
		return nil
	}
	spared := false
	if l.spared != nil {
		err := l.format.fields(row, func(i int, field []byte) { spared = spared || i == l.key && l.spared[string(field)] })
		if err != nil {
			return err
		}
	}
	if spared {
		l.rows--
		return nil
	}
	if err := l.format.fields(row, l.field); err != nil {
		return err
	}
	return l.failure
}

// field looks through a field of a row.
func (l *scan) field(i int, field []byte) {
	if i >= len(l.columns) || l.columns[i] == nil || !l.disguise.mayHold(field) {
		return
	}
	outside := false
	switch class := l.columns[i].class; {
	case class == numeric, l.inside(class):
	case class == listClass && l.format == binaryFormat:
		_, err := eachElement(field, func(element []byte) ([]byte, error) {
			outside = outside || l.isOutside(i, element)
			return element, nil
		})
		if err != nil {
			l.failure = fmt.Errorf("column %s: %w", l.columns[i].name, err)
		}
	case l.format == textFormat && class == bytesClass:
		outside = l.isOutside(i, plain(unescape(field)))
	case l.format == textFormat:
		outside = l.isOutside(i, unescape(field))
	default:
		outside = l.isOutside(i, field)
	}
	if outside {
		l.outside[i]++
	}
}

// inside reports whether values of a class are read in a form that is not theirs
// as texts: those the server looks through.
func (l *scan) inside(c class) bool { return c == otherClass && l.format == binaryFormat }

// isOutside reports whether a text in a column holds an address outside the domain.
func (l *scan) isOutside(i int, text []byte) bool {
	c := l.columns[i]
	if c.class == jsonText { // where the sign may stand as an escape
		text = bytes.ReplaceAll(text, []byte(`\u0040`), []byte("@"))
	}
	if at := bytes.IndexByte(text, '@'); at < 0 || bytes.Equal(text[at:], l.domain) {
		return false // as nearly all are
	}
	_, masked := maskOf(l.outcome, c.name)
	return (masked || holdsAddress(c.class, string(text))) && !l.masker.Clean(string(text))
}

// rest has the server look through what could not be looked through in the rows
// of a part, and reads what holds an "@".
func (l *scan) rest(ctx context.Context, s *session, p part) error {
	if l == nil {
		return nil
	}
	for i, c := range l.columns {
		if c == nil || !l.inside(c.class) {
			continue
		}
		query := fmt.Sprintf("SELECT %[1]s FROM ONLY %[2]s WHERE %[1]s LIKE '%%@%%'", c.text(), p.sql())
		read := rowReader{format: binaryFormat, row: func(row []byte) error {
			return binaryFormat.fields(row, func(_ int, value []byte) {
				if l.isOutside(i, value) {
					l.outside[i]++
				}
			})
		}}
		if err := s.copyOut(ctx, &read, copyQuery(query, binaryFormat)); err != nil {
			return err
		}
	}
	return nil
}

// text returns a column as a text in which signs are looked for byte by byte,
// whatever its collation. What is padded with blanks is compared as it is: to cut
// them off first would cost more than to look.
func (c column) text() string {
	const bytewise = ` COLLATE "C"`
	if c.class == padded {
		return quote(c.name) + bytewise
	}
	return quote(c.name) + "::text" + bytewise
}

// add adds what a scan of a part has found. The lock is held.
func (v *verifying) add(l *scan) {
	if l == nil {
		return
	}
	for i, c := range l.columns {
		if c != nil {
			v.looked += l.rows
			v.outside[l.outcome.Table+"."+c.name] += l.outside[i]
		}
	}
}

// addressesAreMasked reports the columns in which addresses outside the domain
// were found while the new database was read.
func (v *verifying) addressesAreMasked(context.Context) error {
	var found []string
	for _, t := range append(slices.Clone(v.expect.Recipe.Tables), blobsOf(v.expect.Recipe)) {
		for _, c := range t.Columns {
			if n := v.outside[t.Table+"."+c]; n > 0 {
				found = append(found, fmt.Sprintf("%s.%s (%d)", t.Table, c, n))
			}
		}
	}
	v.verdict.Addresses(v.expect.Recipe.Domain, v.looked, found)
	return nil
}
