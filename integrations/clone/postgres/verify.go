package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// A verifying is one verification under way. The new database is read once, by
// as many sessions as there are workers: what is read is added up for the proofs
// and searched for secrets at the same time.
type verifying struct {
	driver Driver
	place  place
	expect clone.Expectation
	fresh  *session
	source *session
	roles  *roles
	tables []table // of the new database
	alike  bool    // source and new database are on servers of one version

	canaries canaries
	masker   *mask.Masker

	lock    sync.Mutex
	tallies map[string]*tally // by table
	leaks   map[string]bool
	looked  int64            // values, for addresses
	outside map[string]int64 // values with addresses outside the domain, by column
	verdict clone.Verdict
}

// Verify implements clone.Editor.
func (d Driver) Verify(ctx context.Context, s clone.Site, e clone.Expectation) (clone.Verdict, error) {
	p, err := d.locate(s)
	if err != nil {
		return clone.Verdict{}, err
	}
	v := &verifying{
		driver: d, place: p, expect: e,
		tallies: map[string]*tally{}, leaks: map[string]bool{}, outside: map[string]int64{},
	}
	if v.masker, err = mask.New(e.Recipe.Domain, e.Recipe.Key); err != nil {
		return clone.Verdict{}, err
	}
	if v.fresh, err = d.open(ctx, p.target, opening{database: p.fresh, readOnly: true}); err != nil {
		return clone.Verdict{}, err
	}
	defer v.fresh.close()
	if v.source, err = d.open(ctx, p.source, opening{readOnly: true}); err != nil {
		return clone.Verdict{}, err
	}
	defer v.source.close()
	is, err := v.fresh.find(ctx, p.fresh)
	if err != nil {
		return clone.Verdict{}, err
	}
	v.verdict.Identity = is.identity()
	if err := v.lookAround(ctx); err != nil {
		return clone.Verdict{}, err
	}
	checks := []func(context.Context) error{
		v.tablesAre, v.schemaIs, v.readAll, v.copiedRows, v.blobsAre, v.keptRows, v.madeRows,
		v.constraintsHold, v.referencesLead, v.sequencesGoOn, v.ownersAre, v.grantsHold, v.secretsAreOut, v.addressesAreMasked,
	}
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return clone.Verdict{}, err
		}
	}
	return v.verdict, nil
}

// lookAround looks at the servers: which versions they are of, and who is who.
func (v *verifying) lookAround(ctx context.Context) error {
	version, err := v.fresh.version(ctx)
	if err != nil {
		return err
	}
	of, err := v.source.version(ctx)
	if err != nil {
		return err
	}
	v.alike = version == of
	admin, err := v.driver.maintenance(ctx, v.place.target)
	if err != nil {
		return err
	}
	defer admin.close()
	v.roles, err = readRoles(ctx, v.source, admin, v.place)
	return err
}

// tablesAre looks whether the tables are those of the plan.
func (v *verifying) tablesAre(ctx context.Context) error {
	var err error
	if v.tables, err = v.fresh.tables(ctx); err != nil {
		return err
	}
	var is, want []string
	for _, t := range v.tables {
		is = append(is, t.String())
	}
	for _, t := range v.expect.Recipe.Tables {
		want = append(want, t.Table)
	}
	slices.Sort(want)
	if !slices.Equal(is, want) {
		v.verdict.Differs("the tables are %v, not %v", is, want)
	}
	v.verdict.Fact("%d tables, as planned", len(is))
	return nil
}

// schemaIs looks whether all that the source's schema consists of is there, and
// no more.
func (v *verifying) schemaIs(ctx context.Context) error {
	want, err := v.source.inventory(ctx, v.alike)
	if err != nil {
		return err
	}
	is, err := v.fresh.inventory(ctx, v.alike)
	if err != nil {
		return err
	}
	for _, line := range without(want, is) {
		v.verdict.Differs("the source's schema has %s, the new one has not", line)
	}
	for _, line := range without(is, want) {
		v.verdict.Differs("the new schema has %s, the source's has not", line)
	}
	v.verdict.Fact("%d parts of the schema are the source's", len(want))
	return nil
}

