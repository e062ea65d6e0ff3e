package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A table is one table of a database, with all its parts where it is partitioned.
type table struct {
	relation
	columns []column // but for computed ones, in their order
	parts   []part
	format  format // in which its rows are read
	root    bool   // rows have to be sent through the root, which finds their part
	abroad  bool   // some parts are on other servers
}

// A part is a piece of a table that has rows of its own: the table itself, or a
// partition. Its columns may stand in another order.
type part struct {
	relation
	bytes int64
	pages int64
	rows  float64 // as of the last look of the server's own; below zero: never
}

// step returns how heavy the making of an index on a part is, in bytes. Rows that are
// wide, or have large values apart, make no index larger.
func (p part) step() int64 {
	const perRow = 64
	if p.rows < 0 {
		return p.bytes / 2
	}
	return min(p.bytes/2, int64(p.rows*perRow))
}

// A column is one column of a table.
type column struct {
	name   string
	length int // declared, in characters; 0: as long as you like
	class  class
}

// A class says what is inside a column's values, for the masking.
type class string

// The classes.
const (
	characters class = "text"
	padded     class = "padded" // with blanks, to its length
	bytesClass class = "bytea"
	jsonText   class = "json"
	jsonTree   class = "jsonb"
	listClass  class = "list" // an array of texts
	numeric    class = "number"
	otherClass class = "other"
)

