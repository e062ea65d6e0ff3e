package jirasim

import (
	"html/template"
	"regexp"
	"strings"
)

// Wiki renders wiki markup as the help center shows it. Everything that is not
// markup is escaped. What acts on a reader or the server carries a class of its
// own: "mention", "link", "macro", "image".
func Wiki(text string) template.HTML {
	var w wiki
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		w.line(line)
	}
	w.close()
	if w.quoting {
		w.out.WriteString("</blockquote>")
	}
	return template.HTML(w.out.String()) // #nosec: every text in it went through html/template
}

// A wiki is a text on its way, block by block.
type wiki struct {
	out     strings.Builder
	open    string // the element of the block in hand: "p", "ul", "ol", "pre"; empty: none
	quoting bool
}

var (
	headingLine = regexp.MustCompile(`^\s*(h[1-6])\.\s+(.*)$`)
	quoteLine   = regexp.MustCompile(`^\s*bq\.\s+(.*)$`)
	itemLine    = regexp.MustCompile(`^\s*([*#-])+\s+(.*)$`)
	ruleLine    = regexp.MustCompile(`^\s*-{4,}\s*$`)
	tableLine   = regexp.MustCompile(`^\s*\|.*\|\s*$`)
	fence       = regexp.MustCompile(`^\s*\{(noformat|code)(:[^}]*)?\}\s*$`)
)

// line sets one line of the source.
func (w *wiki) line(line string) {
	switch {
	case fence.MatchString(line):
		w.fence()
	case w.open == "pre":
		w.out.WriteString(template.HTMLEscapeString(line) + "\n")
	case strings.TrimSpace(line) == "{quote}":
		w.quote()
	case strings.TrimSpace(line) == "":
		w.close()
	case ruleLine.MatchString(line):
		w.alone("<hr>")
	case tableLine.MatchString(line):
		w.alone(`<p class="macro">` + inline(line) + "</p>")
	default:
		w.words(line)
	}
}

func (w *wiki) words(line string) {
	if m := headingLine.FindStringSubmatch(line); m != nil {
		w.alone("<" + m[1] + ">" + inline(m[2]) + "</" + m[1] + ">")
		return
	}
	if m := quoteLine.FindStringSubmatch(line); m != nil {
		w.alone("<blockquote>" + inline(m[1]) + "</blockquote>")
		return
	}
	if m := itemLine.FindStringSubmatch(line); m != nil {
		list := "ul"
		if m[1] == "#" {
			list = "ol"
		}
		w.begin(list)
		w.out.WriteString("<li>" + inline(m[2]) + "</li>")
		return
	}
	if w.open == "p" {
		w.out.WriteString("<br>")
	}
	w.begin("p")
	w.out.WriteString(inline(line))
}

// begin opens a block, or goes on with one of its kind.
func (w *wiki) begin(element string) {
	if w.open == element {
		return
	}
	w.close()
	w.out.WriteString("<" + element + ">")
	w.open = element
}

func (w *wiki) close() {
	if w.open != "" {
		w.out.WriteString("</" + w.open + ">")
	}
	w.open = ""
}

func (w *wiki) alone(html string) {
	w.close()
	w.out.WriteString(html)
}

func (w *wiki) fence() {
	if w.open == "pre" {
		w.close()
		return
	}
	w.begin("pre")
}

func (w *wiki) quote() {
	if w.quoting = !w.quoting; w.quoting {
		w.alone("<blockquote>")
	} else {
		w.alone("</blockquote>")
	}
}
