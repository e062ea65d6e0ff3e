package wording

import (
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// entriesMost is how many requests a section of the home shows. Slack takes a
// hundred blocks; six sections of eight requests with their buttons stay below.
const entriesMost = 8

// homeTitle is what the home is called.
const homeTitle = "Database refreshes"

// home draws what an approver should see first: what waits for them, what needs a
// look, what runs, what comes.
func home(list []bot.Conversation, viewer bot.Standing, h bot.House, week bot.HomeSection) bot.Home {
	v := bot.Home{Title: homeTitle, Summary: summary(list) + "."}
	if h.Shadow {
		v.Notes = append(v.Notes, "Shadow mode: clients read nothing of this, and nothing is started.")
	}
	var mine, others []bot.Conversation
	for _, c := range shelves[2].on(list) {
		if c.WaitsFor(viewer, h) {
			mine = append(mine, c)
		} else {
			others = append(others, c)
		}
	}
	waiting := section("Waits for you", mine, h, true)
	if len(mine) == 0 {
		waiting.Lines = []string{"Nothing waits for you."}
	}
	v.Sections = append(v.Sections, waiting)
	for _, s := range []bot.HomeSection{
		section("Needs a look", shelves[0].on(list), h, true),
		section("Running", shelves[1].on(list), h, false),
		section("Upcoming", shelves[3].on(list), h, false),
		section("Waits for somebody else", others, h, false),
	} {
		if len(s.Entries) > 0 {
			v.Sections = append(v.Sections, s)
		}
	}
	v.Sections = append(v.Sections, week)
	return v
}

// section draws requests of a sort, with what can be decided about them where
// that is wanted.
func section(title string, list []bot.Conversation, h bot.House, decide bool) bot.HomeSection {
	s := bot.HomeSection{Title: title}
	if n := len(list) - entriesMost; n > 0 {
		list = list[:entriesMost]
		s.More = "… and " + itoa(n) + " more: /refresh list"
	}
	for _, c := range list {
		s.Entries = append(s.Entries, entry(c, h, decide))
	}
	return s
}

// entry draws a request in a few lines.
func entry(c bot.Conversation, h bot.House, decide bool) bot.HomeEntry {
	e := bot.HomeEntry{Ticket: c.Key, Title: title(c)}
	if h.TicketURL != "" {
		e.Link = h.TicketURL + string(c.Key)
	}
	switch c.State {
	case bot.Proposed:
		e.Lines = append(openWindows(c), "Asked for by "+clip(person(c.Reporter), 100))
	case bot.Running:
		e.Lines = []string{upper(detail(c))}
		if c.Run != nil && c.Run.ID != "" {
			e.Done, e.All = c.Run.Tasks, allTasks
		}
	default:
		e.Lines = []string{upper(detail(c))}
	}
	if c.Stopped != nil {
		e.Lines = append(e.Lines, whyStopped(c)...)
	}
	if decide {
		e.Buttons = buttons(c)
	}
	return e
}

// guestHome is the home of somebody whose decisions don't count: they are shown
// no client's request.
func guestHome(viewer bot.Standing, w rules.World, now time.Time) bot.Home {
	v := bot.Home{Title: homeTitle, Summary: "Requests are shown to those who decide on them."}
	if viewer.Refusal == bot.CannotCheck {
		v.Summary = "I could not check whether you decide on requests. Please come back in a minute."
	}
	if viewer.Refusal == bot.NotListed {
		v.Sections = []bot.HomeSection{freeSection(w, now)}
	}
	return v
}
