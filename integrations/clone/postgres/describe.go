package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone/profile/suggest"
)

// Describe tells what a proposal of a profile goes by: names, types, references
// and a sample of the values of every table of a database. It changes nothing.
func (d Driver) Describe(ctx context.Context, name string) ([]suggest.Table, error) {
	a, err := d.parse("database", name)
	if err != nil {
		return nil, err
	}
	s, err := d.open(ctx, a, opening{readOnly: true})
	if err != nil {
		return nil, err
	}
	defer s.close()
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	references, err := s.references(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]suggest.Table, len(tables))
	for i, t := range tables {
		if all[i], err = s.describe(ctx, t); err != nil {
			return nil, err
		}
		for _, r := range references {
			if r.from() == t.relation && len(r.FromColumns) == 1 {
				all[i].References = append(all[i].References, suggest.Reference{Column: r.FromColumns[0], Table: r.to().String()})
			}
		}
	}
	large := suggest.Table{Name: blobs, Columns: []suggest.Column{{Name: blobContent, Type: "bytea"}}}
	err = s.sampleBlobs(ctx, func(text string) {
		if legible(text) {
			large.Columns[0].Look(text)
		}
	})
	if large.Columns[0].Holding > 0 { // or there is nothing to say of them
		all = append(all, large)
	}
	return all, err
}

// describe tells of one table.
func (s *session) describe(ctx context.Context, t table) (suggest.Table, error) {
	type row struct {
		Name, Type  string
		Key, Unique bool
	}
	rows, err := list(ctx, s, pgx.RowToStructByPos[row], `SELECT a.attname::text, format_type(a.atttypid, NULL),
			EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
			EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indpred IS NULL
				AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
		FROM pg_attribute a WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY a.attnum`, t.sql())
	if err != nil {
		return suggest.Table{}, err
	}
	d := suggest.Table{Name: t.String()}
	for _, r := range rows {
		d.Columns = append(d.Columns, suggest.Column{Name: r.Name, Type: strings.ToLower(r.Type), Unique: r.Unique})
		if r.Key {
			d.Key = append(d.Key, r.Name)
		}
	}
	for _, p := range t.parts {
		d.Rows += int64(max(p.rows, 0))
	}
	return d, s.look(ctx, t, d.Columns)
}

// look takes the beginnings of a sample's values into account.
func (s *session) look(ctx context.Context, t table, found []suggest.Column) error {
	const rows, length = 500, 4000
	var texts []string
	var of []int // the column of each text
	for i, c := range t.columns {
		at := slices.IndexFunc(found, func(f suggest.Column) bool { return f.Name == c.name })
		if c.class == numeric || at < 0 {
			continue
		}
		value := t.columns[i].text()
		if c.class == bytesClass {
			value = fmt.Sprintf("encode(substr(%s, 1, %d), 'escape')", quote(c.name), length)
		}
		texts, of = append(texts, fmt.Sprintf("substr((%s)::text, 1, %d)", value, length)), append(of, at)
	}
	if len(texts) == 0 {
		return nil
	}
	for _, p := range t.parts {
		query := fmt.Sprintf("SELECT %s FROM ONLY %s LIMIT %d", strings.Join(texts, ", "), p.sql(), rows)
		err := s.searchPart(ctx, query, func(text int, value string) { found[of[text]].Look(value) })
		if err != nil {
			return wrap("look at "+t.String(), s.name, err)
		}
	}
	return nil
}
