package bot_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/wording"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

var update = flag.Bool("update", false, "rewrite the scenarios' expected effects")

// Scenarios are texts. A line "verb: argument" is something that happens, lines
// that begin with two spaces go on with its argument, and the lines behind "|"
// are what comes of it. Run with -update to have those rewritten, and read the
// difference before it is committed.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := newStage(t).play(string(want))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			require.Equal(t, string(want), got)
		})
	}
}

// A stage is where a scenario plays: a ticket, a clock and one conversation.
type stage struct {
	t     *testing.T
	now   time.Time
	c     bot.Conversation
	wake  time.Time
	tick  *bot.Ticket
	facts bot.Facts
	days  []calendar.Entry
	cards map[int]string // tokens by card number
	last  bot.RunReport
	seq   int
	quiet bool
	out   strings.Builder

	refusals map[string]bot.Refusal // of members whose word counts no longer
}

const key = bot.TicketKey("HELP-7")

func newStage(t *testing.T) *stage {
	s := &stage{t: t, cards: map[int]string{}, refusals: map[string]bot.Refusal{}, c: bot.Conversation{Key: key}}
	s.facts.Estimate = &bot.Estimate{Length: 50 * time.Minute}
	s.facts.House = bot.House{
		TicketURL:   "https://desk.example/browse/",
		Policy:      "p1",
		People:      []bot.Person{{Slack: "U-ana", Email: "ana@abcd.example"}},
		Transitions: map[string]string{"confirmed": "Scheduled", "done": "Resolve", "declined": "Decline"},
	}
	return s
}

// play runs a script and returns it with what came of each line.
func (s *stage) play(script string) string {
	defer func() {
		if s.t.Failed() {
			s.t.Log(s.out.String())
		}
	}()
	var block []string
	flush := func() {
		if len(block) > 0 {
			s.line(strings.Join(block, "\n"))
		}
		block = nil
	}
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "|"):
		case strings.HasPrefix(line, "  "):
			s.out.WriteString(line + "\n")
			block = append(block, line[2:])
		default:
			flush()
			s.out.WriteString(line + "\n")
			if line != "" && !strings.HasPrefix(line, "#") {
				block = []string{line}
			}
		}
	}
	flush()
	return s.out.String()
}

// line plays one thing that happens. What comes of a line that begins with
// "given" is another scenario's subject, and not printed.
func (s *stage) line(text string) {
	text, s.quiet = strings.CutPrefix(text, "given ")
	what, arg, ok := strings.Cut(text, ":")
	require.True(s.t, ok, "no verb in %q", text)
	verb, rest, _ := strings.Cut(what, " ")
	arg = strings.TrimSpace(arg)
	play, ok := map[string]func(who, arg string){
		"clock": s.clock, "down": s.down, "ticket": s.file, "client": s.comment, "note": s.note, "edit": s.edit, "edit-comment": s.editComment,
		"poll": s.poll, "close": s.closed, "reopen": s.reopened, "delete": s.deleted, "label": s.label, "fields": s.fields,
		"engineer": s.engineer, "run": s.run, "house": s.house, "driver": s.driver,
		"approver": s.approver, "holiday": s.holiday, "freeze": s.freeze, "taken": s.taken, "show": s.show, "forged": s.forged,
	}[verb]
	require.True(s.t, ok, "no such verb: %q", verb)
	play(rest, arg)
}

// clock sets the time, or moves it on; timers that ring on the way are played.
func (s *stage) clock(_, arg string) {
	to := s.now
	if d, ok := strings.CutPrefix(arg, "+"); ok {
		span, err := time.ParseDuration(d)
		require.NoError(s.t, err)
		to = to.Add(span)
	} else {
		to = instant(s.t, arg)
	}
	for !s.wake.IsZero() && !s.wake.After(to) {
		s.now = maxTime(s.now, s.wake)
		s.say(s.now.Format("Mon 2 Jan 15:04:05"))
		s.happens(bot.Event{Kind: bot.TimerRang})
	}
	s.now = to
}