// names returns the names of a table's columns, in their order.
func (t table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// bytes returns the size of a table without its indexes.
func (t table) bytes() (n int64) {
	for _, p := range t.parts {
		n += p.bytes
	}
	return n
}

// pass returns how heavy it is to look through a table for one foreign key, in bytes.
func (t table) pass() (n int64) {
	for _, p := range t.parts {
		n += 2 * p.step()
	}
	return n
}

// ours says which tables are the client's: none of the system's, of an
// extension's, or of what was captured.
const ours = `c.relpersistence <> 't' AND ` + clients + `
	AND NOT EXISTS (SELECT FROM pg_depend d
		WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`

// clients says which schemas are the client's.
const clients = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'kept')`

// tables returns the client's tables, sorted by name.
func (s *session) tables(ctx context.Context) ([]table, error) {
	type row struct {
		ID           uint32
		Schema, Name string
	}
	rows, err := list(ctx, s, pgx.RowToStructByPos[row], `SELECT c.oid, n.nspname, c.relname
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND `+ours)
	if err != nil {
		return nil, err
	}
	ids := make([]uint32, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	columns, formats, err := s.columnsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]table, len(rows))
	byID := map[uint32]*table{}
	for i, r := range rows {
		all[i] = table{relation: relation{r.Schema, r.Name}, columns: columns[r.ID], format: formats[r.ID]}
		byID[r.ID] = &all[i]
	}
	if err := s.readParts(ctx, ids, byID); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b table) int { return cmp.Compare(a.String(), b.String()) })
	return all, nil
}

// columnsOf returns the columns of tables that are no computed ones, and the
// format in which each table is read.
//
// A binary value that holds the number of a type or of another object means
// nothing in a database where that has another number: arrays, rows and ranges
// of types of one's own, and references such as regclass. Tables with such a
// column are read as text, and so are those with a type that has no binary form.
func (s *session) columnsOf(ctx context.Context, tables []uint32) (map[uint32][]column, map[uint32]format, error) {
	type row struct {
		Table  uint32
		Name   string
		Length int32
		Class  string
		Text   bool
	}
	rows, err := list(ctx, s, pgx.RowToStructByPos[row], columnQuery, tables)
	if err != nil {
		return nil, nil, err
	}
	columns := map[uint32][]column{}
	formats := map[uint32]format{}
	for _, t := range tables {
		formats[t] = binaryFormat
	}
	for _, r := range rows {
		columns[r.Table] = append(columns[r.Table], column{r.Name, int(r.Length), class(r.Class)})
		if r.Text {
			formats[r.Table] = textFormat
		}
	}
	return columns, formats, nil
}

// columnQuery looks through domains at the type below, whose declared length is
// in its modifier with four added. 16384 is the first number that is no
// built-in object's.
const columnQuery = `WITH RECURSIVE chain AS (
		SELECT a.attrelid, a.attnum, a.attname, a.atttypid AS type, a.atttypmod AS modifier
		FROM pg_attribute a WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
	UNION ALL
		SELECT c.attrelid, c.attnum, c.attname, t.typbasetype, CASE WHEN c.modifier >= 0 THEN c.modifier ELSE t.typtypmod END
		FROM chain c JOIN pg_type t ON t.oid = c.type WHERE t.typtype = 'd')
	SELECT c.attrelid, c.attname::text,
		CASE WHEN t.oid IN ('varchar'::regtype, 'bpchar'::regtype) AND c.modifier > 4 THEN c.modifier - 4 ELSE 0 END,
		CASE
			WHEN t.oid = 'bpchar'::regtype THEN 'padded' WHEN t.oid = 'bytea'::regtype THEN 'bytea'
			WHEN t.oid = 'json'::regtype THEN 'json' WHEN t.oid = 'jsonb'::regtype THEN 'jsonb'
			WHEN t.typcategory = 'S' OR t.oid = 'xml'::regtype THEN 'text'
			WHEN t.typcategory = 'A' AND e.typcategory = 'S' AND e.typtype = 'b' AND e.oid < 16384 THEN 'list'
			WHEN t.typcategory IN ('N', 'D', 'B', 'T', 'G', 'I', 'V', 'R', 'E') AND t.oid < 16384 OR t.oid = 'uuid'::regtype THEN 'number'
			ELSE 'other' END,
		t.typsend = 0 OR t.typtype = 'c' OR t.oid = 'xml'::regtype OR t.typtype IN ('r', 'm') AND t.oid >= 16384
			OR t.oid < 16384 AND t.typname LIKE 'reg%'
			OR t.typcategory = 'A' AND (e.oid >= 16384 OR e.typsend = 0 OR e.typtype = 'c' OR e.oid = 'xml'::regtype OR e.typname LIKE 'reg%')
	FROM chain c JOIN pg_type t ON t.oid = c.type LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typelem <> 0
	WHERE t.typtype <> 'd' ORDER BY c.attrelid, c.attnum`

// readParts reads the parts of tables that have rows of their own. Where a part
// is found by a hash, that need not be the same elsewhere: the hash of an enum is
// of its number. A part on another server has rows, but they are not ours.
func (s *session) readParts(ctx context.Context, ids []uint32, tables map[uint32]*table) error {
	type row struct {
		Table        uint32
		Schema, Name string
		Kind         string
		Bytes, Pages int64
		Rows         float64
		Hashed       bool
	}
	rows, err := list(ctx, s, pgx.RowToStructByPos[row], `SELECT t.id, n.nspname, c.relname, c.relkind::text,
			CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE 0 END,
			CASE WHEN c.relkind = 'r' THEN pg_relation_size(c.oid) / current_setting('block_size')::int ELSE 0 END, c.reltuples::float8, COALESCE(p.partstrat = 'h', false)
		FROM unnest($1::oid[]) AS t (id) CROSS JOIN LATERAL (
			SELECT t.id AS part UNION SELECT relid FROM pg_partition_tree(t.id)) AS tree
		JOIN pg_class c ON c.oid = tree.part JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
		ORDER BY t.id, n.nspname, c.relname`, ids)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := tables[r.Table]
		t.root = t.root || r.Hashed
		switch r.Kind {
		case "r":
			t.parts = append(t.parts, part{relation{r.Schema, r.Name}, r.Bytes, r.Pages, r.Rows})
		case "f":
			t.abroad = true
		}
	}
	return nil
}

// columnNames returns the names of a relation's columns but for computed ones, in
// their order.
func (s *session) columnNames(ctx context.Context, r relation) ([]string, error) {
	return s.column(ctx, `SELECT a.attname::text FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		ORDER BY a.attnum`, r.schema, r.name)
}
