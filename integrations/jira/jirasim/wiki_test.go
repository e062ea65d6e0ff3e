package jirasim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

func TestWiki(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Hello", "<p>Hello</p>"},
		{"one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"},
		{"h4. Windows", "<h4>Windows</h4>"},
		{"* a\n* b", "<ul><li>a</li><li>b</li></ul>"},
		{"# a\n- b", "<ol><li>a</li></ol><ul><li>b</li></ul>"},
		{"*so* and _so_, x{*}y{*}z", "<p><b>so</b> and <em>so</em>, x<b>y</b>z</p>"},
		{"ABCD_prod on 2026-03-04 -- 2*3*4", "<p>ABCD_prod on 2026-03-04 -- 2*3*4</p>"},
		{"{{ABCD_prod}}", "<p><code>ABCD_prod</code></p>"},
		{"{quote}\nhers\n{quote}\nours", "<blockquote><p>hers</p></blockquote><p>ours</p>"},
		{"{noformat}\n*as* {it}\n{noformat}", "<pre>*as* {it}\n</pre>"},
		{`\*not\* \{so\} \[~x\]`, "<p>*not* {so} [~x]</p>"},
		{`C:\temp`, `<p>C:\temp</p>`},
		{`a\\b`, "<p>a<br>b</p>"},
		{"<script>", "<p>&lt;script&gt;</p>"},
		{"[~accountid:7]", `<p><span class="mention">accountid:7</span></p>`},
		{"[here|https://x.example]", `<p><span class="link" title="https://x.example">here</span></p>`},
		{"https://x.example now", `<p><span class="link" title="https://x.example">https://x.example</span> now</p>`},
		{"{color:red}x", `<p><span class="macro">{color:red}</span>x</p>`},
		{"!cat.png!", `<p><span class="image">!cat.png!</span></p>`},
		{"|a|b|", `<p class="macro">|a|b|</p>`},
		{"&#123;x}", "<p>{x}</p>"},
		{"----", "<hr>"},
	} {
		require.Equal(t, test.want, string(jirasim.Wiki(test.text)), "%q", test.text)
	}
}

// FuzzWiki holds that no text can bring an element of its own into a page.
func FuzzWiki(f *testing.F) {
	f.Add(`<b onclick="x">`)
	f.Add("{quote}\n* *x*\n{noformat}")
	f.Add("[a|\"><script>]")
	f.Fuzz(func(t *testing.T, text string) {
		out := string(jirasim.Wiki(text))
		for _, never := range []string{"<script", "<img", "<a ", "onclick=\""} {
			require.NotContains(t, strings.ToLower(out), never)
		}
	})
}