// table returns a table of the new database.
func (v *verifying) table(name string) (table, bool) {
	at := slices.IndexFunc(v.tables, func(t table) bool { return t.String() == name })
	if at < 0 {
		return table{}, false
	}
	return v.tables[at], true
}

func (v *verifying) outcome(name string) (clone.Outcome, bool) {
	return outcomeOf(v.expect.Recipe.Tables, name)
}

// readAll reads every row of every table, the largest parts first.
func (v *verifying) readAll(ctx context.Context) error {
	if err := v.readSecrets(ctx); err != nil {
		return err
	}
	var jobs []job
	for _, t := range v.tables {
		o, planned := v.outcome(t.String())
		if !planned {
			o.Columns = t.names()
		}
		for _, part := range t.parts {
			jobs = append(jobs, v.reading(t, part, o))
		}
	}
	return v.driver.crew(ctx, v.place, jobs)
}

// reading returns the job of reading a part of a table. What later tasks have set
// is looked through like the rest, but is no part of the proof.
func (v *verifying) reading(t table, p part, o clone.Outcome) job {
	return job{weight: p.bytes, do: func(ctx context.Context, w *worker) ([]job, error) {
		sum := t.format.proving(o.Columns, o.Set)
		look, err := v.scanning(ctx, w.fresh, t, o)
		if err != nil {
			return nil, err
		}
		read := &rowReader{format: t.format, row: func(row []byte) error {
			v.search(t, o.Columns, row)
			return errors.Join(look.row(row), sum.prove(row))
		}}
		if err := w.fresh.copyOut(ctx, read, copyTable(p.relation, o.Columns, t.format)); err != nil {
			return nil, err
		}
		if err := look.rest(ctx, w.fresh, p); err != nil {
			return nil, err
		}
		v.lock.Lock()
		defer v.lock.Unlock()
		v.add(look)
		if v.tallies[t.String()] == nil {
			v.tallies[t.String()] = &tally{}
		}
		v.tallies[t.String()].merge(sum.tally)
		return nil, nil
	}}
}

// copiedRows holds the copied tables against the source's snapshot.
func (v *verifying) copiedRows(context.Context) error {
	var rows int64
	for _, want := range v.expect.Copied {
		if want.Table == blobs {
			continue // looked at on their own
		}
		_, there := v.table(want.Table)
		if _, planned := v.outcome(want.Table); !there || !planned {
			v.verdict.Differs("table %s was copied and is not there as planned", want.Table)
			continue
		}
		sum := v.tallies[want.Table]
		if sum == nil {
			sum = &tally{} // a partitioned table without partitions
		}
		is := sum.proof(want.Table)
		v.compare(is, want, "the source's")
		rows += is.Rows
	}
	v.verdict.Fact("%d rows of %d tables equal the source's by checksum, masked columns by rule", rows, len(v.expect.Copied))
	return nil
}

// keptRows holds the target's own rows against what was captured.
func (v *verifying) keptRows(ctx context.Context) error {
	k := keepingOf(v.expect.Recipe)
	var rows int64
	for _, want := range v.expect.Kept {
		if _, ok := v.table(want.Table); !ok {
			continue // said already
		}
		is, err := v.fresh.proveKept(ctx, want.Table, k)
		if err != nil {
			return err
		}
		v.compare(is, want, "the target's own")
		rows += is.Rows
	}
	v.verdict.Fact("%d rows of %d tables are the target's own, by checksum", rows, len(v.expect.Kept))
	return nil
}

