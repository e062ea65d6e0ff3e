package bot

import (
	"regexp"
	"strings"
	"time"
)

// heedFor is how long a command in a note is worth anything: a ticket that is
// read for the first time may carry old ones.
const heedFor = 24 * time.Hour

// address is how a note speaks to the bot: by the name of its slash command, or
// by its own.
var address = regexp.MustCompile(`(?i)^\s*(?:/refresh|@?refreshbot)(?:[:,]|\s|$)\s*`)

// readNotes looks through the internal notes for commands to the bot. Each
// becomes an event of its own, so that what it does is decided like every other
// command; a note is given once, and again where somebody changed its text.
func (t *turn) readNotes() {
	if t.gone() {
		return
	}
	for _, c := range t.f.Ticket.Comments {
		if c.Own || c.Public || t.now.Sub(c.Edited) > heedFor {
			continue
		}
		line, _, _ := strings.Cut(strings.TrimSpace(c.Body), "\n")
		addressed := address.FindString(line)
		hash := commentHash(c)
		if addressed == "" || t.c.Seen.Notes[c.ID] == hash {
			continue
		}
		if t.c.Seen.Notes == nil {
			t.c.Seen.Notes = map[string]string{}
		}
		t.c.Seen.Notes[c.ID] = hash
		t.heed(c, hash, ParseSaying(line[len(addressed):], t.f.World.Policy.Window))
	}
}

// heed gives the command of a note, or says there why it is none.
func (t *turn) heed(c Comment, hash string, s Saying) {
	switch {
	case s.Unclear != "" || s.Question.Topic != "":
		t.tell(NoteInside{Whisper{Why: WhyNoteUnclear}})
	case s.Ticket != "" && s.Ticket != t.c.Key:
		t.tell(NoteInside{Whisper{Why: WhyOtherTicket}})
	default:
		cmd := s.Command
		cmd.Actor, cmd.Surface = c.Author, TicketNote
		t.d.Given = append(t.d.Given, Event{
			ID: "jira/note/" + c.ID + "/" + hash, Kind: CommandGiven, Ticket: t.c.Key, At: c.Edited, Command: &cmd,
		})
	}
}
