package jirasim

import (
	"html"
	"regexp"
	"strings"
)

// Plain returns wiki markup as a person reads it on the page, without its looks:
// headings and paragraphs apart by an empty line, "- " before an item, "> " before
// a line that is quoted. A link is its words.
func Plain(text string) string {
	page := quoted.ReplaceAllStringFunc(string(Wiki(text)), func(q string) string {
		inner := quoted.FindStringSubmatch(q)[1]
		return "<p>&gt; " + strings.ReplaceAll(unmarked(inner), "\n", "<br>&gt; ") + "</p>"
	})
	return html.UnescapeString(unmarked(page))
}

var (
	quoted   = regexp.MustCompile(`(?s)<blockquote>(.*?)</blockquote>`)
	blockEnd = regexp.MustCompile(`</(p|h[1-6]|ul|ol|pre)>|<hr>`)
	anyTag   = regexp.MustCompile(`<[^>]*>`)
	unseen   = strings.NewReplacer("\u2060", "", "\u200b", "")
)

// unmarked returns a page's HTML without its tags, entities left as they are.
func unmarked(page string) string {
	page = strings.NewReplacer("<br>", "\n", "<li>", "- ", "</li>", "\n").Replace(page)
	page = anyTag.ReplaceAllString(blockEnd.ReplaceAllString(page, "\n\n"), "")
	for strings.Contains(page, "\n\n\n") {
		page = strings.ReplaceAll(page, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(unseen.Replace(page))
}
