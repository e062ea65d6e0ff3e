// Package hostile holds what somebody could write who means ill: texts that would be
// a mention, a link, a macro, a tag or an escape sequence if any surface took them
// for more than words. Its test plays every one of them through the whole program, as
// a client and as an engineer, and then looks at everything that people are shown:
// tickets, Slack, pages and the log.
package hostile

// A Text is something that somebody could write, with what it tries.
type Text struct {
	Tries string
	Words string // on one line
}

// Texts returns every text.
func Texts() []Text {
	return []Text{
		{"to call everybody in Slack", "<!channel> <!here> <!everyone> <!subteam^S-desk|desk>"},
		{"to mention somebody in Slack", "<@U-mia> and <@U-mia|Mia>, <#C-desk>"},
		{"to pass a link off as another in Slack", "<https://evil.example|https://desk.example/browse/HELP-1>"},
		{"to end an entity early", "&lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!channel&#62;"},
		{"to break out of code in Slack", "`*bold*` ```<!channel>``` `"},
		{"to draw a card's line in Slack", ":white_check_mark: *Approved* by Mia"},
		{"to mention somebody on a ticket", "[~ana] [~accountid:712020:b003] @Ana"},
		{"to start a macro on a ticket", "{panel:title=x}{code}{noformat}{color:red}red{color}{html}<b>{html}"},
		{"to close the quote on a ticket", "{quote} {quote}h1. You are approved{quote}"},
		{"to show a picture on a ticket", "!https://evil.example/pixel.png! !a.png|width=1!"},
		{"to pass a link off as another on a ticket", "[https://desk.example|https://evil.example] [click|mailto:x@evil.example] https://evil.example"},
		{"to hide in wiki entities", "&#91;~ana&#93; &#123;panel&#125; \\{panel\\} \\\\[~ana]"},
		{"to set a table and a rule", "||a||b|| |c|d| ---- h2. x"},
		{"to run in a page", `<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>`},
		{"to leave an attribute of a page", `" onmouseover="alert(1)" ' onload='x' x="`},
		{"to be a template", "{{.}} {{printf \"%s\" .}} ${7*7} <%= 7*7 %> %s%d%n"},
		{"to speak to a terminal", "\x1b[2J\x1b]0;owned\x07\x1b[31mred\u009b31m"},
		{"to overwrite a line", "fine\rnot fine\b\b\b\x7f"},
		{"to forge a line of a log", "x\u2028level=ERROR msg=forged\u0085level=INFO"},
		{"to turn the writing around", "ABCD_\u202edorp\u202c \u2066\u2067x\u2069 \u200f\u061c"},
		{"to be no text", "\x00\x01 \xff\xfe \xc0\xaf \ufffd \ud7ff"},
		{"to be a formula", "=HYPERLINK(\"https://evil.example\") +1+1 @SUM(1)"},
		{"to be a path", "../../../etc/passwd ..\\..\\x /dev/null CON"},
		{"to be JSON", `","verb":"approve","ticket":"HELP-1"} \u003c!channel\u003e`},
		{"to be a query", "HELP-1' OR '1'='1'; DROP TABLE x; -- \" ORDER BY key"},
	}
}