// blobsAre holds the large objects against the source's snapshot.
func (v *verifying) blobsAre(ctx context.Context) error {
	want := clone.Proof{Table: blobs, Sum: (&tally{}).proof(blobs).Sum}
	for _, p := range v.expect.Copied {
		if p.Table == blobs {
			want = p
		}
	}
	o, is := blobsOf(v.expect.Recipe), &tally{}
	_, masked := maskOf(o, blobContent)
	look := blobScan{verifying: v, masked: masked, ignored: slices.Contains(o.Ignored, blobContent)}
	err := v.fresh.chunks(ctx, func(c chunk) error {
		look.add(c)
		return is.addChunk(c)
	})
	if err != nil {
		return err
	}
	v.compare(is.proof(blobs), want, "the source's")
	return nil
}

func (v *verifying) compare(is, want clone.Proof, whose string) {
	switch {
	case is.Rows != want.Rows:
		v.verdict.Differs("table %s has %d rows, not %d as %s", is.Table, is.Rows, want.Rows, whose)
	case is.Sum != want.Sum:
		v.verdict.Differs("rows of table %s are not %s", is.Table, whose)
	}
}

// keepingOf returns what a recipe keeps in the new database.
func keepingOf(r clone.Recipe) keeping {
	k := keeping{Keep: clone.Keep{Except: map[string][]string{}}}
	for _, t := range r.Tables {
		if t.Fate == clone.FateMerged {
			k.Users = r.Users
			known := relationOf(r.Users.Table).kept()
			k.known = &known
		}
		k.Except[t.Table] = t.Set
	}
	return k
}

// madeRows looks whether tables that are left empty hold what tasks made, and no
// more.
func (v *verifying) madeRows(context.Context) error {
	for _, t := range v.expect.Recipe.Tables {
		sum, ok := v.tallies[t.Table]
		if t.Fate != clone.FateEmptied || !ok {
			continue
		}
		if want := v.expect.Made[t.Table]; sum.rows != want {
			v.verdict.Differs("table %s has %d rows, not %d", t.Table, sum.rows, want)
		}
		if t.Role == profile.Emptied {
			v.verdict.Fact("table %s is empty", t.Table)
		}
	}
	return nil
}

// constraintsHold looks whether every constraint and index is in force that is so
// in the source.
func (v *verifying) constraintsHold(ctx context.Context) error {
	was, err := v.source.column(ctx, notInForce)
	if err != nil {
		return err
	}
	is, err := v.fresh.column(ctx, notInForce)
	if err != nil {
		return err
	}
	for _, line := range without(is, was) {
		v.verdict.Differs("%s is not in force", line)
	}
	v.verdict.Fact("constraints and indexes are in force")
	return nil
}

// notInForce is the query for constraints that were never checked and indexes
// that are not whole.
var notInForce = fmt.Sprintf(`SELECT format('constraint %%I of %%I.%%I', o.conname, n.nspname, c.relname)
		FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE NOT o.convalidated AND %[1]s
	UNION ALL SELECT format('index %%I.%%I', n.nspname, c.relname)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND %[1]s`, ours)

// sequencesGoOn looks whether the next number of every table is a new one. Where
// the source itself would give a number again, so does its copy.
func (v *verifying) sequencesGoOn(ctx context.Context) error {
	is, err := v.fresh.behind(ctx, func(relation) bool { return true })
	if err != nil {
		return err
	}
	was, err := v.source.behind(ctx, func(r relation) bool { return slices.Contains(is, r.String()) && v.fromSource(r) })
	if err != nil {
		return err
	}
	for _, table := range without(is, was) {
		v.verdict.Differs("the sequence of table %s is behind its rows", table)
	}
	v.verdict.Fact("sequences go on behind the rows")
	return nil
}

// fromSource reports whether the rows of a table are the source's.
func (v *verifying) fromSource(r relation) bool {
	o, ok := v.outcome(r.String())
	return ok && (o.Fate == clone.FateCopied || o.Fate == clone.FateMasked)
}

// behind returns the tables, of some, with a sequence that would give a number
// again.
func (s *session) behind(ctx context.Context, of func(relation) bool) (tables []string, err error) {
	err = s.lagging(ctx, of, func(q sequence, _ reached) error {
		tables = append(tables, q.table().String())
		return nil
	})
	return tables, err
}
