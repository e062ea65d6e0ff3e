package wording_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A page collects texts under headings and is compared with a golden file: it is
// meant to be read, as a client or as an engineer would.
type page struct{ strings.Builder }

func (p *page) add(title, text string) {
	fmt.Fprintf(p, "=== %s\n\n%s\n\n", title, strings.TrimSpace(text))
}

func (p *page) compare(t *testing.T, name string) {
	file := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(p.String()), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), p.String())
}

func instant(s string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return at
}

func hours(start string, n int) rules.Interval {
	from := instant(start)
	return rules.Interval{Start: from, End: from.Add(time.Duration(n) * time.Hour)}
}

var filed = instant("2024-10-07 02:00")

// usual is the calendar of every test. It takes a while to make.
var usual = sync.OnceValues(func() (*calendar.Calendar, error) { return calendar.New(calendar.Config{}) })

// world is that of package bot's tests: a tenant in Singapore, a desk in the US.
func world(t *testing.T) rules.World {
	days, err := usual()
	require.NoError(t, err)
	singapore, err := time.LoadLocation("Asia/Singapore")
	require.NoError(t, err)
	w := rules.World{Policy: rules.DefaultPolicy(), Calendar: days, Registry: &rules.Registry{Tenants: []rules.Tenant{
		{Name: "ABCD", Regions: []string{"SG"}, Zone: singapore, Environments: []rules.Environment{
			{Name: "ABCD_prod", Role: ticket.Production, SchemaVersion: "24.3"},
			{Name: "ABCD_test", Role: ticket.Test, SchemaVersion: "24.3"},
			{Name: "ABCD_uat", Role: ticket.UAT, SchemaVersion: "24.1"},
		}},
		{Name: "WXYZ", Environments: []rules.Environment{{Name: "WXYZ_prod"}}},
		{Name: "Onprem", OnPremise: true},
	}}}
	w.Tenant = &w.Registry.Tenants[0]
	return w
}

func window(start string, n int, doubts ...ticket.Doubt) ticket.Window {
	i := hours(start, n)
	return ticket.Window{Start: i.Start, End: i.End, Written: "the " + i.Start.Format("2 Jan 15:04"), Doubts: doubts, ProposedAt: filed}
}

// answers are a clean request's; each case spoils them in its own way.
func answers() ticket.Answers {
	return ticket.Answers{
		Kind:     ticket.Standard,
		Source:   &ticket.Environment{Written: "ABCD_prod"},
		Target:   &ticket.Environment{Written: "abcd_test"},
		Windows:  []ticket.Window{window("2024-10-10 02:00", 2), window("2024-10-11 02:00", 2)},
		Preserve: ticket.Preserve{Answer: ticket.No, Written: "no"},
	}
}

// conversation is one whose request was judged, in a state.
func conversation(t *testing.T, s bot.State, spoil ...func(*ticket.Answers)) bot.Conversation {
	a := answers()
	for _, f := range spoil {
		f(&a)
	}
	c := bot.Conversation{
		Key: "HELP-7", State: s, Version: 3, Card: 2, Shown: true, Carded: true, Answers: a,
		Reporter: bot.Person{Jira: "j-ana", Email: "ana@abcd.example", Name: "Ana"},
		Verdict:  rules.Judge(a, world(t), filed),
		Versions: [2]string{"24.3", "24.3"}, Expected: 50 * time.Minute,
	}
	for i := range a.Windows {
		c.Labels = append(c.Labels, string(rune('A'+i)))
	}
	for i, w := range c.Verdict.Suggestions {
		c.Offers = append(c.Offers, bot.Offer{Number: i + 1, Window: w, Made: filed, Open: true})
	}
	book(&c)
	return c
}

// book adds what a conversation in its state has beside the request.
func book(c *bot.Conversation) {
	switch c.State {
	case bot.Confirmed, bot.Running, bot.Done, bot.Failed:
		c.Booked = &bot.Booked{Label: "A", Window: hours("2024-10-10 02:00", 2), At: filed.Add(3 * time.Hour)}
		c.Deeds = []bot.Deed{{At: filed.Add(3 * time.Hour), Who: "Mia", Verb: bot.Approve, Label: "A"}}
	}
	switch c.State {
	case bot.Running, bot.Done, bot.Failed:
		c.Run = &bot.Progress{ID: "HELP-7-1", Started: instant("2024-10-10 02:00"), State: bot.RunRunning}
	}
}

var house = bot.House{TicketURL: "https://desk.example/browse/"}

func render(c bot.Conversation, e bot.Effect) string {
	m := wording.Render(c, e, "HELP-7/3/0", house)
	switch {
	case m.Public != nil:
		return m.Public.Text.String()
	case m.Inside != nil:
		return m.Inside.Text.String()
	default:
		return cardText(*m.Card)
	}
}

func cardText(k bot.Card) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s\n%s\n%s\n", k.Title, k.Link, k.State)
	for _, f := range k.Facts {
		fmt.Fprintf(&s, "%s: %s\n", f.Name, f.Value)
	}
	for _, w := range k.Windows {
		fmt.Fprintf(&s, "%s: %s – %s (good: %t)\n", w.Label, w.When, w.Verdict, w.Good)
		for _, r := range w.Reasons {
			fmt.Fprintf(&s, "   %s\n", r)
		}
	}
	for _, n := range k.Notes {
		fmt.Fprintf(&s, "! %s\n", n)
	}
	for _, b := range k.Buttons {
		fmt.Fprintf(&s, "[%s] %s %s primary: %t, danger: %t, reason: %t %s\n", b.Label, b.Verb, b.Choice, b.Primary, b.Danger, b.NeedsReason, b.Confirm)
	}
	for _, h := range k.History {
		fmt.Fprintf(&s, "– %s\n", h)
	}
	return s.String()
}
