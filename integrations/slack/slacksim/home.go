package slacksim

import (
	"fmt"
	"slices"
	"strings"
)

// OpenHome opens the app's home as a member: the app is told, and may publish what
// is shown there.
func (s *Server) OpenHome(user string) (Ack, error) {
	s.mu.Lock()
	event := fields{
		"type": "app_home_opened", "user": user, "channel": "D" + user, "tab": "home", "event_ts": s.stamp(),
	}
	if v := s.home(user); v != nil {
		event["view"] = s.viewWire(v)
	}
	s.mu.Unlock()
	return s.Event(event)
}

// Home returns what was published on a member's home tab.
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.home(user); v != nil {
		return *v, true
	}
	return View{}, false
}

// home returns a member's home tab; nil where nothing was published. The lock is
// held.
func (s *Server) home(user string) *View {
	for _, v := range s.views {
		if v.User == user && v.Home {
			return v
		}
	}
	return nil
}

// Words returns everything that the view shows, block by block, as it was sent.
func (v View) Words() string { return wordsOf(v.Blocks) }

// JSON returns the view as it was sent.
func (v View) JSON() []byte { return slices.Clone(v.raw) }

// ClickHome clicks a button on a member's home: the first one with the label at or
// after the block that holds the words. A question before it is answered with yes.
func (s *Server) ClickHome(user, words, label string) (Ack, error) {
	v, _ := s.Home(user)
	there := false
	for _, b := range v.Blocks {
		there = there || strings.Contains(wordsOf([]Block{b}), words)
		for _, e := range b.Buttons {
			if there && e.Text.Text == label {
				return s.clickView(v, user, b.BlockID, e)
			}
		}
	}
	return Ack{}, fmt.Errorf("slacksim: no button %q at %q on the home of %s", label, words, user)
}

// clickView sends the payload of a click on a home.
func (s *Server) clickView(v View, user, block string, e Button) (Ack, error) {
	s.mu.Lock()
	payload := s.pressed(user, block, e)
	payload["container"] = fields{"type": "view", "view_id": v.ID}
	payload["view"] = s.viewWire(&v)
	s.mu.Unlock()
	return s.deliver(&delivery{kind: "interactive", payload: marshal(payload)})
}
