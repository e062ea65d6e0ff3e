package slacksim

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed pages
var assets embed.FS

// errGone is said where what was clicked is no longer there.
var errGone = errors.New("that button is gone; the message was drawn again")

// templates are the pages' templates, parsed anew for each workspace so that none
// is shared.
func templates() *template.Template {
	type inPage struct {
		Page    pageView
		Message messageView
	}
	type inMessage struct {
		Page     pageView
		TS, View string // of which one is empty
		Block    blockView
	}
	return template.Must(template.New("").Funcs(template.FuncMap{
		"inPage":    func(p pageView, m messageView) inPage { return inPage{p, m} },
		"inMessage": func(p pageView, ts string, b blockView) inMessage { return inMessage{p, ts, "", b} },
		"inView":    func(p pageView, b blockView) inMessage { return inMessage{p, "", p.Home.View, b} },
	}).ParseFS(assets, "pages/*.html"))
}

// servePages serves what a person sees and does.
func (s *Server) servePages(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /":
		http.Redirect(w, r, "/client", http.StatusFound)
	case "GET /client":
		s.lookedAt(r.URL.Query())
		s.servePage(w, r)
	case "GET /client/live":
		s.serveLive(w, r)
	case "GET /client/style.css", "GET /client/live.js":
		http.ServeFileFS(w, r, assets, "pages/"+strings.TrimPrefix(r.URL.Path, "/client/"))
	case "POST /client/click":
		s.act(w, r, s.clicked)
	case "POST /client/submit":
		s.act(w, r, s.submitted)
	case "POST /client/dismiss":
		s.act(w, r, func(r *http.Request) (Ack, error) {
			s.Dismiss(r.PostForm.Get("view"))
			return Ack{OK: true}, nil
		})
	case "POST /client/say":
		s.act(w, r, s.spoke)
	default:
		http.NotFound(w, r)
	}
}

// look reads who looks at what. Left out: the first channel, its first member who
// is a person, and the newest thread.
func (s *Server) look(q url.Values) look {
	l := look{channel: q.Get("channel"), me: q.Get("as"), thread: q.Get("thread"), home: q.Get("home") != ""}
	if l.channel == "" && len(s.channels) > 0 {
		l.channel = s.channels[0].id
	}
	ch := s.channel(l.channel)
	if ch == nil {
		return l
	}
	if l.me == "" {
		l.me = s.firstPerson(ch)
	}
	if l.thread == "" && !l.home {
		for _, p := range slices.Backward(ch.posts) {
			if p.thread != "" && p.visible() {
				l.thread = p.thread
				break
			}
		}
	}
	return l
}

// firstPerson is the member of a channel, other than a bot, whose id comes first.
func (s *Server) firstPerson(ch *channel) string {
	var people []string
	for id := range ch.members {
		if !s.users[id].Bot {
			people = append(people, id)
		}
	}
	if len(people) == 0 {
		return ""
	}
	return slices.Min(people)
}

// lookedAt tells the app that a person opened its home, if so. What it answers
// shows on the page.
func (s *Server) lookedAt(q url.Values) {
	s.mu.Lock()
	l := s.look(q)
	s.mu.Unlock()
	if l.home && l.me != "" {
		s.OpenHome(l.me) //nolint:errcheck // an app that does not answer has an empty home
	}
}

func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	v := s.page(s.look(r.URL.Query()))
	s.mu.Unlock()
	var out bytes.Buffer
	if err := templates().ExecuteTemplate(&out, "page.html", v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(out.Bytes())
}

// serveLive returns the parts of the page that change, by the id of their element.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	v := s.page(s.look(r.URL.Query()))
	s.mu.Unlock()
	parts := map[string]string{}
	set := templates()
	for _, name := range []string{"feed", "thread", "form"} {
		var out bytes.Buffer
		if err := set.ExecuteTemplate(&out, name, v); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		parts[name] = out.String()
	}
	writeJSON(w, http.StatusOK, parts)
}

// act does what a person did on the page. The page's script gets what went wrong
// as JSON; without a script the person is sent back to the page.
func (s *Server) act(w http.ResponseWriter, r *http.Request, do func(*http.Request) (Ack, error)) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ack, err := do(r)
	note := ""
	switch {
	case err != nil:
		note = err.Error()
	case !ack.OK:
		note = "The app did not answer. Nothing may have happened."
	}
	if r.Header.Get("X-Live") != "" {
		writeJSON(w, http.StatusOK, map[string]string{"note": note})
		return
	}
	back := url.Values{}
	for _, name := range []string{"channel", "as", "thread", "home"} {
		if value := r.PostForm.Get(name); value != "" {
			back.Set(name, value)
		}
	}
	http.Redirect(w, r, "/client?"+back.Encode(), http.StatusSeeOther)
}

// clicked clicks the button with an action id.
func (s *Server) clicked(r *http.Request) (Ack, error) {
	f := r.PostForm
	if f.Get("view") != "" {
		return s.clickedHome(f.Get("as"), f.Get("block"), f.Get("action"))
	}
	for _, m := range s.Channel(f.Get("channel")).list(func(p *post) bool { return p.ts == f.Get("ts") }) {
		for _, b := range m.Blocks {
			for _, e := range b.Buttons {
				if e.ActionID == f.Get("action") {
					return s.click(m, f.Get("as"), b.BlockID, e)
				}
			}
		}
	}
	return Ack{}, errGone
}

// clickedHome clicks a button on a member's home, by its block and action.
func (s *Server) clickedHome(user, block, action string) (Ack, error) {
	v, _ := s.Home(user)
	for _, b := range v.Blocks {
		for _, e := range b.Buttons {
			if b.BlockID == block && e.ActionID == action {
				return s.clickView(v, user, block, e)
			}
		}
	}
	return Ack{}, errGone
}

// submitted submits the form that is open. Its fields are named "in." and their
// block.
func (s *Server) submitted(r *http.Request) (Ack, error) {
	values := map[string]string{}
	for name := range r.PostForm {
		if block, is := strings.CutPrefix(name, "in."); is {
			values[block] = r.PostForm.Get(name)
		}
	}
	return s.Submit(r.PostForm.Get("as"), r.PostForm.Get("view"), values)
}

// spoke says what was typed; a line with a slash in front is a command.
func (s *Server) spoke(r *http.Request) (Ack, error) {
	f := r.PostForm
	words := strings.TrimSpace(f.Get("words"))
	switch {
	case words == "":
		return Ack{OK: true}, nil
	case strings.HasPrefix(words, "/"):
		return s.SlashIn(f.Get("channel"), f.Get("as"), words)
	}
	return s.Say(f.Get("as"), f.Get("channel"), f.Get("under"), words)
}
