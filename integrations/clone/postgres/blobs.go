package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// blobs is the name under which the large objects of a database are proved. It is
// no table of the client's.
const blobs = "pg_largeobject"

// piece is how much of a large object is read at once.
const piece = 256 << 10

// A chunk is a piece of a large object.
type chunk struct {
	ID     uint32
	Data   []byte
	offset int64
}

// chunks calls f with all large objects, piece after piece. One that is empty has
// one empty piece.
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
		if err := f(c); err != nil || len(c.Data) < piece {
			return err
		}
		c.offset += piece
		var err error
		if c.Data, err = value[[]byte](ctx, s, "SELECT lo_get($1, $2, $3)", c.ID, c.offset, piece); err != nil {
			return err
		}
		if len(c.Data) == 0 {
			return nil
		}
	}
}

// addChunk adds a piece of a large object.
func (t *tally) addChunk(c chunk) error {
	row := binary.BigEndian.AppendUint32(nil, c.ID)
	row = binary.BigEndian.AppendUint64(row, uint64(c.offset))
	return t.add(append(row, c.Data...))
}

// proveBlobs proves the large objects of a database. Rows are their pieces.
func (s *session) proveBlobs(ctx context.Context) (clone.Proof, error) {
	var sum tally
	err := s.chunks(ctx, sum.addChunk)
	return sum.proof(blobs), err
}

// largeObjects is the job of copying the large objects, under their own numbers.
func (c *copying) largeObjects() job {
	return job{do: func(ctx context.Context, w *worker) ([]job, error) {
		var sum tally
		err := w.source.chunks(ctx, func(chunk chunk) error {
			query := "SELECT lo_from_bytea($1, $2)"
			args := []any{chunk.ID, chunk.Data}
			if chunk.offset > 0 {
				query, args = "SELECT lo_put($1, $3, $2)", append(args, chunk.offset)
			}
			if _, err := w.fresh.Conn.Exec(ctx, query, args...); err != nil {
				return wrap("write large object", w.fresh.name, err)
			}
			return sum.addChunk(chunk)
		})
		if err != nil || sum.rows == 0 {
			return nil, err
		}
		c.mu.Lock()
		c.sums[blobs] = &sum
		c.mu.Unlock()
		return nil, c.dressBlobs(ctx, w)
	}}
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
