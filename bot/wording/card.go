package wording

import (
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// card draws a request for the engineers, from the conversation alone.
func card(c bot.Conversation, h bot.House) *bot.Card {
	state := strings.TrimPrefix(strings.TrimPrefix(stateLine(c), "is "), "has ")
	k := &bot.Card{
		Title:   title(c),
		State:   strings.ToUpper(state[:1]) + state[1:],
		Facts:   cardFacts(c),
		Windows: cardWindows(c),
		Notes:   notes(c, h),
		Buttons: buttons(c),
		History: history(c),
	}
	if h.TicketURL != "" {
		k.Link = h.TicketURL + string(c.Key)
	}
	return k
}

func title(c bot.Conversation) string {
	v := c.Verdict
	switch {
	case c.Schema():
		return string(c.Key) + ": schema update of " + names(v.Environments, "and").String()
	case v.Source == "" && v.Target == "":
		return string(c.Key) + ": database refresh"
	default:
		return string(c.Key) + ": " + or(v.Source, "?") + " → " + or(v.Target, "?")
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// stateLine says how things stand, as the end of "the request …".
func stateLine(c bot.Conversation) string {
	switch c.State {
	case bot.Collecting, bot.Lapsed:
		return "waits for the client"
	case bot.Proposed:
		return "waits for approval"
	case bot.Confirmed:
		return confirmedLine(c)
	case bot.Running:
		return runningLine(c)
	case bot.Done:
		return "is done"
	case bot.Failed:
		return "has failed and stands still"
	case bot.Declined:
		return "is declined"
	case bot.Cancelled:
		return "is cancelled"
	case bot.HandedOver:
		return "is with a person"
	default:
		return "is none of ours"
	}
}

func confirmedLine(c bot.Conversation) string {
	switch {
	case c.Stopped != nil:
		return "is confirmed but stopped"
	case c.Booked.Begun:
		return "waits for somebody to start it by hand"
	default:
		return "is confirmed for " + booked(c)
	}
}

func runningLine(c bot.Conversation) string {
	switch {
	case c.Run.ID == "":
		return "is being done by hand"
	case c.Run.Wish == bot.WishStop || c.Run.Wish == bot.WishRollBack:
		return "is being rolled back"
	default:
		return "is running"
	}
}

func cardFacts(c bot.Conversation) []bot.CardFact {
	v := c.Verdict
	list := []bot.CardFact{{Name: "Requested by", Value: person(c.Reporter)}}
	add := func(name, value string) {
		if value != "" {
			list = append(list, bot.CardFact{Name: name, Value: value})
		}
	}
	add("Tenant", v.Tenant)
	add("Kind", kind(v.Kind))
	if !c.Schema() {
		add("Target's users", users(v.Preserve))
	}
	if !v.PointInTime.IsZero() {
		add("Data as of", at(v.PointInTime))
	}
	if c.Versions != [2]string{} {
		add("Schema versions", or(c.Versions[0], "?")+" → "+or(c.Versions[1], "?"))
	}
	switch r := c.Run; {
	case c.State == bot.Done && r != nil && r.Ended.Sub(r.Started) >= time.Minute:
		add("Took", length(r.Ended.Sub(r.Started)))
	case c.Expected > 0 && !ended(c.State):
		add("Expected to take", length(c.Expected))
	}
	if c.State == bot.Proposed {
		add("Approval", approval(c))
	}
	return list
}

// approval says whose approval counts.
func approval(c bot.Conversation) string {
	switch {
	case c.Verdict.ForeignEnvironment != "":
		return "nobody's"
	case c.GoLive():
		return "two different approvers, neither of them the reporter"
	default:
		return "one approver, not the reporter"
	}
}

// person names a client to the engineers. A client's address stays on the ticket:
// Slack is another company's, and many read along there.
func person(p bot.Person) string { return or(or(p.Name, p.Jira), "somebody") }

func kind(k ticket.Kind) string {
	return map[ticket.Kind]string{
		ticket.Standard: "refresh", ticket.PointInTime: "refresh, point in time", ticket.SchemaUpdate: "schema update",
	}[k]
}

func users(a ticket.YesNo) string {
	switch a {
	case ticket.Yes:
		return "kept"
	case ticket.Neither:
		return "not clear yet"
	default:
		return "replaced by the source's"
	}
}

// cardWindows draws each window with its verdict in a few words.
func cardWindows(c bot.Conversation) []bot.CardWindow {
	list := make([]bot.CardWindow, 0, len(c.Verdict.Windows))
	if b := c.Booked; b != nil {
		return append(list, bot.CardWindow{Label: b.Label, When: spanIn(b.Window, c.Verdict.Zone), Verdict: bookedVerdict(c.State), Good: true})
	}
	for i, w := range c.Verdict.Windows {
		k := bot.CardWindow{When: "not clear yet", Verdict: windowVerdict(w), Good: w.Feasible && !w.NeedsApproval, Special: w.Feasible && w.NeedsApproval}
		if i < len(c.Labels) {
			k.Label = c.Labels[i]
		}
		if !w.Start.IsZero() {
			k.When = spanIn(w.Interval, c.Verdict.Zone)
		}
		for _, f := range w.Findings {
			if f.Severity != rules.Info { // what was assumed is between the client and the bot
				k.Reasons = append(k.Reasons, Finding(f))
			}
		}
		list = append(list, k)
	}
	return list
}

// bookedVerdict is what there is to say of the window that was confirmed.
func bookedVerdict(s bot.State) string {
	switch s {
	case bot.Running:
		return "under way"
	case bot.Done:
		return "done"
	default:
		return "booked"
	}
}

// ended reports whether nothing of the request is still to come.
func ended(s bot.State) bool {
	return s == bot.Done || s == bot.Cancelled || s == bot.Declined
}

func windowVerdict(w rules.Window) string {
	switch {
	case w.Feasible && w.NeedsApproval:
		return "needs special approval"
	case w.Feasible:
		return "works"
	default:
		return "does not work"
	}
}

// notes are what an engineer should not overlook.
func notes(c bot.Conversation, h bot.House) []string {
	var list []string
	for _, f := range c.Verdict.Findings {
		if f.Severity == rules.Approval || f.Severity == rules.Info && f.Code != rules.PreserveDefault {
			list = append(list, Finding(f))
		}
	}
	if c.Verdict.ForeignEnvironment != "" {
		list = append(list, c.Verdict.ForeignEnvironment+" belongs to another tenant. The client was not told; this can't be approved.")
	}
	if c.State == bot.Proposed && !known(c.Reporter, h) {
		list = append(list, "The reporter has no known e-mail address: please make sure that you don't approve a request of your own.")
	}
	list = append(list, hitches(c)...)
	if h.Shadow {
		list = append(list, "Shadow mode: the client reads nothing of this, and nothing is started.")
	}
	return list
}

// hitches are what keeps the work from starting, or from going on.
func hitches(c bot.Conversation) (list []string) {
	if waiting := c.State == bot.Proposed || c.State == bot.Confirmed; waiting && c.Stopped == nil && len(c.Missing) > 0 {
		list = append(list, "Missing for the clone: "+strings.Join(c.Missing, "; "))
	}
	if c.Stopped != nil {
		for _, line := range obstacles(c.Stopped) {
			list = append(list, line.String())
		}
	}
	if c.Run != nil && c.Run.Problem != "" && (c.State == bot.Failed || c.State == bot.Running) {
		list = append(list, c.Run.Problem)
	}
	return list
}

func findings(list []rules.Finding) []bot.Line {
	lines := make([]bot.Line, len(list))
	for i, f := range list {
		lines[i] = finding(f)
	}
	return lines
}

// known reports whether the reporter could be recognised among the approvers.
func known(p bot.Person, h bot.House) bool {
	return p.Email != "" || slices.ContainsFunc(h.People, func(o bot.Person) bool { return o.Same(p) && o.Slack != "" })
}

// buttons are what can be decided now.
func buttons(c bot.Conversation) []bot.Button {
	var list []bot.Button
	switch c.State {
	case bot.Proposed:
		list = append(approveButtons(c), button("Propose another…", bot.Propose), asking("Ask the client…", bot.Ask), danger(asking("Reject…", bot.Reject)))
	case bot.Confirmed:
		list = confirmedButtons(c)
	case bot.Running:
		list = runningButtons(c)
	case bot.Failed:
		if c.Run.ID == "" {
			list = []bot.Button{button("Done after all", bot.MarkDone)}
		} else {
			list = []bot.Button{primary(button("Retry", bot.Retry)), danger(sure(button("Roll back", bot.RollBack), "Everything this run did to the target is taken back."))}
		}
	case bot.Done:
		if c.Run.ID != "" {
			list = []bot.Button{danger(sure(button("Roll back", bot.RollBack), "The target goes back to the database from before the refresh. What was done in it since is lost."))}
		}
	case bot.HandedOver:
		list = []bot.Button{button("Let the bot go on", bot.Release)}
	}
	for i := range list {
		list[i].Token = c.Token()
	}
	return list
}

func approveButtons(c bot.Conversation) []bot.Button {
	var list []bot.Button
	for i, w := range c.Verdict.Windows {
		if !w.Feasible || i >= len(c.Labels) {
			continue
		}
		b := bot.Button{Label: "Approve " + c.Labels[i], Verb: bot.Approve, Choice: c.Labels[i], Primary: len(list) == 0}
		if w.NeedsApproval {
			b.Label += " as an exception"
			b.Confirm = "This is a special approval. " + strings.Join(approvalReasons(w), " ")
		}
		list = append(list, b)
	}
	return list
}

func approvalReasons(w rules.Window) []string {
	var list []string
	for _, f := range w.Findings {
		if f.Severity == rules.Approval {
			list = append(list, Finding(f))
		}
	}
	return list
}

func confirmedButtons(c bot.Conversation) []bot.Button {
	byHand := c.Booked.Begun && c.Stopped == nil
	switch {
	case byHand:
		return []bot.Button{primary(button("Started", bot.MarkStarted)), button("Done", bot.MarkDone), danger(asking("Failed…", bot.MarkFailed))}
	case c.Stopped != nil:
		return []bot.Button{primary(button("Release", bot.Release)), button("Propose another…", bot.Propose), danger(asking("Cancel…", bot.CancelRequest))}
	default:
		return []bot.Button{button("Hold", bot.Hold), button("Propose another…", bot.Propose), danger(asking("Cancel…", bot.CancelRequest))}
	}
}

func runningButtons(c bot.Conversation) []bot.Button {
	switch {
	case c.Run.ID == "":
		return []bot.Button{primary(button("Done", bot.MarkDone)), danger(asking("Failed…", bot.MarkFailed))}
	case c.Run.Wish == bot.WishProceed && !c.Run.Swapped:
		return []bot.Button{danger(sure(button("Cancel", bot.CancelRequest), "The run is stopped before its next task, and everything it did is taken back."))}
	default:
		return nil
	}
}

func button(label string, v bot.Verb) bot.Button { return bot.Button{Label: label, Verb: v} }

func asking(label string, v bot.Verb) bot.Button {
	return bot.Button{Label: label, Verb: v, NeedsReason: true}
}

func primary(b bot.Button) bot.Button { b.Primary = true; return b }

func danger(b bot.Button) bot.Button { b.Danger = true; return b }

func sure(b bot.Button, question string) bot.Button { b.Confirm = question; return b }

// history tells who decided what, and when.
func history(c bot.Conversation) []string {
	list := make([]string, len(c.Deeds))
	for i, d := range c.Deeds {
		list[i] = d.At.UTC().Format("Mon 2 Jan 15:04") + " UTC: " + deed(d)
	}
	return list
}

func deed(d bot.Deed) string {
	s := d.Who + " " + deeds[d.Verb]
	if d.Label != "" {
		s += " " + d.Label
	}
	if d.Extra {
		s += ", as an exception"
	}
	if d.Reason != "" {
		s += ": " + clip(d.Reason, 140)
	}
	return s
}

var deeds = map[bot.Verb]string{
	bot.Approve:       "approved",
	bot.Reject:        "rejected",
	bot.Propose:       "proposed another window",
	bot.Ask:           "asked the client",
	bot.Hold:          "held",
	bot.Release:       "released",
	bot.CancelRequest: "cancelled",
	bot.StartNow:      "started it",
	bot.Retry:         "asked for another try",
	bot.RollBack:      "asked to roll back",
	bot.Mute:          "muted the bot",
	bot.MarkStarted:   "started by hand",
	bot.MarkDone:      "called it done",
	bot.MarkFailed:    "called it failed",
}
