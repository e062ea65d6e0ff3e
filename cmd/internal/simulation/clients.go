package simulation

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// A request is a client with a wish, and how far the client is with it.
type request struct {
	client         string
	source, target string
	keep           bool
	windows        []promise.Window
	stingy         bool // names one window where two are asked
	fickle         bool // changes the request, or withdraws it

	key      string // once it is filed
	over     bool   // withdrawn, or gone
	answered int    // the highest number of a window that was suggested when the client answered last
	changes  int
}

// newRequests draws who wants what: some want the same windows, some forget one.
func (p *play) newRequests() (all []*request) {
	day := start.AddDate(0, 0, 8).Add(3600e9) // Tuesday of the next week, 09:00
	wishes := [][]string{
		{ann, "ABCD_prod", "ABCD_test"}, {zoe, "WXYZ_prod", "WXYZ_test"}, {carol, "ABCD_prod", "ABCD_uat"},
	}
	p.dice.Shuffle(len(wishes), func(i, j int) { wishes[i], wishes[j] = wishes[j], wishes[i] })
	for _, w := range wishes[:[...]int{1, 2, 3, 3}[p.dice.IntN(4)]] {
		r := &request{
			client: w[0], source: w[1], target: w[2], keep: p.dice.chance(3),
			stingy: p.dice.chance(4), fickle: p.dice.chance(p.dice.weather.fickle),
		}
		for i := range 2 {
			at := day.AddDate(0, 0, i)
			r.windows = append(r.windows, promise.Window{Start: at, End: at.Add(7200e9)})
		}
		all = append(all, r)
	}
	return all
}

// text is the request as its client writes it.
func (r *request) text() string {
	preserve := map[bool]string{true: "yes", false: "no"}[r.keep]
	text := fmt.Sprintf("Please refresh.\nSource: %s\nTarget: %s\nPreserve users: %s\n", r.source, r.target, preserve)
	for i, w := range r.windows {
		if i == 0 || !r.stingy {
			text += fmt.Sprintf("Window %d: %s-%s UTC\n", i+1, w.Start.Format("Mon 2 January 2006, 15:04"), w.End.Format("15:04"))
		}
	}
	return text
}

// terms are the request as the checker's book has it.
func (r *request) terms() promise.Terms {
	return promise.Terms{Source: r.source, Target: r.target, KeepUsers: r.keep}
}

// somebody lets some of the people do what they would do now.
func (p *play) somebody() (acted bool) {
	for _, r := range p.asked {
		if p.dice.chance(4) {
			acted = p.client(r) || acted
		}
	}
	for _, e := range p.engineers {
		if p.dice.chance(4) {
			acted = p.engineer(e) || acted
		}
	}
	if p.dice.chance(p.dice.weather.notes) {
		acted = p.note(p.asked[p.dice.IntN(len(p.asked))]) || acted
	}
	return acted
}

// alerted is what people do where something goes wrong.
func (p *play) alerted() {
	if !p.giving {
		p.somebody()
	}
}

// note has an agent of the help center write something on a ticket that is none of
// the bot's business, though it has to look.
func (p *play) note(r *request) bool {
	if r.key == "" {
		return false
	}
	p.pass(moment)
	defer p.pass(moment)
	p.stage.Desk.Note(r.key, agent, "seen")
	p.story.tell("a note on %s", r.key)
	return true
}

// diligent lets those do so on whom it depends that things go on, and reports
// whether any of them had something to do.
func (p *play) diligent() (acted bool) {
	return p.clients() || p.decide()
}

// clients lets all clients do so.
func (p *play) clients() (acted bool) {
	for _, r := range p.asked {
		acted = p.client(r) || acted
	}
	return acted
}

// decide lets an engineer who may approve give a command, and reports whether any
// had one to give.
func (p *play) decide() (acted bool) {
	for _, e := range p.engineers {
		if e.id == mia || e.id == tom {
			acted = acted || p.engineer(e)
		}
	}
	return acted
}

// everybody lets all do so, and reports whether any of them had something to do.
func (p *play) everybody() (acted bool) {
	acted = p.clients()
	for _, e := range p.engineers {
		acted = p.engineer(e) || acted
	}
	return acted
}

// moment is what an act of a person takes, so that nothing else happens at the same
// instant: vendors tell time to the millisecond.
const moment = 2 * time.Millisecond

