package slacksim

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The pages' view of a workspace: plain data, made under the lock, shown after it.
type (
	pageView struct {
		Channel  channelView
		Channels []channelView
		People   []personView
		Me       personView
		Days     []dayView
		Thread   *threadView
		Home     *homeView // in place of the channel
		Form     *View
		Commands []string
		Version  int
	}
	channelView struct {
		ID, Name string
		Members  int
		Here     bool
		Private  bool
	}
	personView struct {
		ID, Name, Initials, Kind string
		Hue                      int
		Bot, Me                  bool
	}
	dayView struct {
		Day      string
		Messages []messageView
	}
	messageView struct {
		TS      string
		Who     personView
		At      string
		Edited  bool
		Whisper bool
		Body    template.HTML // of a message without blocks
		Blocks  []blockView
		Replies int
		Last    string // of the replies
		Open    bool   // its thread stands beside
	}
	homeView struct {
		View   string // its id; empty: nothing was published
		Blocks []blockView
	}
	blockView struct {
		ID      string
		Kind    string
		Buttons []Button
		HTML    template.HTML
		Fields  []template.HTML
		Small   []template.HTML
		Plan    *planView
	}
	planView struct {
		Title             string
		Done, All, Failed int
		Tasks             []taskView
	}
	taskView struct {
		Title, Status, Note string
	}
	threadView struct {
		TS       string
		Messages []messageView
	}
)

// A look is who looks at what.
type look struct {
	channel, me, thread string
	home                bool // at the app's home and no channel
}

// page gathers what a look shows. The lock is held.
func (s *Server) page(l look) pageView {
	v := pageView{Version: s.version, Commands: s.options.Commands}
	for _, ch := range s.channels {
		v.Channels = append(v.Channels, channelView{
			ID: ch.id, Name: ch.name, Members: len(ch.members), Here: ch.id == l.channel, Private: ch.private,
		})
	}
	i := slices.IndexFunc(v.Channels, func(c channelView) bool { return c.Here })
	if i < 0 {
		return v
	}
	v.Channel = v.Channels[i]
	v.Channels[i].Here = !l.home
	for _, u := range s.users {
		v.People = append(v.People, s.person(u.ID, l.me))
	}
	slices.SortFunc(v.People, func(a, b personView) int { return cmp.Compare(a.Name, b.Name) })
	v.Me = s.person(l.me, l.me)
	if ch := s.channel(l.channel); l.home {
		v.Home = s.homeView(l.me)
	} else {
		v.Days = days(s.messages(ch, l, ""))
		if root := ch.find(l.thread); root != nil {
			v.Thread = &threadView{TS: l.thread, Messages: s.messages(ch, l, l.thread)}
		}
	}
	for _, form := range s.views {
		if form.User == l.me && !form.Home {
			open := *form
			v.Form = &open
		}
	}
	return v
}

// homeView is what the app published for a member.
func (s *Server) homeView(user string) *homeView {
	v := &homeView{}
	if home := s.home(user); home != nil {
		v.View = home.ID
		for _, b := range home.Blocks {
			v.Blocks = append(v.Blocks, s.blockView(b))
		}
	}
	return v
}

// person is an account as it is shown.
func (s *Server) person(id, me string) personView {
	u := s.users[id]
	p := personView{ID: id, Name: s.nameOf(id), Bot: u.Bot, Me: id == me}
	for _, word := range strings.Fields(p.Name) {
		r, _ := utf8.DecodeRuneInString(word)
		p.Initials += strings.ToUpper(string(r))
	}
	if len([]rune(p.Initials)) > 2 {
		p.Initials = string([]rune(p.Initials)[:2])
	}
	hash := fnv.New32a()
	hash.Write([]byte(id))
	p.Hue = int((hash.Sum32() >> 12) % 360)
	switch {
	case u.Deleted:
		p.Kind = "deactivated"
	case u.Guest, u.SoloGuest:
		p.Kind = "guest"
	case u.Stranger:
		p.Kind = "external"
	case u.Bot:
		p.Kind = "app"
	}
	return p
}

