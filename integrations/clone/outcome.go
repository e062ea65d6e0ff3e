package clone

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// outcomes says what becomes of every table of the source.
func outcomes(p *profile.Profile, s Survey, preserveUsers bool) []Outcome {
	var all []Outcome
	for _, t := range s.Source.Tables {
		o := outcome(p, t, preserveUsers)
		if o.Fate == FateKept || o.Fate == FateMerged {
			kept, _ := find(s.Target.Tables, t.Name)
			o.Rows = kept.Rows
		}
		all = append(all, o)
	}
	return all
}

// loose says what becomes of values that stand in no table, where the profile speaks
// of them.
func loose(p *profile.Profile, f Facts) []Outcome {
	var all []Outcome
	for _, t := range f.Loose {
		if o := outcome(p, t, false); len(o.Masks)+len(o.Ignored) > 0 {
			all = append(all, o)
		}
	}
	return all
}

// outcome says what becomes of a table of the source.
func outcome(p *profile.Profile, t Table, preserveUsers bool) Outcome {
	o := Outcome{Table: t.Name, Role: p.Role(t.Name), Rows: t.Rows, Set: p.Set(t.Name)}
	for _, c := range t.Columns {
		o.Columns = append(o.Columns, c.Name)
		switch kind := p.Addresses[t.Name][c.Name]; kind {
		case profile.Email, profile.Text:
			o.Masks = append(o.Masks, ColumnMask{Column: c.Name, Kind: kind, Length: c.Length})
		case profile.Ignore:
			o.Ignored = append(o.Ignored, c.Name)
		}
	}
	o.Fate = fate(o.Role, preserveUsers, len(o.Masks) > 0)
	return o
}

func fate(r profile.Role, preserveUsers, masked bool) Fate {
	switch {
	case r.Own():
		return FateKept
	case r == profile.UserList && preserveUsers:
		return FateMerged
	case r == profile.Emptied, r.Made():
		return FateEmptied
	case masked:
		return FateMasked
	}
	return FateCopied
}

// misfits says where the profile and the databases do not go together, a line
// each.
func misfits(p *profile.Profile, s Survey, preserveUsers bool) []string {
	var lines []string
	for _, r := range p.Roles() {
		source, ok := find(s.Source.Tables, r.Table)
		if !ok {
			lines = append(lines, fmt.Sprintf("the source has no table %s, which the profile names as %s", r.Table, r.Role))
			continue
		}
		if r.Role.Own() || r.Role == profile.UserList && preserveUsers {
			lines = append(lines, differences(source, s.Target)...)
		}
	}
	lines = append(lines, unknownColumns(p, s.Source)...)
	return append(lines, leaks(p, s.Source)...)
}

// differences says why the target's rows of a table would not fit into the
// source's schema.
func differences(source Table, f Facts) []string {
	target, ok := find(f.Tables, source.Name)
	if !ok {
		return []string{fmt.Sprintf("the target has no table %s, whose rows are to be kept", source.Name)}
	}
	var lines []string
	for _, c := range target.Columns {
		if !source.has(c.Name) {
			lines = append(lines, fmt.Sprintf("column %s.%s of the target is not in the source's schema", source.Name, c.Name))
		}
	}
	for _, c := range source.Columns {
		if !target.has(c.Name) {
			lines = append(lines, fmt.Sprintf("column %s.%s of the source's schema is not in the target", source.Name, c.Name))
		}
	}
	return lines
}

// unknownColumns names the columns that the profile speaks of and the source
// has not.
func unknownColumns(p *profile.Profile, f Facts) []string {
	named := map[string][]string{}
	for table, columns := range p.Addresses {
		named[table] = append(named[table], slices.Collect(maps.Keys(columns))...)
	}
	for table, columns := range p.Secrets {
		named[table] = append(named[table], columns...)
	}
	for _, o := range p.Objects {
		named[o.Table] = append(named[o.Table], o.Key)
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(named)) {
		table, _ := find(f.all(), name)
		for _, c := range slices.Compact(slices.Sorted(slices.Values(named[name]))) {
			if !table.has(c) {
				lines = append(lines, fmt.Sprintf("the source has no column %s.%s, which the profile names", name, c))
			}
		}
	}
	return lines
}

// leaks names the columns that hold addresses and that the profile does not
// know. Nobody decided what should become of them, so nothing is copied.
func leaks(p *profile.Profile, f Facts) []string {
	var lines []string
	for _, t := range f.all() {
		role := p.Role(t.Name)
		if role.Own() || role == profile.Emptied || role.Made() {
			continue // the source's rows do not land
		}
		for _, c := range t.Columns {
			if _, known := p.Addresses[t.Name][c.Name]; c.Addresses && !known {
				lines = append(lines, fmt.Sprintf(
					"column %s.%s holds e-mail addresses and the profile does not say what becomes of them", t.Name, c.Name))
			}
		}
	}
	return lines
}

// tight names the columns that are too short for any masked address.
func tight(all []Outcome, least int) []string {
	var lines []string
	for _, o := range all {
		for _, m := range o.Masks {
			if m.Length > 0 && m.Length < least && o.Fate == FateMasked && m.Kind == profile.Email {
				lines = append(lines, fmt.Sprintf(
					"column %s.%s has room for %d characters, a masked address needs %d", o.Table, m.Column, m.Length, least))
			}
		}
	}
	return lines
}

// all returns everything that holds values.
func (f Facts) all() []Table { return slices.Concat(f.Tables, f.Loose) }

func find(tables []Table, name string) (Table, bool) {
	for _, t := range tables {
		if strings.EqualFold(t.Name, name) {
			return t, true
		}
	}
	return Table{}, false
}

func (t Table) has(column string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, column) })
}
