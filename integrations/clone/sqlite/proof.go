package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"slices"
	"time"

	"modernc.org/sqlite"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// sum is refresh_sum: the SHA-256 of each row, added up. Addition does not care
// for order, and unlike exclusive or it notices a row that is there twice.
type sum struct {
	hash  hash.Hash
	total [4]uint64
}

// Step implements sqlite.AggregateFunction.
func (s *sum) Step(_ *sqlite.FunctionContext, row []driver.Value) error {
	if s.hash == nil {
		s.hash = sha256.New()
	}
	s.hash.Reset()
	for _, v := range row {
		if err := feed(s.hash, v); err != nil {
			return err
		}
	}
	var digest [sha256.Size]byte
	s.hash.Sum(digest[:0])
	for i := range s.total {
		s.total[i] += binary.BigEndian.Uint64(digest[8*i:])
	}
	return nil
}

// WindowInverse implements sqlite.AggregateFunction; the engine has no windows.
func (s *sum) WindowInverse(*sqlite.FunctionContext, []driver.Value) error { return nil }

// WindowValue implements sqlite.AggregateFunction.
func (s *sum) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	return fmt.Sprintf("%016x%016x%016x%016x", s.total[0], s.total[1], s.total[2], s.total[3]), nil
}

// Final implements sqlite.AggregateFunction.
func (s *sum) Final(*sqlite.FunctionContext) {}

// feed hashes a value with its type and length, so that neither 1 and "1" nor
// ("a", "bc") and ("ab", "c") are the same.
func feed(h hash.Hash, v driver.Value) error {
	var head [9]byte
	body := []byte(nil)
	switch v := v.(type) {
	case nil:
		head[0] = 'n'
	case int64:
		head[0] = 'i'
		binary.BigEndian.PutUint64(head[1:], uint64(v))
	case float64:
		head[0] = 'f'
		binary.BigEndian.PutUint64(head[1:], math.Float64bits(v))
	case string:
		head[0], body = 't', []byte(v)
		binary.BigEndian.PutUint64(head[1:], uint64(len(v)))
	case []byte:
		head[0], body = 'b', v
		binary.BigEndian.PutUint64(head[1:], uint64(len(v)))
	case time.Time:
		head[0] = 'd'
		binary.BigEndian.PutUint64(head[1:], uint64(v.UnixNano()))
	default:
		return fmt.Errorf("checksum of a %T", v)
	}
	h.Write(head[:])
	h.Write(body)
	return nil
}

// prove proves what a query yields, but for the columns left out.
func (s *session) prove(ctx context.Context, table, query string, columns []string) (clone.Proof, error) {
	p := clone.Proof{Table: table}
	sums := fmt.Sprintf("SELECT count(*), refresh_sum(%s) FROM (%s)", quoteAll(columns), query)
	err := s.QueryRowContext(ctx, sums).Scan(&p.Rows, &p.Sum)
	return p, wrap("prove rows of "+table, s.path, err)
}

// proveKept proves the rows of a kept table in a schema. Of the security list
// everything counts but the surrogate ids, which are the source's in the new
// database: rows are told by the login key, and where the schema known is given,
// people who are not users there do not count.
func (s *session) proveKept(ctx context.Context, schema, known, table string, k clone.Keep) (clone.Proof, error) {
	columns, err := s.columns(ctx, schema, table)
	if err != nil {
		return clone.Proof{}, err
	}
	columns = without(columns, k.Except[table])
	from := quote(schema) + "." + quote(table)
	query := fmt.Sprintf("SELECT %s FROM %s", quoteAll(columns), from)
	u := k.Users
	if u == nil {
		return s.prove(ctx, table, query, columns)
	}
	if table == u.Table {
		columns = without(columns, []string{u.ID})
		query = fmt.Sprintf("SELECT %s FROM %s", quoteAll(columns), from)
		if known != "" {
			query += fmt.Sprintf(" WHERE %[1]s IN (SELECT %[1]s FROM %s.%s)", quote(u.Key), quote(known), quote(u.Table))
		}
	} else if user, ok := memberColumn(u, table); ok {
		columns = without(columns, []string{user})
		query = fmt.Sprintf("SELECT %s, (SELECT u.%s FROM %s.%s u WHERE u.%s = m.%s) AS refresh_login FROM %s m",
			quoteAll(columns), quote(u.Key), quote(schema), quote(u.Table), quote(u.ID), quote(user), from)
		columns = append(columns, "refresh_login")
	}
	return s.prove(ctx, table, query, columns)
}

// memberColumn returns the column of a table of the security list that holds the
// user's id.
func memberColumn(u *profile.Users, table string) (string, bool) {
	for _, m := range u.Members {
		if m.Table == table {
			return m.User, true
		}
	}
	return "", false
}

// proveAll proves everything in a schema.
func (s *session) proveAll(ctx context.Context, schema string) (clone.Proof, error) {
	tables, err := s.tables(ctx, schema)
	if err != nil {
		return clone.Proof{}, err
	}
	all := clone.Proof{Table: "*"}
	h := sha256.New()
	for _, t := range tables {
		columns, err := s.columns(ctx, schema, t)
		if err != nil {
			return clone.Proof{}, err
		}
		query := fmt.Sprintf("SELECT %s FROM %s.%s", quoteAll(columns), quote(schema), quote(t))
		p, err := s.prove(ctx, t, query, columns)
		if err != nil {
			return clone.Proof{}, err
		}
		all.Rows += p.Rows
		fmt.Fprintf(h, "%q %d %s\n", p.Table, p.Rows, p.Sum)
	}
	all.Sum = fmt.Sprintf("%x", h.Sum(nil))
	return all, nil
}

// without returns names but for some.
func without(names, some []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(some, n) })
}
