package postgres

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
)

// readSecrets reads the source's secrets. What the target holds itself is no
// secret of the source's.
func (v *verifying) readSecrets(ctx context.Context) error {
	if err := v.secrets(ctx, v.source, func(r relation) relation { return r }, v.canaries.add); err != nil {
		return err
	}
	err := v.secrets(ctx, v.fresh, relation.kept, func(secret, _ string) { v.canaries.drop(secret) })
	v.canaries.prepare()
	return err
}

// secrets calls f with every secret in the tables of a database. A table that is
// not there holds none.
func (v *verifying) secrets(ctx context.Context, s *session, at func(relation) relation, f func(secret, column string)) error {
	for table, columns := range v.expect.Secrets {
		r := at(relationOf(table))
		there, err := s.columnNames(ctx, r)
		if err != nil {
			return err
		}
		for _, c := range columns {
			if !slices.Contains(there, c) {
				continue
			}
			read := rowReader{format: binaryFormat, row: func(row []byte) error {
				return binaryFormat.fields(row, func(_ int, field []byte) { f(string(field), table+"."+c) })
			}}
			if err := s.copyOut(ctx, &read, copyQuery(secretQuery(r, c), binaryFormat)); err != nil {
				return err
			}
		}
	}
	return nil
}

// secretQuery returns the query for the secrets in a column. Bytes are read as
// they are.
func secretQuery(r relation, column string) string {
	return fmt.Sprintf("SELECT CASE WHEN pg_typeof(%[1]s) = 'bytea'::regtype THEN %[1]s::text::bytea ELSE convert_to(%[1]s::text, 'UTF8') END"+
		" FROM %[2]s WHERE %[1]s IS NOT NULL", quote(column), r.sql())
}

// search looks for secrets in a row. The row is taken apart only where something
// was found in it as a whole, or where its text has escapes.
func (v *verifying) search(t table, columns []string, row []byte) {
	if t.format == binaryFormat && v.canaries.find(row) == "" || len(v.canaries.from) == 0 {
		return
	}
	// Whoever found something in the row as a whole finds no error here.
	_ = t.format.fields(row, func(i int, field []byte) {
		if t.format == textFormat {
			field = plain(unescape(field))
		}
		if i < len(columns) {
			v.leak(t.String(), columns[i], v.canaries.find(field))
		}
	})
}

// leak notes that a secret was found, if one was.
func (v *verifying) leak(table, column, from string) {
	if from == "" {
		return
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	v.leaks[fmt.Sprintf("%s.%s holds a secret of the source's %s", table, column, from)] = true
}

// plain returns the bytes of a field that is bytes in hexadecimal.
func plain(field []byte) []byte {
	if digits, ok := bytes.CutPrefix(field, []byte(`\x`)); ok {
		if decoded, err := hex.AppendDecode(nil, digits); err == nil {
			return decoded
		}
	}
	return field
}

// secretsAreOut reports the secrets of the source that were found while the new
// database was read. The secret itself is never printed.
func (v *verifying) secretsAreOut(context.Context) error {
	v.verdict.Differences = append(v.verdict.Differences, slices.Sorted(maps.Keys(v.leaks))...)
	if len(v.canaries.from) > 0 && len(v.leaks) == 0 {
		v.verdict.Fact("none of %d secrets of the source's is in it", len(v.canaries.from))
	}
	return nil
}
