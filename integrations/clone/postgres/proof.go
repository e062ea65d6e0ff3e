package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A tally is the checksum of rows under way: the hash of each row as COPY writes
// it, added up in 128 bits. Addition does not care for order, and unlike
// exclusive or it notices a row that is there twice. COPY writes each field with
// its length and each value exactly, so that equal bytes are equal rows; two
// rows of different bytes have one chance in 2^64 to be taken for equal. The rows
// are the client's, not an enemy's: nobody makes them collide.
type tally struct {
	rows     int64
	high, lo uint64
}

// add adds a row.
func (t *tally) add(row []byte) error {
	var carry uint64
	t.lo, carry = bits.Add64(t.lo, xxhash.Sum64(row), 0)
	t.high += carry
	t.rows++
	return nil
}

// merge adds the rows of another tally.
func (t *tally) merge(o tally) {
	var carry uint64
	t.lo, carry = bits.Add64(t.lo, o.lo, 0)
	t.high += o.high + carry
	t.rows += o.rows
}

// proof returns the proof of the rows of a table.
func (t *tally) proof(table string) clone.Proof {
	return clone.Proof{Table: table, Rows: t.rows, Sum: fmt.Sprintf("%016x%016x", t.high, t.lo)}
}

// A proving adds up what counts of rows.
type proving struct {
	tally
	left  func(w *rowWriter, row []byte) error // puts into w what counts of a row; nil: all of it
	scrap rowWriter
}

// proving returns the proving of rows with some columns, of which others do not
// count.
func (f format) proving(columns, others []string) proving {
	p := proving{scrap: rowWriter{format: f}}
	if len(others) > 0 {
		p.left = f.leaving(columns, others)
	}
	return p
}

// prove adds a row.
func (p *proving) prove(row []byte) error {
	if p.left == nil {
		return p.add(row)
	}
	p.scrap.buf = p.scrap.buf[:0]
	if err := p.left(&p.scrap, row); err != nil {
		return err
	}
	return p.add(p.scrap.row())
}

// read adds the rows that a COPY … TO STDOUT in a format yields.
func (t *tally) read(ctx context.Context, s *session, f format, statement string) error {
	return s.copyOut(ctx, &rowReader{format: f, row: t.add}, statement)
}

// copyTable returns the statement that reads columns of a table's own rows, not
// of those that inherit from it. It is the fastest way that there is to read a
// table.
func copyTable(r relation, columns []string, f format) string {
	return fmt.Sprintf("COPY %s TO STDOUT (FORMAT %s)", r.sql()+columnList(columns), f)
}

// copyQuery returns the statement that reads what a query yields.
func copyQuery(query string, f format) string {
	return fmt.Sprintf("COPY (%s) TO STDOUT (FORMAT %s)", query, f)
}

// columnList returns columns in brackets. A table may be without any.
func columnList(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return " (" + quoteAll(columns) + ")"
}

// prove proves columns of a table and, where it is partitioned, of all its parts.
func (s *session) prove(ctx context.Context, t table, columns []string) (clone.Proof, error) {
	var sum tally
	for _, part := range t.parts {
		if err := sum.read(ctx, s, t.format, copyTable(part.relation, columns, t.format)); err != nil {
			return clone.Proof{}, err
		}
	}
	return sum.proof(t.String()), nil
}

// A keeping is where the rows of kept tables are: in the target and in the new
// database in their own places, and after the capture in schema kept.
type keeping struct {
	clone.Keep
	captured bool      // rows are in schema kept
	known    *relation // where given, people whom it does not hold do not count
}

// of returns where the rows of a kept table are.
func (k keeping) of(name string) relation {
	r := relationOf(name)
	if k.captured {
		return r.kept()
	}
	return r
}

// proveKept proves the rows of a kept table. They are read as text and by sorted
// columns, so that a column that is wider in the source's schema, or elsewhere,
// makes no difference.
//
// Of the security list everything counts but the surrogate ids, which are the
// source's in the new database: rows are told by the login key.
func (s *session) proveKept(ctx context.Context, name string, k keeping) (clone.Proof, error) {
	columns, err := s.columnNames(ctx, k.of(name))
	if err != nil {
		return clone.Proof{}, err
	}
	slices.Sort(columns)
	var sum tally
	query := k.query(name, without(columns, k.Except[name]))
	err = sum.read(ctx, s, textFormat, copyQuery(query, textFormat))
	return sum.proof(name), err
}

// query returns the query for what counts of a kept table.
func (k keeping) query(name string, columns []string) string {
	u, from := k.Users, k.of(name).sql()
	if user, ok := memberColumn(u, name); ok {
		login := fmt.Sprintf("(SELECT u.%s FROM %s u WHERE u.%s = m.%s)",
			quote(u.Key), k.of(u.Table).sql(), quote(u.ID), quote(user))
		expressions := []string{login}
		for _, c := range without(columns, []string{user}) {
			expressions = append(expressions, "m."+quote(c))
		}
		return fmt.Sprintf("SELECT %s FROM %s m", strings.Join(expressions, ", "), from)
	}
	if u == nil || name != u.Table {
		return fmt.Sprintf("SELECT %s FROM %s", quoteAll(columns), from)
	}
	query := fmt.Sprintf("SELECT %s FROM %s", quoteAll(without(columns, []string{u.ID})), from)
	if k.known != nil {
		query += fmt.Sprintf(" WHERE %[1]s IN (SELECT %[1]s FROM %[2]s)", quote(u.Key), k.known.sql())
	}
	return query
}

// memberColumn returns the column of a table of the security list that holds the
// user's id.
func memberColumn(u *profile.Users, table string) (string, bool) {
	if u == nil {
		return "", false
	}
	for _, m := range u.Members {
		if m.Table == table {
			return m.User, true
		}
	}
	return "", false
}

// proveAll proves everything in a database.
func (s *session) proveAll(ctx context.Context) (clone.Proof, error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return clone.Proof{}, err
	}
	all := clone.Proof{Table: "*"}
	h := sha256.New()
	for _, t := range tables {
		p, err := s.prove(ctx, t, t.names())
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
	left := map[string]bool{}
	for _, n := range some {
		left[n] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return left[n] })
}