// client is what a client does who has read the bot's reply: takes the windows that
// it suggests, changes the request, or withdraws it.
func (p *play) client(r *request) (spoke bool) {
	p.pass(moment)
	defer p.pass(moment)
	now := p.stage.Clock.Now()
	if r.key == "" {
		r.key = p.stage.Desk.File(r.client, "Database refresh", r.text())
		p.book.File(r.key, r.client, now, r.terms())
		p.story.tell("%s files %s: %q", r.client, r.key, r.text())
		return true
	}
	is, answered := p.reads(r)
	if !answered || r.over {
		return false
	}
	if p.waver(r, 4) {
		return true
	}
	return is == promise.Open && p.answer(r)
}

// reads returns what a client reads on the ticket, and whether there is anything.
func (p *play) reads(r *request) (promise.Stage, bool) {
	t, there := p.stage.Desk.Ticket(r.key)
	is, answered := promise.ReadTicket(t)
	return is, there && answered && !t.Closed
}

// waver has a client change the request, once in n times and a few times at most, or
// withdraw it. An engineer may answer to what was asked before.
func (p *play) waver(r *request, n int) bool {
	const most = 3
	if !r.fickle || r.over || r.changes >= most || !p.dice.on || !p.dice.chance(n) {
		return false
	}
	r.changes++
	p.changeMind(r)
	if !p.giving && p.dice.chance(3) {
		p.decide()
	}
	return true
}

// changeMind changes what is asked for, or withdraws it, in one way or another.
func (p *play) changeMind(r *request) {
	now := p.stage.Clock.Now()
	switch p.dice.IntN(5) {
	case 0:
		r.over = true
		p.book.Withdraw(r.key, now)
		p.stage.Desk.Comment(r.key, r.client, "please cancel this request")
		p.story.tell("%s withdraws %s", r.client, r.key)
	case 1:
		r.over = true
		p.book.Withdraw(r.key, now)
		p.stage.Desk.Close(r.key, agent)
		p.story.tell("%s is closed", r.key)
	case 2:
		if strings.HasPrefix(r.target, "ABCD_") {
			r.target = map[string]string{"ABCD_test": "ABCD_uat", "ABCD_uat": "ABCD_test"}[r.target]
			p.edit(r)
			return
		}
		fallthrough
	default:
		r.keep = !r.keep
		p.edit(r)
	}
}

// edit changes the ticket's description to what the client wants now.
func (p *play) edit(r *request) {
	p.book.Change(r.key, p.stage.Clock.Now(), r.terms())
	p.stage.Desk.Edit(r.key, r.client, r.text())
	p.story.tell("%s edits %s: %q", r.client, r.key, r.text())
}

// offered finds windows that a reply suggests, by number.
var offered = regexp.MustCompile(`(?m)^\* \*?([0-9]+)\*?: (.*)$`)

// options returns the windows that were suggested since the client answered last.
func (p *play) options(r *request) (numbers []int, windows map[int]promise.Window) {
	t, _ := p.stage.Desk.Ticket(r.key)
	windows = map[int]promise.Window{}
	for _, c := range promise.Replies(t) {
		for _, found := range offered.FindAllStringSubmatch(c.Body, -1) {
			n, _ := strconv.Atoi(found[1])
			w, ok := promise.ReadWindow(found[2])
			if ok && n > r.answered && !strings.Contains(found[2], "possible") {
				windows[n] = w
			}
		}
	}
	for n := range windows {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers[max(0, len(numbers)-2):], windows
}

// answer takes what was suggested last, once for each suggestion: one window by its
// number, or all of them by an edit of the ticket.
func (p *play) answer(r *request) (spoke bool) {
	numbers, windows := p.options(r)
	if len(numbers) == 0 {
		return false
	}
	r.answered = numbers[len(numbers)-1]
	if p.dice.chance(2) {
		words := fmt.Sprint("option ", numbers[p.dice.IntN(len(numbers))])
		p.book.Speak(r.key, p.stage.Clock.Now())
		p.stage.Desk.Comment(r.key, r.client, words)
		p.story.tell("%s on %s: %s", r.client, r.key, words)
		return true
	}
	r.windows, r.stingy = nil, false
	for _, n := range numbers {
		r.windows = append(r.windows, windows[n])
	}
	p.edit(r)
	return true
}
