package wording

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/refreshbot/refreshbot/bot"
)

const (
	// listMost is how many requests a list names.
	listMost = 40
	// storyMost is how many lines of a request's story are told.
	storyMost = 15
	// allTasks is how many tasks a run has.
	allTasks = 31
)

func itoa(n int) string { return strconv.Itoa(n) }

// A shelf is the requests that are alike to an engineer, under what they are
// called.
type shelf struct {
	title string // of a heading
	many  string // in a sentence: "3 wait for approval"
	one   string
	holds func(bot.Conversation) bool
}

// shelves are in the order in which an engineer wants to know.
var shelves = []shelf{
	{"Needs a look", "need a look", "needs a look", stuck},
	{"Running", "are running", "is running", inState(bot.Running)},
	{"Waits for approval", "wait for approval", "waits for approval", inState(bot.Proposed)},
	{"Confirmed", "are confirmed", "is confirmed", inState(bot.Confirmed)},
	{"Waits for the client", "wait for their clients", "waits for its client", inState(bot.Collecting, bot.Lapsed)},
	{"With a person", "are with a person", "is with a person", inState(bot.HandedOver)},
}

func inState(states ...bot.State) func(bot.Conversation) bool {
	return func(c bot.Conversation) bool { return slices.Contains(states, c.State) && !stuck(c) }
}

// stuck reports whether a request goes no further before an engineer does
// something.
func stuck(c bot.Conversation) bool {
	switch c.State {
	case bot.Failed:
		return true
	case bot.Confirmed:
		return c.Stopped != nil || c.Booked != nil && c.Booked.Begun
	case bot.Running:
		return c.Run != nil && c.Run.Question != ""
	default:
		return false
	}
}

// on returns the requests on a shelf: confirmed ones by their windows, the others
// as they come.
func (s shelf) on(list []bot.Conversation) []bot.Conversation {
	var found []bot.Conversation
	for _, c := range list {
		if s.holds(c) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b bot.Conversation) int {
		if a.Booked == nil || b.Booked == nil {
			return 0
		}
		return a.Booked.Window.Start.Compare(b.Booked.Window.Start)
	})
	return found
}

// summary counts requests: "1 is running, 2 wait for approval".
func summary(list []bot.Conversation) string {
	var parts []string
	for _, s := range shelves {
		switch n := len(s.on(list)); n {
		case 0:
		case 1:
			parts = append(parts, "1 "+s.one)
		default:
			parts = append(parts, itoa(n)+" "+s.many)
		}
	}
	if len(parts) == 0 {
		return "Nothing is open"
	}
	return strings.Join(parts, ", ")
}

// statusText says how things stand with all requests: the numbers, then what is at
// work or needs somebody, and what comes next.
func statusText(list []bot.Conversation) bot.Text {
	text := bot.Text{para(bot.Line{strong(summary(list) + ".")})}
	var lines []bot.Line
	for _, s := range shelves[:2] {
		for _, c := range s.on(list) {
			lines = append(lines, requestLine(c))
		}
	}
	if next := shelves[3].on(list); len(next) > 0 {
		lines = append(lines, join(says("Next:"), requestLine(next[0])))
	}
	if len(lines) > listMost {
		lines = append(lines[:listMost], says("… and %s more", plain(itoa(len(lines)-listMost))))
	}
	if len(lines) > 0 {
		text = append(text, bullets(lines...))
	}
	return text
}

// listText names every open request under how it stands.
func listText(list []bot.Conversation) bot.Text {
	var text bot.Text
	left := listMost
	for _, s := range shelves {
		found := s.on(list)
		if len(found) == 0 || left == 0 {
			continue
		}
		var lines []bot.Line
		for _, c := range found[:min(len(found), left)] {
			lines = append(lines, requestLine(c))
		}
		left -= len(lines)
		text = append(text, heading(s.title+" ("+itoa(len(found))+")"), bullets(lines...))
	}
	switch {
	case len(text) == 0:
		return bot.Text{para(says("Nothing is open."))}
	case len(list) > listMost:
		text = append(text, para(says("Only the first %s of %s are named here.", plain(itoa(listMost)), plain(itoa(len(list))))))
	}
	return text
}

// requestLine is a request in a line: what it is, and how far.
func requestLine(c bot.Conversation) bot.Line {
	if far := detail(c); far != "" {
		return says("%s – %s", plain(title(c)), plain(far))
	}
	return says("%s", plain(title(c)))
}

