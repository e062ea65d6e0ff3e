package jira_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/jira"
)

// serving returns a client of a server that has one ticket and nothing else, in
// whatever form a test wants it.
func serving(t *testing.T, issue, comments string) *jira.Client {
	t.Helper()
	c, err := jira.New(jira.Config{
		URL: base, User: "bot", Token: token, Project: "HELP", Clock: &clock{now: start},
		Fields: map[string]string{"source": "customfield_1"},
		HTTP: &http.Client{Transport: toHandler(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/serverInfo"):
				fmt.Fprint(w, `{"deploymentType":"Cloud"}`)
			case strings.HasSuffix(r.URL.Path, "/myself"):
				fmt.Fprint(w, `{"accountId":"me"}`)
			case strings.HasSuffix(r.URL.Path, "/field"):
				fmt.Fprint(w, `[]`)
			case strings.HasSuffix(r.URL.Path, "/comment"):
				fmt.Fprint(w, comments)
			default:
				fmt.Fprint(w, issue)
			}
		})},
	})
	require.NoError(t, err)
	return c
}

func TestFieldsOfEveryKindAreRead(t *testing.T) {
	for value, want := range map[string]string{
		`"ABCD_prod"`:                               "ABCD_prod",
		`" ABCD_prod\n"`:                            "ABCD_prod",
		`{"id":"1","value":"ABCD_prod"}`:            "ABCD_prod",
		`{"value":"ABCD","child":{"value":"prod"}}`: "ABCD prod",
		`{"name":"ABCD_prod"}`:                      "ABCD_prod",
		`{"accountId":"7","displayName":"Dana"}`:    "Dana",
		`[{"value":"a"},{"value":"b"}]`:             "a, b",
		`["a","b"]`:                                 "a, b",
		`24.3`:                                      "24.3",
		`true`:                                      "true",
		`null`:                                      "",
		`""`:                                        "",
		`[]`:                                        "",
		`{"value":7}`:                               "",
	} {
		got, err := serving(t, `{"key":"HELP-1","fields":{"customfield_1":`+value+`}}`, `{}`).Ticket(t.Context(), "HELP-1")
		require.NoError(t, err)
		require.Equal(t, want, got.Fields["source"], value)
		if want == "" {
			require.NotContains(t, got.Fields, "source", "an empty field is no answer")
		}
	}
}

func TestABareTicketIsRead(t *testing.T) {
	got, err := serving(t,
		`{"key":"HELP-1","fields":{"summary":"x","description":null,"reporter":null,"labels":null,"created":"2026-03-04T10:30:00.000+0100"}}`,
		`{"comments":[{"id":"7","body":"a","created":"2026-03-04T09:30:00Z"}],"total":1}`).Ticket(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.Equal(t, bot.Ticket{
		Key: "HELP-1", Summary: "x", Created: start, DescribedAt: start, Fields: map[string]string{},
		Comments: []bot.Comment{{ID: "7", Body: "a", Created: start, Edited: start, Public: true}},
	}, got)
}

func TestADocumentIsReadAsText(t *testing.T) {
	const doc = `{"type":"doc","version":1,"content":[
		{"type":"paragraph","content":[{"type":"text","text":"Source: ABCD_prod"}]},
		{"type":"paragraph","content":[{"type":"text","text":"Target: ABCD_test"}]}]}`
	got, err := serving(t,
		`{"key":"HELP-1","fields":{"description":`+doc+`,"customfield_1":`+doc+`}}`,
		`{"total":2,"comments":[{"id":"1","body":`+doc+`},{"id":"2","body":[7]}]}`).Ticket(t.Context(), "HELP-1")
	require.NoError(t, err)
	for _, text := range []string{got.Description, got.Fields["source"], got.Comments[0].Body} {
		require.Regexp(t, `^Source: ABCD_prod\n+Target: ABCD_test\n?$`, text)
	}
	require.Empty(t, got.Comments[1].Body)
}

func TestCommentsAreSortedAndTheirDoubtsSettled(t *testing.T) {
	got, err := serving(t, `{"key":"HELP-1","fields":{}}`, `{"total":3,"comments":[
		{"id":"3","author":{"accountId":"me","accountType":"atlassian"},"body":"c","created":"2026-03-04T09:32:00.000+0000","updated":"2026-03-04T09:40:00.000+0000","jsdPublic":true},
		{"id":"2","author":{"accountId":"app","accountType":"app"},"body":"b","created":"2026-03-04T09:31:00.000+0000","jsdPublic":false},
		{"id":"1","author":{"accountId":"qm:1","accountType":"customer"},"body":"a","created":"2026-03-04T09:30:00.000+0000","jsdPublic":true}]}`).
		Ticket(t.Context(), "HELP-1")
	require.NoError(t, err)
	require.Equal(t, []bot.Comment{
		{ID: "1", Author: bot.Person{Jira: "qm:1"}, Body: "a", Created: start, Edited: start, Public: true},
		{ID: "2", Author: bot.Person{Jira: "app"}, Body: "b", Created: start.Add(time.Minute), Edited: start.Add(time.Minute)},
		{ID: "3", Author: bot.Person{Jira: "me"}, Body: "c", Created: start.Add(2 * time.Minute), Edited: start.Add(10 * time.Minute), Public: true, Own: true},
	}, got.Comments)
}

func TestATicketThatCannotBeReadIsTriedAgain(t *testing.T) {
	for name, issue := range map[string]string{
		"no fields":      `{"key":"HELP-1"}`,
		"another shape":  `{"key":"HELP-1","fields":[]}`,
		"a strange time": `{"key":"HELP-1","fields":{"created":"yesterday"}}`,
	} {
		_, err := serving(t, issue, `{}`).Ticket(t.Context(), "HELP-1")
		require.Equal(t, bot.Unavailable, bot.KindOf(err), name)
	}
}
