package suggest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

// Write writes the proposal as a profile in YAML, which [profile.Parse] reads,
// with the reasons as comments. Of is what was looked at, for the first line.
func (p Proposal) Write(w io.Writer, of string) error {
	var file bytes.Buffer
	fmt.Fprintf(&file, "# Proposed from the tables of %s. Read every line: what is not named here\n"+
		"# is copied like any other table.\n", oneLine(of))
	for _, s := range p.sections() {
		if s.value == nil {
			continue
		}
		file.WriteString("\n")
		if s.about != "" {
			fmt.Fprintf(&file, "# %s\n", s.about)
		}
		if err := s.encode(&file); err != nil {
			return fmt.Errorf("write proposal: %w", err)
		}
	}
	if len(p.Open) > 0 {
		file.WriteString("\n# Not decided:\n")
	}
	for _, line := range p.Open {
		fmt.Fprintf(&file, "#   %s\n", oneLine(line))
	}
	if _, err := file.WriteTo(w); err != nil {
		return fmt.Errorf("write proposal: %w", err)
	}
	return nil
}

// A part is one section of the file.
type part struct {
	key, about string
	value      *yaml.Node // nil: left out
}

func (s part) encode(w io.Writer) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(s.key), s.value}}
	return errors.Join(e.Encode(root), e.Close())
}

func (p Proposal) sections() []part {
	f := p.Profile
	return []part{
		{"flags", "Configuration flags: never copied, the target's own stay.", p.list("flags", f.Flags)},
		{"messaging", "Messaging configuration: never copied, the target's own stays.", p.list("messaging", f.Messaging)},
		{"users", "The security list: kept where a ticket asks for it, matched by the login key.", p.users()},
		{"protected", "Accounts of the target's that keep address and credentials whatever is asked.",
			p.list("protected", f.Protected)},
		{"logins", "The target's own in any case.", p.list("logins", f.Logins)},
		{"system_users", "", p.list("system_users", f.SystemUsers)},
		{"licence", "", p.list("licence", f.Licence)},
		{"company", "", p.section("company", f.Company == nil, f.Company)},
		{"apps", "The target's own; each app gets a new secret.", p.section("apps", f.Apps == nil, f.Apps)},
		{"jobs", "Set off after the copy: what would act on the world by itself.", p.section("jobs", f.Jobs == nil, f.Jobs)},
		{"mailboxes", "Made anew.", p.section("mailboxes", f.Mailboxes == nil, f.Mailboxes)},
		{"plans", "", p.section("plans", f.Plans == nil, f.Plans)},
		{"grants", "", p.section("grants", f.Grants == nil, f.Grants)},
		{"empty", "The source's rows are left behind.", p.list("empty", f.Empty)},
		{"objects", "Which objects belong to the database, by the rows that name them.", p.objectStores()},
		{"addresses", "email: the whole value is an address; text: some stand inside; ignore: looks like one and is none.",
			p.addressColumns()},
		{"secrets", "Never to be seen in a copy, wherever.", p.secretColumns()},
	}
}

// list writes names, each with its reason.
func (p Proposal) list(section string, names []string) *yaml.Node {
	if len(names) == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, name := range names {
		item := scalar(name)
		item.LineComment = oneLine(p.Why(section, name))
		n.Content = append(n.Content, item)
	}
	return n
}

// section writes a section that is one table, with its reason behind that.
func (p Proposal) section(name string, none bool, from any) *yaml.Node {
	if none {
		return nil
	}
	var n yaml.Node
	if err := n.Encode(from); err != nil {
		return nil // sections are plain structs of strings, which can always be written
	}
	n.Content = filled(n.Content)
	n.Content[1].LineComment = oneLine(p.Why(name, n.Content[1].Value))
	return &n
}

// filled leaves out keys without a value.
func filled(pairs []*yaml.Node) (kept []*yaml.Node) {
	for i := 0; i+1 < len(pairs); i += 2 {
		empty := pairs[i+1].Kind == yaml.ScalarNode && pairs[i+1].Value == "" ||
			pairs[i+1].Kind == yaml.SequenceNode && len(pairs[i+1].Content) == 0
		if empty {
			continue
		}
		for _, item := range pairs[i+1].Content {
			item.Style = yaml.FlowStyle
		}
		kept = append(kept, pairs[i:i+2]...)
	}
	return kept
}

func (p Proposal) users() *yaml.Node {
	u := p.Profile.Users
	n := p.section("users", u == nil, u)
	if u == nil {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value != "members" {
			continue
		}
		for j, m := range u.Members {
			n.Content[i+1].Content[j].LineComment = oneLine(p.Why("users", m.Table))
		}
	}
	return n
}

func (p Proposal) objectStores() *yaml.Node {
	if len(p.Profile.Objects) == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, store := range slices.Sorted(maps.Keys(p.Profile.Objects)) {
		o := p.Profile.Objects[store]
		value := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, LineComment: oneLine(p.Why("objects", store))}
		value.Content = []*yaml.Node{scalar("table"), scalar(o.Table), scalar("key"), scalar(o.Key)}
		n.Content = append(n.Content, scalar(store), value)
	}
	return n
}

func (p Proposal) addressColumns() *yaml.Node {
	return tables(p.Profile.Addresses, func(table string, columns map[string]profile.Kind) *yaml.Node {
		value := &yaml.Node{Kind: yaml.MappingNode}
		for _, c := range slices.Sorted(maps.Keys(columns)) {
			kind := scalar(string(columns[c]))
			kind.LineComment = oneLine(p.Why("addresses", table+"."+c))
			value.Content = append(value.Content, scalar(c), kind)
		}
		return value
	})
}

func (p Proposal) secretColumns() *yaml.Node {
	return tables(p.Profile.Secrets, func(_ string, columns []string) *yaml.Node {
		value := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, c := range columns {
			value.Content = append(value.Content, scalar(c))
		}
		return value
	})
}

// tables writes a map by tables, sorted.
func tables[T any](of map[string]T, write func(table string, v T) *yaml.Node) *yaml.Node {
	if len(of) == 0 {
		return nil
	}
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, table := range slices.Sorted(maps.Keys(of)) {
		n.Content = append(n.Content, scalar(table), write(table, of[table]))
	}
	return n
}

// scalar writes a text, in quotes where YAML would read it as something else.
func scalar(text string) *yaml.Node {
	var n yaml.Node
	n.SetString(text)
	return &n
}

// oneLine takes what would end a comment out of a text: names of tables are
// anybody's.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text)
}