// down moves the clock on while the bot is not there, and then rings once.
func (s *stage) down(_, arg string) {
	s.now = instant(s.t, arg)
	s.happens(bot.Event{Kind: bot.TimerRang})
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// file files the ticket: the summary on the first line, then the description.
// "ticket Zoe" lets somebody else report it, "ticket down" files it while the bot
// was not there yet.
func (s *stage) file(who, arg string) {
	summary, description, _ := strings.Cut(arg, "\n")
	s.tick = &bot.Ticket{
		Key: key, Project: "HELP", Summary: summary, Description: description,
		Created: s.now, DescribedAt: s.now, Reporter: people["reporter"], Status: "Open",
	}
	if p, ok := people[who]; ok {
		s.tick.Reporter = p
	}
	if who == "Onprem" {
		s.tick.Reporter = bot.Person{Jira: "j-op", Email: "op@onprem.example", Name: "Otto"}
	}
	if who == "old" {
		s.facts.FirstStart = s.now.Add(time.Hour)
		s.now = s.now.Add(2 * time.Hour)
	}
	s.touched()
}

func (s *stage) touched() { s.happens(bot.Event{Kind: bot.TicketTouched}) }

func (s *stage) poll(_, _ string) { s.touched() }

// comment writes a public comment, of the reporter's or of whoever is named.
func (s *stage) comment(who, arg string) { s.write(who, arg, true) }

// note writes an internal one.
func (s *stage) note(who, arg string) { s.write(who, arg, false) }

func (s *stage) write(who, arg string, public bool) {
	if who == "" {
		who = "reporter"
	}
	s.tick.Comments = append(slices.Clone(s.tick.Comments), bot.Comment{
		ID: strconv.Itoa(100 + len(s.tick.Comments)), Author: people[who], Body: arg,
		Created: s.now, Edited: s.now, Public: public, Insider: who == "Agent" || who == "Ira", Own: who == "bot",
	})
	s.touched()
}

// editComment changes the last comment.
func (s *stage) editComment(_, arg string) {
	s.tick.Comments = slices.Clone(s.tick.Comments)
	last := &s.tick.Comments[len(s.tick.Comments)-1]
	last.Body, last.Edited = arg, s.now
	s.touched()
}

// edit gives the description another text.
func (s *stage) edit(_, arg string) {
	again := *s.tick
	again.Description, again.DescribedAt = arg, s.now
	s.tick = &again
	s.touched()
}

func (s *stage) fields(_, arg string) {
	again := *s.tick
	again.Fields = map[string]string{}
	for _, pair := range strings.Split(arg, "; ") {
		name, value, _ := strings.Cut(pair, "=")
		again.Fields[name] = value
	}
	s.tick = &again
	s.touched()
}

func (s *stage) closed(by, _ string) {
	again := *s.tick
	again.Closed, again.Shut = true, by == "by the bot"
	s.tick = &again
	s.touched()
}

func (s *stage) reopened(_, _ string) {
	again := *s.tick
	again.Closed, again.Shut = false, false
	s.tick = &again
	s.touched()
}

func (s *stage) deleted(_, _ string) {
	s.tick = nil
	s.touched()
}

func (s *stage) label(_, arg string) {
	again := *s.tick
	again.Labels = []string{arg}
	s.tick = &again
	s.touched()
}

// engineer gives a command: "engineer Mia: approve A", "engineer Mia on card:
// reject because …", "engineer Mia on card 1: …" for an old one, "engineer Mia in
// note: …". Without any of these it comes from the thread.
func (s *stage) engineer(who, arg string) {
	name, from, _ := strings.Cut(who, " ")
	verb, rest, _ := strings.Cut(arg, " ")
	cmd := &bot.Command{Verb: bot.Verb(verb), Actor: people[name], Surface: bot.SlackThread, Origin: "C-desk"}
	if from == "on card" { // the present one
		cmd.Surface, cmd.Token = bot.SlackCard, s.c.Token()
	}
	if n, ok := strings.CutPrefix(from, "on card "); ok {
		number, err := strconv.Atoi(n)
		require.NoError(s.t, err)
		cmd.Surface, cmd.Token = bot.SlackCard, s.cards[number]
		require.NotEmpty(s.t, cmd.Token, "no card %d", number)
	}
	if from == "in note" {
		cmd.Surface = bot.TicketNote
	}
	switch cmd.Verb {
	case bot.Approve:
		cmd.Choice = rest
	case bot.Propose:
		start := instant(s.t, rest)
		cmd.Window = rules.Interval{Start: start, End: start.Add(2 * time.Hour)}
	default:
		cmd.Reason = rest
	}
	s.commanded(cmd)
}

// commanded gives a command. Everybody's counts but Sam's and clients'.
func (s *stage) commanded(cmd *bot.Command) {
	f := s.facts
	s.facts.Standing = &bot.Standing{Person: cmd.Actor, Approver: true}
	if cmd.Actor == people["Sam"] || strings.HasSuffix(cmd.Actor.Email, "@abcd.example") {
		s.facts.Standing.Approver, s.facts.Standing.Refusal = false, bot.NotListed
	}
	s.happens(bot.Event{Kind: bot.CommandGiven, Command: cmd})
	s.facts.Standing = f.Standing
}

// run reports on the run: "12 swapped", "succeeded", "failed disk full",
// "rolled_back", "asks …", "late 2024-10-09T04:30Z"; "again" repeats the last.
func (s *stage) run(_, arg string) {
	word, rest, _ := strings.Cut(arg, " ")
	require.NotNil(s.t, s.c.Run, "no run")
	if word != "again" {
		s.seq++
		s.last = bot.RunReport{Run: s.c.Run.ID, Seq: s.seq, State: bot.RunRunning, Swapped: s.last.Swapped}
	}
	switch word {
	case "again":
	case "succeeded":
		s.last.State, s.last.Facts = bot.RunSucceeded, []string{"41 tables copied, 3 kept", "no address outside the masked domain"}
		s.last.Problem = rest
	case "failed":
		s.last.State, s.last.Problem = bot.RunFailed, rest
	case "rolled_back":
		s.last.State = bot.RunRolledBack
	case "asks":
		s.last.State, s.last.Question = bot.RunFailed, rest
	case "late":
		s.last.Finish = instant(s.t, rest)
	default:
		n, err := strconv.Atoi(word)
		require.NoError(s.t, err)
		for i := range 31 {
			state := bot.TaskPending
			if i < n {
				state = bot.TaskDone
			}
			s.last.Tasks = append(s.last.Tasks, bot.TaskReport{Number: i + 1, State: state})
		}
		s.last.Swapped = s.last.Swapped || rest == "swapped"
	}
	report := s.last
	s.happens(bot.Event{Kind: bot.RunReported, Run: &report})
}

func (s *stage) house(_, arg string) {
	s.facts.House.Shadow = arg == "shadow"
	s.facts.House.Manual = arg == "manual"
}

// driver says what the engine knows: "none", "missing …", or a length.
func (s *stage) driver(_, arg string) {
	word, rest, _ := strings.Cut(arg, " ")
	switch word {
	case "none":
		s.facts.Estimate = nil
	case "missing":
		s.facts.Estimate = &bot.Estimate{Missing: []string{rest}}
	default:
		d, err := time.ParseDuration(word)
		require.NoError(s.t, err)
		s.facts.Estimate = &bot.Estimate{Length: d}
	}
}

// approver says what has become of somebody: "guest", "deleted", "not_listed",
// "cannot_check", or "fine" again.
func (s *stage) approver(who, arg string) {
	s.refusals[people[who].Slack] = bot.Refusal(strings.TrimPrefix(arg, "fine"))
}

// approvers are those who approved what is confirmed, as they stand now.
func (s *stage) approvers(e bot.Event) (all []bot.Standing) {
	if e.Kind != bot.TimerRang || s.c.State != bot.Confirmed {
		return nil
	}
	for _, a := range s.c.Approvals {
		why := s.refusals[a.By.Slack]
		all = append(all, bot.Standing{Person: a.By, Approver: why == "", Refusal: why})
	}
	return all
}

func (s *stage) holiday(_, arg string) {
	region, rest, _ := strings.Cut(arg, " ")
	date, name, _ := strings.Cut(rest, " ")
	d, err := calendar.ParseDate(date)
	require.NoError(s.t, err)
	s.days = append(s.days, calendar.Entry{Region: region, Date: d, Name: name})
}

func (s *stage) freeze(_, arg string) {
	from, to, _ := strings.Cut(arg, " ")
	w := rules.Interval{Start: instant(s.t, from), End: instant(s.t, to)}
	s.facts.World.Policy.Freezes = []rules.Freeze{{Interval: w, Reason: "year-end closing"}}
}

// taken books a window for somebody else: "2024-10-09T02:00Z ABCD_test".
func (s *stage) taken(_, arg string) {
	at, env, _ := strings.Cut(arg, " ")
	start := instant(s.t, at)
	s.facts.World.Taken = append(slices.Clone(s.facts.World.Taken), rules.Booking{
		Interval: rules.Interval{Start: start, End: start.Add(2 * time.Hour)}, Environments: []string{env},
	})
}

func (s *stage) forged(_, arg string) {
	s.happens(bot.Event{Kind: bot.SecurityNoticed, Notice: &bot.Notice{What: arg, Source: "203.0.113.9"}})
}

// show prints the living reply or the card as they are now.
func (s *stage) show(_, arg string) {
	var e bot.Effect = bot.ShowStatus{}
	if arg == "card" {
		e = bot.ShowCard{}
	}
	s.print(wording.Render(s.c, e, "key", s.facts.House), true)
}

// happens steps the conversation and prints what comes of it.
func (s *stage) happens(e bot.Event) {
	e.ID, e.Ticket, e.At = "test/"+strconv.FormatUint(uint64(s.c.Version), 10), key, s.now
	f := s.facts
	f.Ticket, f.Approvers, f.Drawn = s.tick, s.approvers(e), s.c.Changed // cards are drawn at once
	w := world(s.t, s.days...)
	w.Policy.Freezes, w.Taken = f.World.Policy.Freezes, f.World.Taken
	f.World = w
	d := step(s.t, s.c, e, f, s.now)
	if d.Next.Schema() { // the engine clones, and knows nothing of updates
		f.Estimate = nil
		d = step(s.t, s.c, e, f, s.now)
	}
	s.printDecision(d)
	s.c, s.wake = d.Next, d.Wake
	if _, drawn := s.cards[s.c.Card]; !drawn {
		s.cards[s.c.Card] = s.c.Token()
	}
	for _, given := range d.Given {
		s.commanded(given.Command)
	}
}

func (s *stage) printDecision(d bot.Decision) {
	line := "= " + string(d.Next.State)
	if d.Next.Card != s.c.Card {
		line += fmt.Sprintf(", card %d", d.Next.Card)
	}
	if !d.Wake.IsZero() {
		line += ", wakes " + d.Wake.Format("Mon 2 Jan 15:04:05")
	}
	s.say(line)
	for _, b := range d.Book {
		if b.Held {
			s.say(fmt.Sprintf("hold %s %s until %s", b.ID, b.Start.Format("Mon 2 Jan 15:04"), b.Until.Format("Mon 2 Jan 15:04")))
		} else {
			s.say(fmt.Sprintf("book %s %s", b.ID, b.Start.Format("Mon 2 Jan 15:04")))
		}
	}
	for _, id := range d.Unbook {
		s.say("free " + id)
	}
	if o := d.Order; o != nil {
		s.say(fmt.Sprintf("order %s: %s → %s for %s, users kept: %t, go-live: %t", o.ID, o.Order.Source, o.Order.Target, o.Actor.Name, o.Order.PreserveUsers, o.Order.GoLive))
	}
	if d.Wish != nil {
		s.say(fmt.Sprintf("wish %s: %s", d.Wish.Run, d.Wish.Wish))
	}
	if d.Settle != "" {
		s.say("settle " + string(d.Settle))
	}
	for i, e := range d.Effects {
		s.print(wording.Render(d.Next, e, bot.KeyOf(key, d.Next.Version, i), s.facts.House), false)
	}
}

// print prints a message: living ones by their first line, unless all is wanted.
func (s *stage) print(m bot.Message, all bool) {
	var text string
	switch {
	case m.Card != nil:
		text = cardText(*m.Card, all)
	case m.Plan != nil:
		text = string(m.Plan.State)
	case m.Status != "":
		text = m.Status
	case m.Public != nil:
		text = m.Public.Text.String()
	default:
		text = m.Inside.Text.String()
	}
	name := string(m.Kind)
	if m.Living == bot.StatusReply {
		name = "status"
		if first, _, more := strings.Cut(text, "\n"); more && !all && s.c.Shown {
			text = first + " …"
		}
	}
	if m.To != "" {
		name += " to " + m.To
	}
	s.say("[" + name + "] " + text)
}

func cardText(k bot.Card, all bool) string {
	var buttons []string
	for _, b := range k.Buttons {
		buttons = append(buttons, "("+b.Label+")")
	}
	text := k.State + " " + strings.Join(buttons, " ")
	if !all {
		return text
	}
	text = k.Title + "\n" + text
	for _, f := range k.Facts {
		text += "\n" + f.Name + ": " + f.Value
	}
	for _, w := range k.Windows {
		text += "\n" + w.Label + ": " + w.When + " – " + w.Verdict + " " + strings.Join(w.Reasons, " ")
	}
	return text + "\n" + strings.Join(append(slices.Clone(k.Notes), k.History...), "\n")
}

func (s *stage) say(text string) {
	if s.quiet {
		return
	}
	text = strings.TrimRight(text, " \n")
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			line = "  " + line
		}
		s.out.WriteString(strings.TrimRight("| "+line, " ") + "\n")
	}
}
