package stage_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The scripts of package bot, through the real clients and the simulators.
func TestScenarios(t *testing.T) { playAll(t, mode{}, scripts(t)) }

// The same, through Socket Mode.
func TestScenariosOverSocketMode(t *testing.T) { playAll(t, mode{socket: true}, some(scripts(t), 0)) }

// The same, while processes die.
func TestScenariosWithDeaths(t *testing.T) {
	for i, d := range []death{always, after, before} {
		t.Run(string(d), func(t *testing.T) { playAll(t, mode{death: d}, some(scripts(t), 1+i)) })
	}
}

// some returns every few-th name, from the first few on.
func some(names []string, from int) (few []string) {
	for i, name := range names {
		if i%sparsely == from%sparsely {
			few = append(few, name)
		}
	}
	return few
}

// unplayed are the scripts that can't be played from outside, and why.
var unplayed = map[string]string{
	"capacity_taken": "the windows are held: nobody but the script itself can book one of them for another request",
}

// otherwise is what a line comes to over the wire, where that is something else than
// in package bot alone: by script and line. A line that comes again has "again: " in
// front.
var otherwise = map[string]map[string][]words{
	"no_way_back": { // nobody asks the engine about a run whose end was dealt with
		"again: run: succeeded the parked database of ABCD_test is gone: its retention has ended": nil,
	},
	"rejected_and_asked_again": { // the form asks for the reason before anything is sent
		"engineer Mia on card 1: reject": {{kind: "form", text: "Please say why; a word or two are enough."}},
	},
}

func playAll(t *testing.T, m mode, names []string) {
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, m)
			p.whole(script(t, name), otherwise[name])
			require.Equal(t, unplayed[name] != "", p.stuck != "", "stuck: %q", p.stuck)
		})
	}
}

// whole plays a script and holds what people see against it.
func (p *play) whole(lines []line, otherwise map[string][]words) {
	came := map[string]string{}
	for _, l := range lines {
		want := p.expected(l.want)
		if other, ok := otherwise[came[l.text]+l.text]; ok {
			want = other
		}
		came[l.text] = "again: "
		got := p.told(p.line(l.text))
		if p.stuck != "" {
			return
		}
		if !l.given {
			require.Equal(p.t, written(want), written(got), l.text)
		}
	}
	require.Empty(p.t, p.Strays())
}

// expected leaves out what changes nothing: a ticket is moved to where it is.
func (p *play) expected(want []words) []words {
	if p.Stage == nil {
		return want
	}
	t, _ := p.Desk.Ticket(ticket)
	return slices.DeleteFunc(p.told(want), func(w words) bool {
		return w.kind == "ticket_status" && w.text == statuses[t.Status]
	})
}

// told leaves out whispers where processes die over them: one that may have been sent
// can't be looked for, and is not repeated.
func (p *play) told(all []words) []words {
	return slices.DeleteFunc(slices.Clone(all), func(w words) bool {
		return p.reaper.death == before && strings.HasPrefix(w.kind, "chat_whisper")
	})
}

// written writes words as the scripts do, by the order that counts: comments, the
// ticket's status, Slack, and there the progress behind all else.
func written(all []words) string {
	place := func(w words) int {
		switch {
		case w.kind == "ticket_status":
			return 1
		case w.onTicket():
			return 0
		case w.kind == "chat_progress":
			return 3
		default:
			return 2
		}
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b words) int { return cmp.Compare(place(a), place(b)) })
	var s strings.Builder
	for _, w := range all {
		fmt.Fprintf(&s, "%s[%s] %s\n", w.at, w.kind, w.text)
	}
	return s.String()
}
