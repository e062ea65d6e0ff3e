package postgres

import (
	"context"
	"fmt"
	"slices"
)

// advance moves the sequences of tables behind the rows that they hold, so that
// no number is given twice. The rows may be the target's while the sequence is
// the source's.
func (s *session) advance(ctx context.Context, tables []table) error {
	of := func(r relation) bool {
		return slices.ContainsFunc(tables, func(t table) bool { return t.relation == r })
	}
	return s.lagging(ctx, of, func(q sequence, should reached) error {
		return s.exec(ctx, fmt.Sprintf("SELECT pg_catalog.setval(%s, %d, %t)",
			literal(q.relation().sql()), should.Value, should.Called))
	})
}

// lagging calls f with every sequence of some tables that would give a number
// again that a row has, and with how far it should be.
func (s *session) lagging(ctx context.Context, of func(relation) bool, f func(q sequence, should reached) error) error {
	all, err := s.sequences(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(q sequence) bool { return q.Column == "" || !of(q.table()) })
	far, err := s.reach(ctx, all)
	if err != nil {
		return err
	}
	for _, q := range all {
		is := far[q.relation()]
		should, err := s.ahead(ctx, q, is)
		if err != nil {
			return err
		}
		if is == should || is.Called && is.Value == should.Value {
			continue
		}
		if err := f(q, should); err != nil {
			return err
		}
	}
	return nil
}
