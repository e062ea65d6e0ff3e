package slacksim

import "slices"

// A User is an account.
type User struct {
	ID       string
	Name     string // the handle
	RealName string
	Email    string

	Deleted   bool
	Bot       bool
	Guest     bool // of several channels
	SoloGuest bool // of one channel
	Stranger  bool // of another workspace
}

// A group is a user group.
type group struct {
	handle  string
	members []string
}

// AddUser adds an account or changes it.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[u.ID] = u
	s.version++
}

// AddGroup adds a user group or changes it.
func (s *Server) AddGroup(id, handle string, members ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = group{handle, members}
}

// AddChannel adds a channel with members. A name with "-" in front makes it a
// private one. The bot is in it until it is kicked.
func (s *Server) AddChannel(id, name string, members ...string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := &channel{id: id, name: name, members: map[string]bool{BotUser: true}}
	if name[0] == '-' {
		ch.name, ch.private = name[1:], true
	}
	for _, m := range members {
		ch.members[m] = true
	}
	s.channels = append(s.channels, ch)
	return &Channel{s, id}
}

// userInfo describes an account; its e-mail address takes a scope of its own.
func (s *Server) userInfo(c call) (fields, *refusal) {
	u, known := s.users[c.arg("user")]
	if !known {
		return nil, &refusal{code: "user_not_found", silent: true}
	}
	profile := fields{"real_name": u.RealName, "display_name": u.Name}
	if slices.Contains(s.options.Scopes, "users:read.email") {
		profile["email"] = u.Email
	}
	return fields{"user": fields{
		"id": u.ID, "team_id": teamID, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"is_bot": u.Bot, "is_restricted": u.Guest || u.SoloGuest, "is_ultra_restricted": u.SoloGuest,
		"is_stranger": u.Stranger, "tz": "Etc/UTC", "profile": profile,
	}}, nil
}

// groupMembers lists a user group as it stands, members of every kind included.
func (s *Server) groupMembers(c call) (fields, *refusal) {
	g, known := s.groups[c.arg("usergroup")]
	if !known {
		return nil, &refusal{code: "no_such_subteam", silent: true}
	}
	return fields{"users": g.members}, nil
}
