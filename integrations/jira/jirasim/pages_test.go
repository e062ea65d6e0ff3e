package jirasim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// A browser looks at the pages and sends forms.
type browser struct {
	t      *testing.T
	client *http.Client
}

func browse(t *testing.T, s *jirasim.Server) *browser {
	return &browser{t, &http.Client{Transport: s.Transport()}}
}

func (b *browser) open(path string) string {
	b.t.Helper()
	resp, err := b.client.Get("http://jira.sim" + path)
	require.NoError(b.t, err)
	return b.read(resp)
}

// send fills in a form; the answer is the page that it leads to.
func (b *browser) send(path string, fields ...string) string {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := b.client.PostForm("http://jira.sim"+path, form)
	require.NoError(b.t, err)
	return b.read(resp)
}

func (b *browser) read(resp *http.Response) string {
	b.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	require.Equal(b.t, http.StatusOK, resp.StatusCode, "%s", body)
	return string(body)
}

func newDesk(change ...func(*jirasim.Options)) *jirasim.Server {
	opts := jirasim.Options{
		Now:     func() time.Time { return time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC) },
		BotUser: "bot", BotToken: "token",
	}
	for _, c := range change {
		c(&opts)
	}
	s := jirasim.New(opts)
	s.AddCustomer("Dana Reyes", "dana@abcd.example", "ABCD Shipping")
	s.AddCustomer("Omar Haddad", "omar@abcd.example", "ABCD Shipping")
	s.AddCustomer("Mia Lindqvist", "mia@nord.example", "Nordlys Freight")
	s.AddAgent("Ivo Petrov", "ivo@desk.example")
	return s
}

func TestAClientFilesATicketAndTalksOnIt(t *testing.T) {
	s := newDesk()
	b := browse(t, s)
	require.Contains(t, b.open("/"), "Nothing is open")
	require.Contains(t, b.open("/new"), "Mia Lindqvist, Nordlys Freight")

	page := b.send("/new", "who", "Dana Reyes", "summary", "Refresh, please", "text", "one\r\ntwo")
	require.Contains(t, page, "Refresh, please")
	require.Contains(t, page, "<p>one<br>two</p>")
	require.Contains(t, page, "<option>Omar Haddad</option>", "a colleague can write")
	require.NotContains(t, page, "<option>Mia Lindqvist</option>", "another client can't")

	page = b.send("/browse/HELP-1/comment", "who", "Omar Haddad", "text", "*Tuesday* is fine")
	require.Contains(t, page, "<b>Tuesday</b> is fine")
	page = b.send("/browse/HELP-1/describe", "who", "Dana Reyes", "text", "three")
	require.Contains(t, page, "<p>three</p>")
	require.Contains(t, b.open("/"), "1 comment")
	page = b.send("/browse/HELP-1/close", "who", "Dana Reyes")
	require.Contains(t, page, `<span class="status done">Done</span>`)
	require.NotContains(t, page, "Close this request")
}

func TestTheClientDoesNotSeeNotes(t *testing.T) {
	s := newDesk()
	key := s.File("Dana Reyes", "Refresh", "…")
	b := browse(t, s)
	page := b.send("/browse/"+key+"/comment", "as", "engineer", "who", "Ivo Petrov", "text", "watch the capacity", "internal", "yes")
	require.Contains(t, page, "watch the capacity")
	require.Contains(t, page, "Internal note")
	require.NotContains(t, b.open("/browse/"+key), "watch the capacity")

	b.send("/browse/"+key+"/comment", "who", "Dana Reyes", "text", "hello", "internal", "yes")
	require.Contains(t, b.open("/browse/"+key), "hello", "a client's words are never internal")
}

func TestPagesEscapeEverything(t *testing.T) {
	s := newDesk()
	evil := `<script>alert(1)</script>"'`
	s.AddCustomer(evil, "x@y.example", evil)
	key := s.File(evil, evil, evil)
	s.Comment(key, evil, evil)
	s.Label(key, evil, evil)
	b := browse(t, s)
	for _, path := range []string{"/", "/new", "/browse/" + key, "/browse/" + key + "?as=engineer"} {
		require.NotContains(t, b.open(path), "<script>alert", path)
	}
}

func TestPagesRefuseWhatMakesNoSense(t *testing.T) {
	s := newDesk()
	key := s.File("Dana Reyes", "Refresh", "…")
	client := &http.Client{Transport: s.Transport()}
	for name, test := range map[string]struct {
		method, path, form string
		header             http.Header
		status             int
	}{
		"no such ticket":      {"GET", "/browse/HELP-9", "", nil, 404},
		"no such page":        {"GET", "/admin", "", nil, 404},
		"nobody":              {"POST", "/browse/" + key + "/comment", "who=Nobody&text=x", nil, 404},
		"nothing":             {"POST", "/browse/" + key + "/comment", "who=Dana+Reyes&text=+", nil, 400},
		"no such action":      {"POST", "/browse/" + key + "/explode", "who=Dana+Reyes&text=x", nil, 404},
		"an engineer's":       {"POST", "/new", "who=Ivo+Petrov&summary=x&text=x", nil, 400},
		"another site's form": {"POST", "/new", "who=Dana+Reyes&summary=x&text=x", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequest(test.method, "http://jira.sim"+test.path, strings.NewReader(test.form))
			require.NoError(t, err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for key := range test.header {
				req.Header.Set(key, test.header.Get(key))
			}
			resp, err := client.Do(req)
			require.NoError(t, err)
			resp.Body.Close()
			require.Equal(t, test.status, resp.StatusCode)
		})
	}
	require.Len(t, s.Tickets(), 1)
}
