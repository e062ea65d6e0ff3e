package slacksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"
	"unicode/utf8"
)

const (
	// triggerLives is how long a trigger can be used, of wall time.
	triggerLives = 3 * time.Second
	// triggerKept is how long it is known that there was one.
	triggerKept = time.Minute
)

// A trigger is somebody's act that a form may answer, once.
type trigger struct {
	user string
	at   time.Time
	used bool
}

// newTrigger returns the id of a new trigger of a member's. The lock is held.
func (s *Server) newTrigger(user string) string {
	id, now := s.name("T")+".sim", time.Now()
	maps.DeleteFunc(s.triggers, func(_ string, t *trigger) bool { return now.Sub(t.at) > triggerKept })
	s.triggers[id] = &trigger{user: user, at: now}
	return id
}

// A View is a form that a member has open, or a home tab.
type View struct {
	ID       string
	User     string
	Home     bool
	Callback string
	Metadata string // private_metadata
	Title    string
	Submit   string
	Close    string
	Blocks   []Block
	Errors   map[string]string // by block, after a submission that was sent back

	hash string
	raw  json.RawMessage
}

// viewWire is a view as it is sent.
type viewWire struct {
	Type            string          `json:"type"`
	Title           *Text           `json:"title,omitempty"`
	Submit          *Text           `json:"submit,omitempty"`
	Close           *Text           `json:"close,omitempty"`
	Blocks          json.RawMessage `json:"blocks"`
	PrivateMetadata string          `json:"private_metadata,omitempty"`
	CallbackID      string          `json:"callback_id,omitempty"`
	ExternalID      string          `json:"external_id,omitempty"`
	ClearOnClose    bool            `json:"clear_on_close,omitempty"`
	NotifyOnClose   bool            `json:"notify_on_close,omitempty"`
}

// parseView reads a view and checks it against Slack's limits.
func parseView(raw string) (*View, *refusal) {
	var w viewWire
	if err := strict([]byte(raw), &w); err != nil {
		return nil, refuse("invalid_arguments")
	}
	if len(raw) > 250_000 {
		return nil, refuse("view_too_large")
	}
	blocks, problems := parseBlocks(string(w.Blocks), 100, w.Type == "modal")
	k := &checker{problems: problems}
	k.view(w)
	if len(k.problems) > 0 {
		return nil, &refusal{code: "invalid_arguments", more: fields{"response_metadata": fields{"messages": k.problems}}}
	}
	return &View{
		Home: w.Type == "home", Callback: w.CallbackID, Metadata: w.PrivateMetadata,
		Title: textOf(w.Title), Submit: textOf(w.Submit), Close: textOf(w.Close),
		Blocks: blocks, raw: json.RawMessage(raw),
	}, nil
}

// view checks everything about a view but its blocks.
func (k *checker) view(w viewWire) {
	switch w.Type {
	case "modal":
		k.text("/view/title", w.Title, 24, "plain_text")
		for at, t := range map[string]*Text{"/view/submit": w.Submit, "/view/close": w.Close} {
			if t != nil {
				k.text(at, t, 24, "plain_text")
			}
		}
	case "home":
	default:
		k.wrong("/view/type", "unsupported type: %s", w.Type)
	}
	if utf8.RuneCountInString(w.PrivateMetadata) > 3000 {
		k.wrong("/view/private_metadata", "must be less than 3001 characters")
	}
	if len(w.CallbackID) > 255 {
		k.wrong("/view/callback_id", "must be less than 256 characters")
	}
}

// textOf returns the words of a text that may be missing.
func textOf(t *Text) string {
	if t == nil {
		return ""
	}
	return t.Text
}

// openView opens a form in front of whoever the trigger belongs to.
func (s *Server) openView(c call) (fields, *refusal) {
	t := s.triggers[c.arg("trigger_id")]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Since(t.at) > triggerLives:
		return nil, &refusal{code: "expired_trigger_id", silent: true}
	}
	v, no := parseView(c.arg("view"))
	if no != nil {
		return nil, no
	}
	t.used = true
	v.ID, v.User = s.name("V"), t.user
	s.rehash(v)
	s.views = append(s.views, v)
	return fields{"view": s.viewWire(v)}, nil
}

// updateView draws an open form again, unless it changed since the hash was read.
func (s *Server) updateView(c call) (fields, *refusal) {
	old := s.view(c.arg("view_id"))
	if old == nil {
		return nil, &refusal{code: "not_found", silent: true}
	}
	if h := c.arg("hash"); h != "" && h != old.hash {
		return nil, &refusal{code: "hash_conflict", silent: true}
	}
	v, no := parseView(c.arg("view"))
	if no != nil {
		return nil, no
	}
	v.ID, v.User = old.ID, old.User
	*old = *v
	s.rehash(old)
	return fields{"view": s.viewWire(old)}, nil
}

// publishView puts a view on a member's home tab in place of the one before,
// unless that changed since the hash was read.
func (s *Server) publishView(c call) (fields, *refusal) {
	v, no := parseView(c.arg("view"))
	if no != nil {
		return nil, no
	}
	user := c.arg("user_id")
	if _, known := s.users[user]; !known {
		return nil, refuse("user_not_found")
	}
	old := s.home(user)
	if h := c.arg("hash"); h != "" && (old == nil || h != old.hash) {
		return nil, &refusal{code: "hash_conflict", silent: true}
	}
	v.User = user
	if old != nil {
		v.ID = old.ID
		*old = *v
		s.rehash(old)
		return fields{"view": s.viewWire(old)}, nil
	}
	v.ID = s.name("V")
	s.rehash(v)
	s.views = append(s.views, v)
	return fields{"view": s.viewWire(v)}, nil
}

// rehash gives a view that changed a hash of its own.
func (s *Server) rehash(v *View) {
	s.version++
	v.hash = fmt.Sprintf("%d.sim", s.version)
}

// view returns an open view, or nil.
func (s *Server) view(id string) *View {
	for _, v := range s.views {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// viewWire is a view as payloads show it.
func (s *Server) viewWire(v *View) fields {
	w := fields{}
	json.Unmarshal(v.raw, &w) //nolint:errcheck // it was parsed before
	w["id"], w["team_id"], w["hash"], w["app_id"], w["bot_id"] = v.ID, teamID, v.hash, appID, botID
	w["root_view_id"] = v.ID
	return w
}
