package postgres

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// search looks for addresses in a sample of a table: its first rows, and those of
// some pages drawn from all of it.
func (s *session) search(ctx context.Context, t table, found []clone.Column) error {
	var texts []string
	var of []int // the column of each text
	for i, c := range t.columns {
		text := quote(c.name) + `::text COLLATE "C"`
		switch c.class {
		case numeric:
			continue
		case bytesClass:
			text = fmt.Sprintf(`encode(substr(%s, 1, 4000), 'escape') COLLATE "C"`, quote(c.name))
		}
		texts, of = append(texts, text), append(of, i)
	}
	if len(texts) == 0 {
		return nil
	}
	for _, p := range t.parts {
		err := s.searchPart(ctx, sampling(p, texts), func(text int, value string) {
			if i := of[text]; holdsAddress(t.columns[i].class, value) {
				found[i].Addresses = true
			}
		})
		if err != nil {
			return wrap("search "+t.String(), s.name, err)
		}
	}
	return nil
}

// searchPart calls f with the texts that a query yields.
func (s *session) searchPart(ctx context.Context, query string, f func(text int, value string)) error {
	rows, err := s.Query(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		for i, raw := range rows.RawValues() {
			if raw != nil {
				f(i, string(raw))
			}
		}
	}
	return rows.Err()
}

// holdsAddress reports whether an address stands in a value of a class. Bytes have
// to be a text for that: in an image or a key an "@" stands by chance, and what is
// around it looks like an address often enough.
func holdsAddress(c class, value string) bool {
	return mask.Holds(value) && (c != bytesClass || legible(value))
}

// legible reports whether bytes are a text, be it as they are or as the server
// escapes them.
func legible(value string) bool {
	strange := func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\r\n\f", r)
	}
	return !strings.ContainsFunc(value, strange) && !strings.Contains(value, `\000`)
}

// sampling returns the query for the texts in a sample that hold an "@", with
// what is around the first one; the others are NULL.
func sampling(p part, texts []string) string {
	const rows, pages, page = 500, 64, 8192
	share := 100.0
	if all := float64(p.bytes) / page; all > pages {
		share = 100 * pages / all
	}
	var names, cut []string
	for i, text := range texts {
		names = append(names, fmt.Sprintf("%s AS t%d", text, i))
		cut = append(cut, fmt.Sprintf(
			"CASE WHEN strpos(t%[1]d, '@') > 0 THEN substr(t%[1]d, greatest(strpos(t%[1]d, '@') - 300, 1), 2000) END", i))
	}
	from := fmt.Sprintf("SELECT %s FROM ONLY %s", strings.Join(names, ", "), p.sql())
	return fmt.Sprintf(`SELECT * FROM (SELECT %s FROM ((%s LIMIT %d) UNION ALL
			(%s TABLESAMPLE SYSTEM (%g) REPEATABLE (1) LIMIT %d)) sample) cut
		WHERE NOT cut IS NULL`, strings.Join(cut, ", "), from, rows, from, share, 4*rows)
}
