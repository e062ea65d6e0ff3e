package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// addressesAreMasked looks for addresses outside the domain. Where the profile
// says that addresses stand, each has to be under it; elsewhere there must be
// none.
func (v *verifying) addressesAreMasked(ctx context.Context) error {
	var looked int64
	var outside []string
	for _, t := range v.expect.Recipe.Tables {
		if t.Fate != clone.FateCopied && t.Fate != clone.FateMasked {
			continue
		}
		n, found, err := v.scan(ctx, t)
		if err != nil {
			return err
		}
		looked += n
		outside = append(outside, found...)
	}
	v.verdict.Addresses(v.expect.Recipe.Domain, looked, outside)
	return nil
}

// scan returns how many values of a table were looked at, and the columns with
// an address outside the domain.
func (v *verifying) scan(ctx context.Context, t clone.Outcome) (int64, []string, error) {
	columns := without(t.Columns, t.Ignored)
	if len(columns) == 0 {
		return 0, nil, nil
	}
	tests := []string{"count(*)"}
	counts := make([]int64, 1+len(columns))
	into := []any{&counts[0]}
	for i, c := range columns {
		test := fmt.Sprintf("refresh_holds(%[1]s) AND NOT refresh_clean(%[1]s)", quote(c))
		if _, masked := maskOf(t, c); masked {
			test = fmt.Sprintf("typeof(%[1]s) IN ('text', 'blob') AND NOT refresh_clean(%[1]s)", quote(c))
		}
		tests = append(tests, fmt.Sprintf("COALESCE(sum(%s), 0)", test))
		into = append(into, &counts[i+1])
	}
	query := fmt.Sprintf("SELECT %s FROM main.%s%s", strings.Join(tests, ", "), quote(t.Table), v.unprotected(t))
	if err := v.QueryRowContext(ctx, query).Scan(into...); err != nil {
		return 0, nil, wrap("scan "+t.Table, v.path, err)
	}
	var outside []string
	for i, c := range columns {
		if counts[i+1] > 0 {
			outside = append(outside, fmt.Sprintf("%s.%s (%d)", t.Table, c, counts[i+1]))
		}
	}
	return counts[0] * int64(len(columns)), outside, nil
}

// unprotected leaves protected accounts out of a look at the users.
func (v *verifying) unprotected(t clone.Outcome) string {
	u := v.expect.Recipe.Users
	if u == nil || t.Role != profile.UserList || t.Table != u.Table || len(v.expect.Recipe.Protected) == 0 {
		return ""
	}
	return fmt.Sprintf(" WHERE %[1]s NOT IN (SELECT %[1]s FROM kept.%[2]s)", quote(u.Key), quote(u.Table))
}
