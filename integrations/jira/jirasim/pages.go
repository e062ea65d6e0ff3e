package jirasim

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed web
var web embed.FS

// A pageSet is the pages' templates, each with the frame around it.
type pageSet map[string]*template.Template

// loadPages parses the templates; a mistake in one is a mistake in the program.
func loadPages() pageSet {
	set := pageSet{}
	for _, name := range []string{"list", "ticket", "new", "missing"} {
		set[name] = template.Must(template.ParseFS(web, "web/frame.html", "web/"+name+".html"))
	}
	return set
}

// site returns the pages that a person clicks on. What a page does goes the same
// way as the methods of [Server]; a form of another site is refused.
func (s *Server) site() http.Handler {
	pages := loadPages()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		pages.show(w, http.StatusOK, "list", s.listPage(engineer(r)))
	})
	mux.HandleFunc("GET /new", func(w http.ResponseWriter, r *http.Request) {
		pages.show(w, http.StatusOK, "new", s.newPage(engineer(r)))
	})
	mux.HandleFunc("GET /browse/{key}", func(w http.ResponseWriter, r *http.Request) {
		page, ok := s.ticketPage(r.PathValue("key"), engineer(r))
		if !ok {
			pages.show(w, http.StatusNotFound, "missing", s.frame(engineer(r), "Not here"))
			return
		}
		pages.show(w, http.StatusOK, "ticket", page)
	})
	mux.HandleFunc("POST /new", s.postTicket)
	mux.HandleFunc("POST /browse/{key}/{action}", s.postAction)
	mux.Handle("GET /web/style.css", http.FileServerFS(web))
	mux.Handle("GET /web/live.js", http.FileServerFS(web))
	return http.NewCrossOriginProtection().Handler(guard(mux))
}

// guard keeps a page to itself: its own style and script, and nothing else.
func guard(next http.Handler) http.Handler {
	const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// show renders a page whole before anything of it is sent.
func (p pageSet) show(w http.ResponseWriter, status int, name string, page any) {
	var body bytes.Buffer
	if err := p[name].ExecuteTemplate(&body, "frame.html", page); err != nil {
		http.Error(w, fmt.Sprintf("page %s: %v", name, err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(body.Bytes())
}

// engineer reports which side of the desk the reader sits on.
func engineer(r *http.Request) bool { return r.FormValue("as") == "engineer" }

func (s *Server) postTicket(w http.ResponseWriter, r *http.Request) {
	who, summary, text := r.FormValue("who"), said(r, "summary"), said(r, "text")
	if s.knows(who) != customer || summary == "" || text == "" {
		http.Error(w, "a customer, a summary and a description are needed", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, ticketURL(s.File(who, summary, text), engineer(r)), http.StatusSeeOther)
}

// postAction does what a button of the ticket's page says.
func (s *Server) postAction(w http.ResponseWriter, r *http.Request) {
	key, who, text := r.PathValue("key"), r.FormValue("who"), said(r, "text")
	role := s.knows(who)
	if _, ok := s.Ticket(key); !ok || role == "" {
		http.NotFound(w, r)
		return
	}
	action := r.PathValue("action")
	switch {
	case action == "close":
		s.Close(key, who)
	case text == "":
		http.Error(w, "nothing was said", http.StatusBadRequest)
		return
	case action == "comment" && r.FormValue("internal") == "yes" && role == agent:
		s.Note(key, who, text)
	case action == "comment":
		s.Comment(key, who, text)
	case action == "describe":
		s.Edit(key, who, text)
	default:
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, ticketURL(key, engineer(r)), http.StatusSeeOther)
}

// said is a form's text as the vendor keeps it.
func said(r *http.Request, field string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.FormValue(field), "\r\n", "\n"))
}

// knows returns the role of somebody; empty: nobody is called that.
func (s *Server) knows(name string) role {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.person(name); p != nil {
		return p.kind
	}
	return ""
}

func ticketURL(key string, engineer bool) string {
	to := "/browse/" + url.PathEscape(key)
	if engineer {
		to += "?as=engineer"
	}
	return to
}
