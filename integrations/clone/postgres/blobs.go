package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// Large objects are proved under the name of the server's own table of them, and a
// profile speaks of them by it: "addresses: {pg_largeobject: {data: text}}".
const (
	blobs       = "pg_largeobject"
	blobContent = "data" // its column
)

// piece is how much of a large object is read at once.
const piece = 256 << 10

// A chunk is a piece of a large object. The last one is shorter than the others, and
// empty, if need be.
type chunk struct {
	ID     uint32
	Data   []byte
	offset int64
}

func (c chunk) last() bool { return len(c.Data) < piece }

// chunks calls f with all large objects, piece after piece.
func (s *session) chunks(ctx context.Context, f func(chunk) error) error {
	const query = `SELECT oid, lo_get(oid, 0, $2) FROM pg_largeobject_metadata WHERE oid > $1 ORDER BY oid LIMIT 16`
	for last := uint32(0); ; {
		some, err := list(ctx, s, pgx.RowToStructByPos[chunkRow], query, last, piece)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, row := range some {
			last = row.ID
			if err := s.chunksOf(ctx, chunk{ID: row.ID, Data: row.Data}, f); err != nil {
				return err
			}
		}
	}
}

type chunkRow struct {
	ID   uint32
	Data []byte
}

// chunksOf calls f with the pieces of a large object, of which the first is given.
func (s *session) chunksOf(ctx context.Context, c chunk, f func(chunk) error) error {
	for {
		if err := f(c); err != nil || c.last() {
			return err
		}
		c.offset += piece
		var err error
		if c.Data, err = value[[]byte](ctx, s, "SELECT lo_get($1, $2, $3)", c.ID, c.offset, piece); err != nil {
			return err
		}
	}
}

// addChunk adds a piece of a large object.
func (t *tally) addChunk(c chunk) error {
	row := binary.BigEndian.AppendUint32(nil, c.ID)
	row = binary.BigEndian.AppendUint64(row, uint64(c.offset))
	return t.add(append(row, c.Data...))
}

// blobsOf returns what becomes of large objects.
func blobsOf(r clone.Recipe) clone.Outcome {
	if o, planned := outcomeOf(r.Loose, blobs); planned {
		return o
	}
	return clone.Outcome{Table: blobs, Columns: []string{blobContent}}
}

// sampleBlobs calls f with the beginnings of some large objects: the first ones, and
// some drawn from all. What is cut off in the middle of a character ends before it.
func (s *session) sampleBlobs(ctx context.Context, f func(text string)) error {
	const query = `SELECT lo_get(oid, 0, 4000) FROM (
		(SELECT oid FROM pg_largeobject_metadata ORDER BY oid LIMIT 250) UNION
		(SELECT oid FROM pg_largeobject_metadata ORDER BY hashoid(oid) LIMIT 250)) drawn`
	some, err := list(ctx, s, pgx.RowTo[[]byte], query)
	for _, data := range some {
		f(string(whole(data)))
	}
	return err
}

// whole returns a text without the character that it was cut in, if it was.
func whole(text []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return text[:len(text)-n]
			}
			break
		}
	}
	return text
}

// blobFacts looks for addresses in large objects.
func (s *session) blobFacts(ctx context.Context) (clone.Table, error) {
	n, err := value[int64](ctx, s, "SELECT count(*) FROM pg_largeobject_metadata")
	if err != nil {
		return clone.Table{}, err
	}
	content := clone.Column{Name: blobContent}
	err = s.sampleBlobs(ctx, func(text string) {
		content.Addresses = content.Addresses || holdsAddress(bytesClass, text)
	})
	if err != nil {
		return clone.Table{}, fmt.Errorf("look at large objects: %w", err)
	}
	return clone.Table{Name: blobs, Rows: n, Columns: []clone.Column{content}}, nil
}

// largeObjects is the job of copying the large objects, under their own numbers.
func (c *copying) largeObjects() job {
	return job{do: func(ctx context.Context, w *worker) ([]job, error) {
		sum, veil := &tally{}, blobVeil{}
		if _, masked := maskOf(blobsOf(c.recipe), blobContent); masked {
			veil.masker = c.masker
		}
		err := w.source.chunks(ctx, func(is chunk) error {
			for _, made := range veil.add(is) {
				if err := w.fresh.writeChunk(ctx, made); err != nil {
					return err
				}
				if err := sum.addChunk(made); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || sum.rows == 0 {
			return nil, err
		}
		c.mu.Lock()
		c.sums[blobs] = sum
		c.masked += veil.masked
		c.mu.Unlock()
		return nil, c.dressBlobs(ctx, w)
	}}
}

// writeChunk writes a piece of a large object, the first of which makes it.
func (s *session) writeChunk(ctx context.Context, c chunk) error {
	query, args := "SELECT lo_from_bytea($1, $2)", []any{c.ID, c.Data}
	switch {
	case c.offset > 0 && len(c.Data) == 0:
		return nil
	case c.offset > 0:
		query, args = "SELECT lo_put($1, $3, $2)", append(args, c.offset)
	}
	_, err := s.Conn.Exec(ctx, query, args...)
	return wrap("write large object", s.name, err)
}

// dressBlobs gives large objects their owners, grants and comments: pg_dump does
// that only together with what is in them.
func (c *copying) dressBlobs(ctx context.Context, w *worker) error {
	statements, err := w.source.column(ctx, `SELECT s FROM (
			SELECT oid, 1 AS n, format('ALTER LARGE OBJECT %s OWNER TO %I', oid, pg_get_userbyid(lomowner)) AS s FROM pg_largeobject_metadata
		UNION ALL
			SELECT m.oid, 2, format('GRANT %s ON LARGE OBJECT %s TO %s%s', a.privilege_type, m.oid,
				CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
				CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
			FROM pg_largeobject_metadata m, aclexplode(m.lomacl) a WHERE a.grantee <> m.lomowner
		UNION ALL
			SELECT objoid, 3, format('COMMENT ON LARGE OBJECT %s IS %L', objoid, description)
			FROM pg_description WHERE classoid = 'pg_largeobject'::regclass) all_of_them ORDER BY oid, n`)
	if err != nil {
		return fmt.Errorf("look at large objects: %w", err)
	}
	return w.fresh.exec(ctx, strings.Join(c.roles.translate(statements), ";\n"))
}
