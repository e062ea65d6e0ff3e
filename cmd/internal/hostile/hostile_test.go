package hostile_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/refreshbot/refreshbot/cmd/internal/hostile"
	"github.com/refreshbot/refreshbot/cmd/internal/stage"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

const (
	marker  = "zebra" // stands behind every text, to see that it came through
	channel = "C-desk"
)

const configuration = `
jira: {url: "https://desk.example", user: refreshbot@desk.example, project: HELP}
slack: {mode: http, channel: C-desk, approvers: {users: [U-mia]}}
engine: {runner: manual}
tenants:
  - name: ABCD
    email_domains: [abcd.example]
    environments: [{name: ABCD_prod, role: production}, {name: ABCD_test, role: test}]
`

// A world is the whole program, and what it wrote into its log.
type world struct {
	*stage.Stage
	t     *testing.T
	log   *bytes.Buffer
	heard map[string]int // how often each text was said back, by what it tries
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, log: &bytes.Buffer{}, heard: map[string]int{}}
	c, err := stage.Load(t.TempDir(), configuration)
	require.NoError(t, err)
	w.Stage, err = stage.New(stage.Options{
		Config: c, Folder: t.TempDir(), Start: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	require.NoError(t, err)
	w.Chat.AddUser(slacksim.User{ID: "U-mia", Name: "mia", RealName: "Mia", Email: "mia@desk.example"})
	w.Chat.AddChannel(channel, "database-refreshes", "U-mia")
	require.NoError(t, w.Boot(t.Context()))
	t.Cleanup(func() { require.NoError(t, w.End()) })
	return w
}

// play has a client and an engineer say a text wherever they can say something, and
// looks after each of them what the bot made of it.
func (w *world) play(text hostile.Text) {
	name := "Dana " + text.Words
	words := text.Words + " " + marker
	w.Desk.AddCustomer(name, fmt.Sprintf("dana%d@abcd.example", len(w.Desk.Tickets())))
	key := w.Desk.File(name, "Refresh "+words, strings.Join([]string{
		"Please refresh ABCD_test from ABCD_prod.",
		"Window 1: next week " + words, "Window 2: whenever " + words, "Preserve users: maybe " + words,
	}, "\n"))
	w.look(text)
	w.Desk.Comment(key, name, "Source: EFGH_prod "+words+"\nWindow 1: 11 March 2026 10:00-12:00 UTC\nWindow 2: 12 March 2026 10:00-12:00 UTC\nPreserve users: no")
	w.look(text)
	_, err := w.Tell("U-mia", key, "reject "+key+" "+words)
	require.NoError(w.t, err)
	w.look(text)
	for _, side := range []string{"", "?as=engineer"} {
		requirePage(w.t, text.Tries, page(w.Desk, "/browse/"+key+side))
	}
}

// look lets the bot answer, and demands that what it said is words alone.
func (w *world) look(text hostile.Text) {
	require.NoError(w.t, w.Settle(w.t.Context()))
	for _, c := range w.Desk.Tickets()[0].Comments {
		if c.ByBot {
			requireWords(w.t, text.Tries, c)
			w.heard[text.Tries] += strings.Count(c.Body, marker)
		}
	}
	const newest = 8 // messages; a turn makes fewer
	all := w.Chat.Channel(channel).All()
	for _, m := range all[max(0, len(all)-newest):] {
		if m.User == slacksim.BotUser {
			requireMessage(w.t, m)
			w.heard[text.Tries] += strings.Count(m.Text, marker)
		}
	}
}

// TestHostileTexts plays every text, and looks at everything that people see.
func TestHostileTexts(t *testing.T) {
	w := newWorld(t)
	for _, text := range hostile.Texts() {
		w.play(text)
	}
	for _, text := range hostile.Texts() {
		require.Greater(t, w.heard[text.Tries], 1, "%s: said back, or the test looks at nothing", text.Tries)
	}
	requirePage(t, "all of them, on the list", page(w.Desk, "/?as=engineer"))
	requirePage(t, "all of them, in Slack", page(w.Chat, "/client?channel="+channel+"&as=U-mia"))
	requireLog(t, w.log.String())
	require.Empty(t, w.Strays())
}

// acting finds the markup of a ticket that does something.
var acting = regexp.MustCompile(`class="(mention|link|macro|image)[^"]*"`)

// requireWords demands that a comment is words: nothing in it acts on a reader.
func requireWords(t *testing.T, tries string, c jirasim.Comment) {
	t.Helper()
	require.Empty(t, acting.FindString(string(jirasim.Wiki(c.Body))), "%s: %s", tries, c.Body)
	requireSeen(t, tries, c.Body)
}

// entities are all that may stand in angle brackets: the way to the ticket.
var entities = regexp.MustCompile(`<https://desk\.example/browse/HELP-[0-9]+\|HELP-[0-9]+>`)

// requireMessage demands that a message holds no markup but our own.
func requireMessage(t *testing.T, m slacksim.Message) {
	t.Helper()
	texts := []slacksim.Text{{Type: "mrkdwn", Text: m.Text}}
	for _, b := range m.Blocks {
		if b.Text != nil {
			texts = append(texts, *b.Text)
		}
		texts = append(append(texts, b.Fields...), b.Context...)
	}
	for _, text := range texts {
		requireSeen(t, "in Slack", text.Text)
		if text.Type != "mrkdwn" {
			continue // nothing means anything there
		}
		require.NotContains(t, entities.ReplaceAllString(text.Text, ""), "<", text.Text)
		for _, after := range strings.Split(text.Text, "&")[1:] {
			require.Regexp(t, `^(amp|lt|gt);`, after)
		}
	}
}

// requireSeen demands that nothing in a text works unseen.
func requireSeen(t *testing.T, tries, text string) {
	t.Helper()
	unseen := func(r rune) bool {
		return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}
	require.False(t, strings.ContainsFunc(text, unseen), "%s: %q", tries, text)
}

// page fetches a page of a simulator.
func page(from http.Handler, path string) string {
	w := httptest.NewRecorder()
	from.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Body.String()
}

// requirePage demands that a page runs nothing but its own script, and leads nowhere
// by itself.
func requirePage(t *testing.T, tries, page string) {
	t.Helper()
	require.Contains(t, page, "</html>", tries)
	require.Contains(t, page, marker, "the page shows what was said")
	reader := html.NewTokenizer(strings.NewReader(page))
	for kind := reader.Next(); kind != html.ErrorToken; kind = reader.Next() {
		token := reader.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		require.NotContains(t, []string{"img", "iframe", "object", "embed", "base", "meta-refresh"}, token.Data, tries)
		for _, a := range token.Attr {
			require.False(t, strings.HasPrefix(strings.ToLower(a.Key), "on"), "%s: %s", tries, token)
			if a.Key == "src" || token.Data == "script" {
				require.Regexp(t, `^(/|type$|module$|defer$|$)`, a.Val, "%s: %s", tries, token)
			}
			if a.Key == "href" {
				require.Regexp(t, `^(/|\?|#|https?://)`, a.Val, "%s: %s", tries, token)
			}
		}
	}
}

// requireLog demands that a log is lines of its own, and that nothing speaks to who
// looks at it.
func requireLog(t *testing.T, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		require.Regexp(t, `^time=\S+ level=[A-Z]+ msg=`, line)
		requireSeen(t, "in the log", line)
		require.NotContains(t, line, "msg=forged")
	}
}