// detail says how far a request is, as shortly as it can be said; empty where its
// state says it all.
func detail(c bot.Conversation) string {
	switch c.State {
	case bot.Proposed:
		return or(strings.Join(openWindows(c), "; "), "no window works any more")
	case bot.Confirmed:
		if !stuck(c) {
			return booked(c)
		}
	case bot.Running:
		if state := predicate(c); state != "running" && state != progress(c) {
			return state + ", " + progress(c)
		}
		return progress(c)
	case bot.Collecting, bot.Lapsed:
		if c.Spoke.IsZero() {
			return ""
		}
		return "last written to on " + at(c.Spoke)
	case bot.Failed:
		if c.Run != nil && c.Run.Problem != "" {
			return clip(c.Run.Problem, 200)
		}
	case bot.HandedOver:
		return ""
	default: // the state says it
	}
	return predicate(c)
}

// predicate is the state without its verb: "waits for approval", "running".
func predicate(c bot.Conversation) string {
	return strings.TrimPrefix(strings.TrimPrefix(stateLine(c), "is "), "has ")
}

// openWindows are the windows that could be approved.
func openWindows(c bot.Conversation) []string {
	var list []string
	for _, w := range cardWindows(c) {
		if w.Verdict != windowBad {
			list = append(list, w.Label+": "+w.When)
			if !w.Good {
				list[len(list)-1] += ", " + w.Verdict
			}
		}
	}
	return list
}

// windowBad is the verdict on a window that nobody can approve.
const windowBad = "does not work"

// progress says how far a run is, and when it is expected to be over.
func progress(c bot.Conversation) string {
	r := c.Run
	switch {
	case r == nil || r.ID == "":
		return predicate(c)
	case r.Question != "":
		return clip(r.Question, 200)
	}
	s := itoa(r.Tasks) + " of " + itoa(allTasks) + " tasks done"
	if !r.Finish.IsZero() {
		s += ", expected to be over at " + r.Finish.UTC().Format(clockForm) + " UTC"
	}
	if r.Late {
		s += ", later than its window"
	}
	return s
}

// briefText says how things stand with one request.
func briefText(c bot.Conversation) bot.Text {
	lines := []bot.Line{{strong(title(c))}, says("%s", plain(sentence(predicate(c))))}
	var more []string
	switch far := detail(c); {
	case c.State == bot.Proposed:
		more = openWindows(c)
	case c.State != bot.Confirmed && far == predicate(c): // nothing more to say
	case c.State == bot.Running:
		more = []string{sentence(progress(c))}
	case c.State == bot.Failed:
		more = []string{sentence(far)}
	case c.Stopped != nil:
		more = whyStopped(c)
	}
	return bot.Text{para(append(lines, facts(more)...)...)}
}

// whyStopped says what keeps a confirmed request from starting, a line each.
func whyStopped(c bot.Conversation) []string {
	var list []string
	if c.Stopped.By != "" {
		list = append(list, "Held by "+clip(c.Stopped.By, 60)+".")
	}
	for _, what := range c.Stopped.Missing {
		list = append(list, sentence(clip(what, 200)))
	}
	for _, f := range c.Stopped.Findings {
		list = append(list, Finding(f))
	}
	return list
}

// sentence makes words a sentence.
func sentence(s string) string {
	if strings.ContainsAny(s[max(0, len(s)-1):], ".?!") {
		return upper(s)
	}
	return upper(s) + "."
}

// upper begins a sentence.
func upper(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// wholeText tells everything about one request: its card, in words, and its story.
func wholeText(c bot.Conversation, h bot.House, story []bot.Audit) bot.Text {
	k := card(c, h)
	text := bot.Text{para(bot.Line{strong(k.Title)}, says("%s", plain(k.State)))}
	var lines []bot.Line
	for _, f := range k.Facts {
		lines = append(lines, says("%s: %s", plain(f.Name), plain(f.Value)))
	}
	text = append(text, para(lines...))
	lines = nil
	for _, w := range k.Windows {
		line := says("%s: %s – %s.", strong(w.Label), plain(w.When), plain(w.Verdict))
		lines = append(lines, join(append([]bot.Line{line}, facts(w.Reasons)...)...))
	}
	if len(lines) > 0 {
		text = append(text, bullets(lines...))
	}
	if len(k.Notes) > 0 {
		text = append(text, heading("To mind"), bullets(facts(k.Notes)...))
	}
	return append(text, storyText(story)...)
}

// storyText tells what was decided, newest last.
func storyText(story []bot.Audit) bot.Text {
	if len(story) == 0 {
		return nil
	}
	var lines []bot.Line
	if n := len(story) - storyMost; n > 0 {
		lines = append(lines, says("%s earlier", plain(count(n, "line"))))
		story = story[n:]
	}
	for _, a := range story {
		lines = append(lines, says("%s UTC, %s: %s", plain(a.At.UTC().Format(shortForm+" "+clockForm)), plain(clip(a.Actor, 60)), plain(clip(a.What, 200))))
	}
	return bot.Text{heading("What happened"), bullets(lines...)}
}
