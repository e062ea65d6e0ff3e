package kill

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// file files a ticket, every third with something missing.
func (p *people) file() {
	t := p.tenants[p.dice.IntN(len(p.tenants))]
	keep := p.dice.IntN(2) == 0
	a := &asked{of: t, terms: promise.Terms{Source: t.Source.Name, Target: t.Target.Name, KeepUsers: keep}}
	first, second := p.window(), p.window()
	target, windows := t.Target.Name, first+" or "+second
	switch p.dice.IntN(6) {
	case 0:
		windows, a.more = first, "The second window could be "+second
	case 1:
		target, a.more = "", "The target is "+t.Target.Name
	}
	text := []string{"1. " + t.Source.Name}
	if target != "" {
		text = append(text, "2. "+target)
	}
	text = append(text, "3. "+windows, "4. "+yes(keep))
	now := p.clock.Now()
	a.key = p.desk.File(t.Reporter, "Database refresh", strings.Join(text, "\n"))
	p.book.File(a.key, t.Reporter, now, a.terms)
	p.asked = append(p.asked, a)
}

func yes(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// window writes a window of a weekday some days ahead, about every tenth on one
// that can't be had.
func (p *people) window() string {
	day := p.clock.Now().AddDate(0, 0, 4+p.dice.IntN(5))
	for p.dice.IntN(10) > 0 && (day.Weekday() == time.Saturday || day.Weekday() == time.Sunday) {
		day = day.AddDate(0, 0, 1)
	}
	hour := 2 + p.dice.IntN(17)
	return fmt.Sprintf("%s %02d:00-%02d:00 UTC", day.Format("2 January 2006"), hour, hour+2)
}

// write has a client write on a ticket: an answer, a correction, a question, or
// that it is to be cancelled.
func (p *people) write() {
	a := p.any()
	if a == nil {
		return
	}
	switch n := p.dice.IntN(30); {
	case n == 0:
		p.withdraw(a, func() { p.say(a, "cancel") })
	case n == 1 && p.heard(a):
		p.withdraw(a, func() { p.desk.Close(a.key, a.of.Reporter) })
	case n < 4:
		p.book.Speak(a.key, p.clock.Now())
		p.say(a, "status")
	case n < 5:
		a.terms.KeepUsers = !a.terms.KeepUsers
		p.book.Change(a.key, p.clock.Now(), a.terms)
		p.say(a, "Preserve users: "+yes(a.terms.KeepUsers))
	default:
		p.answer(a)
	}
}

// heard reports whether the bot has said anything on a ticket: of one that is
// closed before that nobody expects a word.
func (p *people) heard(a *asked) bool {
	t, _ := p.desk.Ticket(a.key)
	return slices.ContainsFunc(t.Comments, func(c jirasim.Comment) bool { return c.ByBot })
}

func (p *people) say(a *asked, words string) { p.desk.Comment(a.key, a.of.Reporter, words) }

// withdraw withdraws a request. What is at work already may come to its end.
func (p *people) withdraw(a *asked, how func()) {
	p.book.Withdraw(a.key, p.clock.Now())
	a.over = true
	how()
}

var offered = regexp.MustCompile(`(?m)^\W*([0-9]+): `)

// answer gives the client's next answer, where the bot waits for one: what is
// missing, a number that was offered or, after the second such try, that it is to
// be cancelled.
func (p *people) answer(a *asked) {
	card, there := p.card(a.key)
	if !there || !strings.HasPrefix(card.State, "Waits for the client") {
		return
	}
	if a.more != "" {
		p.book.Speak(a.key, p.clock.Now())
		p.say(a, a.more)
		a.more = ""
		return
	}
	if number := p.lastOffer(a.key); number != "" && p.dice.IntN(4) > 0 {
		p.book.Speak(a.key, p.clock.Now())
		p.say(a, number+" please")
		return
	}
	p.withdraw(a, func() { p.say(a, "cancel") })
}

// lastOffer returns the number of a window in the bot's last words that has one.
func (p *people) lastOffer(key string) string {
	t, _ := p.desk.Ticket(key)
	for _, c := range slices.Backward(t.Public()) {
		if found := offered.FindAllStringSubmatch(c.Body, -1); c.ByBot && len(found) > 0 {
			return found[p.dice.IntN(len(found))][1]
		}
	}
	return ""
}
