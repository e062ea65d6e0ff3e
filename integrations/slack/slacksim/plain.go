package slacksim

import (
	"html"
	"regexp"
	"strings"
)

// Plain returns a text of the message's as a person reads it, without its looks:
// styles and entities are gone, a link is its words, a mention is a name, and a line
// that is quoted begins with "> ".
func (m Message) Plain(t Text) string {
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	page := quotedPart.ReplaceAllStringFunc(string(m.s.shown(t)), func(q string) string {
		inner := quotedPart.FindStringSubmatch(q)[1]
		return "\n&gt; " + strings.ReplaceAll(inner, "<br>", "\n&gt; ") + "\n"
	})
	page = anyTag.ReplaceAllString(strings.ReplaceAll(page, "<br>", "\n"), "")
	return strings.Trim(html.UnescapeString(page), "\n")
}

var (
	quotedPart = regexp.MustCompile(`(?s)<blockquote>(.*?)</blockquote>`)
	anyTag     = regexp.MustCompile(`<[^>]*>`)
)
