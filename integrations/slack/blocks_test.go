package slack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

// run is a run with so many tasks done, the next one in a state.
func run(state bot.RunState, done int, next bot.TaskState) *bot.RunReport {
	r := &bot.RunReport{Run: "HELP-7-1", Seq: 2 * done, State: state}
	for n := 1; n <= 31; n++ {
		task := bot.TaskReport{Number: n, ID: fmt.Sprintf("%02d-task", n), Name: fmt.Sprintf("Task number %d", n), State: bot.TaskPending}
		switch {
		case n == 3:
			task.State, task.Detail = bot.TaskSkipped, "nothing to do here"
		case n <= done:
			task.State, task.Attempts = bot.TaskDone, 1
		case n == done+1:
			task.State, task.Attempts = next, 2
		}
		r.Tasks = append(r.Tasks, task)
	}
	return r
}

func progressMessage(r *bot.RunReport) bot.Message {
	return bot.Message{Key: "HELP-7/5/0", Ticket: "HELP-7", Kind: bot.ChatProgress, Living: bot.ProgressOf(r.Run), Plan: r}
}

// sent returns the text and the blocks of the message that a post sends.
func sent(t *testing.T, h *house, m bot.Message) []byte {
	t.Helper()
	var form url.Values
	tap := tap{h.sim.Client().Transport, func(r *http.Request, body []byte) {
		if strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
			form, _ = url.ParseQuery(string(body))
		}
	}}
	_, err := h.clientOver(&http.Client{Transport: tap}).Post(t.Context(), m, "")
	require.NoError(t, err)
	h.clean(t)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s\n", form.Get("text"))
	require.NoError(t, json.Indent(&out, []byte(form.Get("blocks")), "", "  "))
	return append(out.Bytes(), '\n')
}

// A tap shows what goes through a transport.
type tap struct {
	next http.RoundTripper
	show func(*http.Request, []byte)
}

func (t tap) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	t.show(r, body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return t.next.RoundTrip(r)
}

func TestDrawings(t *testing.T) {
	running := run(bot.RunRunning, 12, bot.TaskRunning)
	running.Finish = time.Date(2024, 10, 9, 3, 5, 0, 0, time.UTC)
	failed := run(bot.RunFailed, 17, bot.TaskFailed)
	failed.Tasks[17].Detail = "connection to <target> refused"
	failed.Problem = "18  Task number 18: connection to <target> refused"
	unknown := run(bot.RunFailed, 20, bot.TaskUnknown)
	unknown.Question = "Did the permissions take?"
	done := run(bot.RunSucceeded, 31, "")
	done.Swapped, done.Facts = true, []string{"50,000 rows in 14 tables as planned", "no address outside refresh.invalid"}
	words := bot.Message{Key: "HELP-7/3/0", Ticket: "HELP-7", Kind: bot.ChatAlert, Inside: &bot.InternalText{Text: bot.Text{
		{Kind: bot.Heading, Lines: []bot.Line{{{Text: "Another client's environment"}}}},
		{Kind: bot.Paragraph, Lines: []bot.Line{{{Text: "HELP-7 names "}, {Text: "WXYZ_prod", Style: bot.Code}, {Text: "."}}}},
		{Kind: bot.Bullets, Lines: []bot.Line{{{Text: "by "}, {Text: "Mia", Style: bot.Strong}}, {{Text: "at 09:00"}}}},
		{Kind: bot.Quote, Lines: []bot.Line{{{Text: "please copy <!channel> WXYZ_prod & all"}}}},
	}}}
	tests := []struct {
		name   string
		m      bot.Message
		simple bool
	}{
		{"card.golden", cardMessage(theCard()), false},
		{"alert.golden", words, false},
		{"progress-running.golden", progressMessage(running), false},
		{"progress-failed.golden", progressMessage(failed), false},
		{"progress-unknown.golden", progressMessage(unknown), false},
		{"progress-done.golden", progressMessage(done), false},
		{"progress-simple.golden", progressMessage(running), true},
		{"progress-simple-failed.golden", progressMessage(failed), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, slacksim.Options{NoPlans: tt.simple})
			golden(t, tt.name, sent(t, h, tt.m))
		})
	}
}

func TestPlanBlocksAreGivenUpOnce(t *testing.T) {
	h := newHouse(t, slacksim.Options{NoPlans: true})
	id := h.post(t, progressMessage(run(bot.RunRunning, 3, bot.TaskRunning)), "")
	require.Equal(t, 2, h.sim.Calls("chat.postMessage"), "refused, then plainly")
	require.Len(t, h.desk.Messages(), 1)
	require.Contains(t, h.desk.Messages()[0].Words(), "▸  04  Task number 4")

	require.NoError(t, h.client.Redraw(t.Context(), id, progressMessage(run(bot.RunRunning, 4, bot.TaskRunning))))
	h.post(t, progressMessage(run(bot.RunRunning, 3, bot.TaskRunning)), "")
	require.Equal(t, 3, h.sim.Calls("chat.postMessage"), "it is remembered")
	require.Equal(t, 1, h.sim.Calls("chat.update"))
	h.clean(t)
}

func TestOtherRefusalsAreNotTriedPlainly(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	h.sim.Fail("chat.postMessage", slacksim.Refused("channel_not_found"), slacksim.LostAnswer())
	m := progressMessage(run(bot.RunRunning, 3, bot.TaskRunning))
	for _, want := range []bot.Kind{bot.Denied, bot.Ambiguous} {
		_, err := h.client.Post(t.Context(), m, "")
		require.Equal(t, want, bot.KindOf(err))
	}
	require.Equal(t, 2, h.sim.Calls("chat.postMessage"))
}

