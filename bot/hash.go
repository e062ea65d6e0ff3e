package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// hashOf returns the hash of a value's JSON. Everything that is hashed here can
// be written as JSON, so an error is a fault of the program.
func hashOf(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("hash a value: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Hash returns what an approval of the window of that label is bound to: kind,
// environments, window, users and instant. Anything else may change under it.
func (c Conversation) Hash(label string) string {
	window, _ := c.Window(label)
	return hashOf(struct {
		Kind         ticket.Kind
		Source       string
		Target       string
		Environments []string
		Window       rules.Interval
		Preserve     ticket.YesNo
		PointInTime  time.Time
	}{
		c.Verdict.Kind, c.Verdict.Source, c.Verdict.Target, c.Verdict.Environments,
		window.Interval, preserved(c.Verdict.Preserve), c.Verdict.PointInTime,
	})
}

// preserved reads an answer that was not given as the default, so that stating
// it afterwards changes nothing.
func preserved(answer ticket.YesNo) ticket.YesNo {
	if answer == ticket.Yes {
		return ticket.Yes
	}
	return ticket.No
}

// Token returns the token of the card as it is now. Its buttons carry it, and
// those of an older card are refused.
func (c Conversation) Token() string {
	hashes := make([]string, len(c.Labels))
	for i, label := range c.Labels {
		hashes[i] = label + ":" + c.Hash(label)
	}
	parts := []any{c.Key, c.Card, hashes}
	if !c.RenewedAt.IsZero() { // else it was drawn before that was noted
		parts = append(parts, c.RenewedAt.UTC())
	}
	return hashOf(parts)
}

// describedHash returns the hash of everything that a ticket says outside its
// comments.
func describedHash(t *Ticket) string {
	return hashOf([]any{t.Summary, t.Description, t.Fields})
}

// commentHash returns a short hash of a comment's words.
func commentHash(c Comment) string { return hashOf(c.Body)[:16] }

// display returns what a person is called in front of others.
func display(p Person) string {
	for _, name := range []string{p.Name, p.Email, p.Slack, p.Jira} {
		if name = strings.TrimSpace(name); name != "" {
			return name
		}
	}
	return "somebody"
}

// same reports whether two people are one, by all that the house knows of them.
func (h House) same(p, o Person) bool {
	return h.whole(p).Same(h.whole(o))
}

// whole returns a person with the accounts that the house knows as theirs.
func (h House) whole(p Person) Person {
	for _, known := range h.People {
		if !known.Same(p) {
			continue
		}
		p.Jira = first(p.Jira, known.Jira)
		p.Slack = first(p.Slack, known.Slack)
		p.Email = first(p.Email, known.Email)
		p.Name = first(p.Name, known.Name)
	}
	return p
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// runID names the n-th run of a ticket.
func runID(key TicketKey, n int) RunID { return RunID(fmt.Sprintf("%s-%d", key, n)) }
