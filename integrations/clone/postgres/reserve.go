package postgres

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/integrations/clone"
)

// reserving returns the jobs of reading which addresses of the source are under the
// domain already, so that no other becomes equal to one of them, and with the last
// of them those that have to wait for that.
func (c *copying) reserving(masked []job) []job {
	var jobs []job
	var waiting int64
	for _, j := range masked {
		waiting += j.weight + j.waiting
	}
	var some []clone.Outcome
	for _, o := range c.recipe.Tables {
		if len(o.Masks) > 0 {
			some = append(some, o)
		}
	}
	done := onLast(len(some), func() []job { return masked })
	for _, o := range some {
		weight := c.tables[o.Table].bytes() / 4
		jobs = append(jobs, job{weight: weight, waiting: waiting, do: func(ctx context.Context, w *worker) ([]job, error) {
			if err := c.reserve(ctx, w.source, o); err != nil {
				return nil, fmt.Errorf("read masked addresses of %s: %w", o.Table, err)
			}
			return done(), nil
		}})
	}
	if len(some) == 0 {
		return masked
	}
	return jobs
}

// reserve reads the addresses of a table that are under the domain already.
func (c *copying) reserve(ctx context.Context, source *session, o clone.Outcome) error {
	var texts, under []string
	for _, m := range o.Masks {
		text := quote(m.Column) + "::text"
		texts = append(texts, text)
		under = append(under, underDomain(text, c.masker.Domain()))
	}
	for _, p := range c.tables[o.Table].parts {
		rows, err := source.column(ctx, fmt.Sprintf("SELECT concat_ws(E'\\n', %s) FROM ONLY %s WHERE %s",
			strings.Join(texts, ", "), p.sql(), strings.Join(under, " OR ")))
		if err != nil {
			return err
		}
		c.keepReserved(rows)
	}
	return nil
}

// keepReserved reserves the addresses in texts.
func (c *copying) keepReserved(texts []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range texts {
		c.masker.Reserve(text)
	}
}

// underDomain returns the condition for a text with an address under a domain, in
// letters of either case. To look for its beginning first costs half of making all
// letters small.
func underDomain(text, domain string) string {
	text += ` COLLATE "C"`
	letter, _ := utf8.DecodeRuneInString(domain)
	begins := func(r rune) string {
		return text + " LIKE " + literal("%@"+strings.ReplaceAll(string(r), `\`, `\\`)+"%")
	}
	return fmt.Sprintf("((%s OR %s) AND strpos(lower(%s), %s) > 0)",
		begins(letter), begins(unicode.ToUpper(letter)), text, literal("@"+domain))
}