func TestEverythingFitsSlacksLimits(t *testing.T) {
	long := strings.Repeat("<&>é", 1000)
	big := theCard()
	big.Title, big.State, big.Link = long, long, "https://desk.example/browse/HELP-7?a=b|c"
	for range 600 {
		big.Facts = append(big.Facts, bot.CardFact{Name: "fact", Value: long[:100]})
	}
	big.Facts[0] = bot.CardFact{Name: long, Value: long}
	for range 60 {
		big.Windows = append(big.Windows, bot.CardWindow{Label: long, When: long, Verdict: long, Reasons: []string{long, long}})
		big.Notes = append(big.Notes, long)
		big.History = append(big.History, long)
		big.Buttons = append(big.Buttons, bot.Button{Label: long, Verb: bot.Approve, Confirm: long})
	}
	many := run(bot.RunFailed, 12, bot.TaskFailed)
	for i := range many.Tasks {
		many.Tasks[i].Name, many.Tasks[i].Detail = long, long
	}
	many.Problem, many.Question, many.Facts = long, long, []string{long, long}
	for n := range 40 {
		many.Tasks = append(many.Tasks, bot.TaskReport{Number: 32 + n, ID: fmt.Sprint(32 + n), Name: "one more"})
	}
	var text bot.Text
	for range 80 {
		text = append(text, bot.Block{Kind: bot.Quote, Lines: []bot.Line{{{Text: long, Style: bot.Strong}}}})
	}
	for name, m := range map[string]bot.Message{
		"card":     cardMessage(big),
		"empty":    cardMessage(&bot.Card{Title: "HELP-7", Facts: []bot.CardFact{{Name: "x"}}}),
		"progress": progressMessage(many),
		"text":     {Key: "HELP-7/9/0", Ticket: "HELP-7", Kind: bot.ChatAlert, Inside: &bot.InternalText{Text: text}},
	} {
		for _, simple := range []bool{false, true} {
			h := newHouse(t, slacksim.Options{NoPlans: simple})
			id := h.post(t, m, "")
			require.NoError(t, h.client.Redraw(t.Context(), id, m), name)
			h.clean(t)
		}
	}
}

// Of a card that says too much every part is still there: the windows as far as they
// fit, and the decisions about the request as a whole.
func TestCardThatSaysTooMuch(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	c := theCard()
	c.Windows, c.Buttons = nil, nil
	for n := range 24 {
		label := fmt.Sprint(n + 1)
		c.Windows = append(c.Windows, bot.CardWindow{Label: label, When: "Thu 10 Oct 2024, 02:00 to 04:00 UTC", Verdict: "works", Good: true, Reasons: []string{strings.Repeat("because ", 20)}})
		c.Buttons = append(c.Buttons, bot.Button{Label: "Approve " + label, Verb: bot.Approve, Choice: label, Token: strings.Repeat("f", 64), Confirm: strings.Repeat("sure? ", 40)})
	}
	for _, verb := range []bot.Verb{bot.Propose, bot.Ask, bot.Reject} {
		c.Buttons = append(c.Buttons, bot.Button{Label: string(verb), Verb: verb, Token: strings.Repeat("f", 64)})
	}
	h.post(t, cardMessage(c), "")
	card := h.desk.ExpectCard(t, "HELP-7")
	require.Subset(t, card.Buttons(), []string{"Approve 1", "propose", "ask", "reject"})
	require.Regexp(t, `… and \d+ more on the ticket`, card.Words())
	require.Contains(t, card.Words(), "*1*")
	h.clean(t)
}

func TestButtonThatCannotBeCarriedIsRefused(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	c := theCard()
	c.Buttons[0].Token = strings.Repeat("t", 2000)
	_, err := h.client.Post(t.Context(), cardMessage(c), "")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
}

func TestClientsWordsStayWords(t *testing.T) {
	h := newHouse(t, slacksim.Options{})
	const evil = "<!channel> <@U0HELEN> <https://evil.test|click> & @here \u202eesrever \x00"
	c := theCard()
	c.Title, c.State = evil, evil
	c.Facts = []bot.CardFact{{Name: evil, Value: evil}}
	c.Windows = []bot.CardWindow{{Label: evil, When: evil, Verdict: evil, Reasons: []string{evil}}}
	c.Notes, c.History = []string{evil}, []string{evil}
	h.post(t, cardMessage(c), "")
	h.post(t, bot.Message{Key: "HELP-7/2/0", Ticket: "HELP-7", Kind: bot.ChatAlert, Inside: said(evil)}, "")
	for _, m := range h.desk.Messages() {
		requireDead(t, m.Text)
		for _, b := range m.Blocks {
			if b.Text != nil && b.Text.Type == "mrkdwn" {
				requireDead(t, strings.ReplaceAll(b.Text.Text, "<https://desk.example/browse/HELP-7|HELP-7>", ""))
				require.NotNil(t, b.Text.Verbatim)
				require.True(t, *b.Text.Verbatim)
			}
			for _, f := range b.Fields {
				requireDead(t, f.Text)
			}
			for _, e := range b.Context {
				requireDead(t, e.Text)
			}
		}
	}
	h.clean(t)
}

// requireDead demands that nothing in a formatted text can have a meaning.
func requireDead(t *testing.T, s string) {
	t.Helper()
	require.NotContains(t, s, "<")
	require.NotContains(t, strings.TrimPrefix(s, "> "), ">")
	require.NotContains(t, s, "\u202e")
	require.NotContains(t, s, "\x00")
	require.True(t, utf8.ValidString(s))
}
