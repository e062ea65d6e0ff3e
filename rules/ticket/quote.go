package ticket

import "strings"

// A line is the byte range [start, end) of a line of the plain text, without
// its newline.
type line struct{ start, end int }

// ownLines returns the lines that the writer wrote now and here: not quoted
// messages, not what follows a signature's mark, no disclaimers. Lines are
// looked at once, from the top.
func ownLines(text string) []line {
	all := splitLines(text)
	kept := make([]line, 0, len(all))
	said := false // whether any line kept says something
	for i := 0; i < len(all); i++ {
		s := strings.TrimSpace(text[all[i].start:all[i].end])
		switch {
		case s == "":
			kept = append(kept, all[i])
		case isQuoted(s) || isFooter(s):
		case isAttribution(text, all, i):
			if !quoteFollows(text, all, i) {
				return kept
			}
		case isMailHeader(text, all, i):
			if said {
				return kept
			}
			i = skipHeader(text, all, i)
		case endsMessage(s):
			if !formFollows(text, all[i+1:]) {
				return kept
			}
		default:
			kept = append(kept, all[i])
			said = true
		}
	}
	return kept
}

func splitLines(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	for start := 0; start <= len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		lines = append(lines, line{start, end})
		start = end + 1
	}
	return lines
}

// isQuoted tells a quoted line by its first mark. "-> x" is no quote.
func isQuoted(s string) bool {
	return s[0] == '>' && !strings.HasPrefix(s, ">>>> ") || strings.HasPrefix(s, "bq. ") || strings.HasPrefix(s, "|>")
}

// startsAny tells whether s begins with one of the phrases, without regard to
// case.
func startsAny(s string, phrases ...string) bool {
	for _, p := range phrases {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return true
		}
	}
	return false
}

// isAttribution tells "On Monday, Ann wrote:", on one line or wrapped on two.
func isAttribution(text string, all []line, i int) bool {
	s := strings.TrimSpace(text[all[i].start:all[i].end])
	if !startsAny(s, "on ", "am ", "le ", "op ", "den ", "el ", "il ", "em ", "på ") && !strings.Contains(s, "@") {
		return false
	}
	if len(s) > 300 {
		return false
	}
	if endsWrote(s) {
		return true
	}
	if i+1 < len(all) && all[i+1].end-all[i+1].start < 200 {
		return endsWrote(strings.TrimSpace(text[all[i+1].start:all[i+1].end]))
	}
	return false
}

func endsWrote(s string) bool {
	s = strings.ToLower(strings.TrimRight(s, " "))
	if !strings.HasSuffix(s, ":") {
		return false
	}
	for _, w := range []string{"wrote", "schrieb", "skrev", "schreef", "écrit", "ecrit", "escribió", "escribio", "ha scritto", "escreveu", "kirjoitti", "geschrieben"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// quoteFollows tells whether the quoted message behind an attribution is marked
// line by line; only then can the writer's own words follow it.
func quoteFollows(text string, all []line, i int) bool {
	for j := i + 1; j < len(all) && j < i+5; j++ {
		s := strings.TrimSpace(text[all[j].start:all[j].end])
		if s != "" && !endsWrote(s) {
			return s[0] == '>'
		}
	}
	return true
}

// isMailHeader tells the block of From, Sent, To and Subject above a forwarded
// or answered message. A form's own "From: X_prod, To: X_test" is none.
func isMailHeader(text string, all []line, i int) bool {
	s := strings.TrimSpace(text[all[i].start:all[i].end])
	if startsAny(s, oldMessages...) {
		return true
	}
	if !startsAny(s, senders...) {
		return false
	}
	for j := i + 1; j < len(all) && j < i+6; j++ {
		next := strings.TrimSpace(text[all[j].start:all[j].end])
		if startsAny(next, headerLines...) {
			return true
		}
	}
	return false
}

// skipHeader returns the last line of the mail header at i.
func skipHeader(text string, all []line, i int) int {
	for i+1 < len(all) {
		s := strings.TrimSpace(text[all[i+1].start:all[i+1].end])
		colon := strings.IndexByte(s, ':')
		if colon < 2 || colon > 12 || strings.ContainsAny(s[:colon], "_0123456789") || !isHeaderName(s[:colon]) {
			break
		}
		i++
	}
	return i
}

func isHeaderName(s string) bool {
	return startsAny(s, headerNames...)
}

// endsMessage tells the lines below which only a signature, a disclaimer or an
// older message stands.
func endsMessage(s string) bool {
	if s == "--" {
		return true
	}
	return len(s) >= 5 && strings.Trim(s, "_") == ""
}

// formFollows tells whether labelled answers stand below a line that would end
// the message: then it was only a rule between parts of it.
func formFollows(text string, rest []line) bool {
	found := 0
	for i, l := range rest {
		if i > 40 {
			break
		}
		s := strings.TrimLeft(text[l.start:l.end], " *#-0123456789.)|")
		if startsAny(s, "source", "target", "window", "preserve", "slot ", "option ", "environment") {
			found++
		}
		if found == 2 {
			return true
		}
	}
	return false
}

// isFooter tells the lines of disclaimers and of devices' signatures.
func isFooter(s string) bool {
	if startsAny(s, footers...) {
		return true
	}
	lower := s
	if len(lower) > 60 {
		return strings.Contains(lower, "intended recipient") || strings.Contains(lower, "confidential and") || strings.Contains(lower, "legally privileged")
	}
	return false
}

// oldMessages begin the lines that mail programs put above a message they pass on.
var oldMessages = []string{
	"-----original message", "----- original message", "---------- forwarded message", "-------- original message",
	"begin forwarded message", "-----ursprüngliche",
}

// senders begin the first line of a mail's header.
var senders = []string{
	"from:", "from :", "von:", "van:", "fra:", "från:", "de:", "de :", "da:", "lähettäjä:",
}

// headerLines begin the lines that tell such a header from a form.
var headerLines = []string{
	"sent:", "gesendet:", "verzonden:", "sendt:", "skickat:", "envoyé", "enviado", "inviato:", "lähetetty:", "subject:",
	"betreff:", "onderwerp:", "emne:", "ämne:", "objet", "asunto:", "oggetto:", "assunto:",
}

// headerNames are the fields of a mail's header.
var headerNames = []string{
	"from", "sent", "to", "cc", "bcc", "subject", "date", "importance", "reply-to", "von", "gesendet", "an", "betreff",
	"van", "verzonden", "aan", "onderwerp", "fra", "til", "emne", "sendt", "från", "till", "ämne", "skickat", "de", "à",
	"objet", "envoyé",
}

// footers begin the lines of disclaimers and of devices' signatures.
var footers = []string{
	"sent from my ", "sent from outlook", "sent from mail", "get outlook for", "von meinem iphone", "gesendet von ",
	"envoyé de mon", "verzonden vanaf", "confidentiality notice", "confidentiality:", "disclaimer", "this e-mail",
	"this email and", "this email is", "this email may", "this message and any", "this message is intended",
	"this message contains", "this communication", "the information contained in", "the information in this",
	"the contents of this", "please consider the environment", "registered in ", "registered office",
	"if you are not the intended", "if you have received this", "caution:", "caution this", "warning: this e",
	"external email", "[external",
}