// nameOf is what an account is called: the first of its names that there is.
func (s *Server) nameOf(id string) string {
	u := s.users[id]
	return cmp.Or(u.RealName, u.Name, id)
}

// messages are a channel's messages, or with a root those of its thread.
func (s *Server) messages(ch *channel, l look, root string) []messageView {
	var list []messageView
	for _, p := range ch.posts {
		inside := p.thread == root || root != "" && p.ts == root
		if p.deleted || !inside || p.only != "" && p.only != l.me {
			continue
		}
		v := s.messageView(p, l)
		if root == "" {
			v.Replies, v.Last = replies(ch, p.ts)
			v.Open = p.ts == l.thread && v.Replies > 0
		}
		list = append(list, v)
	}
	return list
}

// messageView is one message; blocks stand in place of its text.
func (s *Server) messageView(p *post, l look) messageView {
	v := messageView{
		TS: p.ts, Who: s.person(p.user, l.me), At: at(p.ts).Format("15:04"),
		Edited: p.edits > 0, Whisper: p.only != "",
	}
	if len(p.blocks) == 0 {
		v.Body = mrkdwn(p.text, s.nameOf)
	}
	for _, b := range p.blocks {
		v.Blocks = append(v.Blocks, s.blockView(b))
	}
	return v
}

func (s *Server) blockView(b Block) blockView {
	v := blockView{ID: b.BlockID, Kind: b.Type, Buttons: b.Buttons}
	if b.Text != nil {
		v.HTML = s.shown(*b.Text)
	}
	for _, f := range b.Fields {
		v.Fields = append(v.Fields, s.shown(f))
	}
	for _, c := range b.Context {
		v.Small = append(v.Small, s.shown(c))
	}
	if b.Type == "plan" {
		v.Plan = planOf(b)
	}
	return v
}

// shown is a text object as HTML.
func (s *Server) shown(t Text) template.HTML {
	if t.Type == "mrkdwn" {
		return mrkdwn(t.Text, s.nameOf)
	}
	return template.HTML(template.HTMLEscapeString(t.Text)) // escaped
}

// planOf counts a plan's tasks by their status.
func planOf(b Block) *planView {
	p := &planView{Title: b.Title, All: len(b.Tasks)}
	for _, t := range b.Tasks {
		switch t.Status {
		case "complete":
			p.Done++
		case "error":
			p.Failed++
		}
		p.Tasks = append(p.Tasks, taskView{t.Title, cmp.Or(t.Status, "pending"), richText(t.Output)})
	}
	return p
}

// Percent is how much of the plan is done.
func (p planView) Percent() int {
	if p.All == 0 {
		return 0
	}
	return 100 * p.Done / p.All
}

// replies counts a thread and tells when its last message came.
func replies(ch *channel, root string) (n int, last string) {
	for _, p := range ch.posts {
		if p.thread == root && p.visible() {
			n++
			last = at(p.ts).Format("15:04")
		}
	}
	return n, last
}

// days parts messages by their UTC day.
func days(messages []messageView) []dayView {
	var list []dayView
	for _, m := range messages {
		day := at(m.TS).Format("Monday, 2 January 2006")
		if len(list) == 0 || list[len(list)-1].Day != day {
			list = append(list, dayView{Day: day})
		}
		last := &list[len(list)-1]
		last.Messages = append(last.Messages, m)
	}
	return list
}

// at is a timestamp as an instant, in UTC.
func at(ts string) time.Time {
	seconds, _ := strconv.ParseFloat(ts, 64)
	return time.Unix(int64(seconds), 0).UTC()
}

// Count says how many replies there are.
func (m messageView) Count() string {
	if m.Replies == 1 {
		return "1 reply"
	}
	return fmt.Sprintf("%d replies", m.Replies)
}
