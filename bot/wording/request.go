package wording

import (
	"slices"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// unconfirmed ends every reply up to the confirmation.
const unconfirmed = "Nothing is confirmed until the engineers have agreed and I say so here."

// A request is what a client is told about: a verdict, with the letters of the
// windows and the numbers of the suggestions.
type request struct {
	rules.Verdict
	labels []string
	offers []bot.Offer // open ones
}

func requestOf(c bot.Conversation) request {
	r := request{Verdict: c.Verdict, labels: c.Labels}
	for _, o := range c.Offers {
		if o.Open {
			r.offers = append(r.offers, o)
		}
	}
	return r
}

// CheckReply returns the first public reply on a ticket of that verdict; no text
// for a ticket on which nothing is said. Now is when it would be posted.
func CheckReply(v rules.Verdict, now time.Time) bot.Text {
	if v.Outcome == rules.Ignored {
		return nil
	}
	r := request{Verdict: v}
	for i := range v.Windows {
		r.labels = append(r.labels, string(rune('A'+i%26)))
	}
	for i, w := range v.Suggestions {
		r.offers = append(r.offers, bot.Offer{Number: i + 1, Window: w, Made: now, Open: true})
	}
	return r.reply(r.opening())
}

// reply is everything about a request in one text: what was read, what is to be
// mended, what would work, and what to do now.
func (r request) reply(opening bot.Line) bot.Text {
	text := bot.Text{para(opening)}
	if r.onPremise() {
		return append(text, para(r.premises()))
	}
	text = append(text, r.readBack()...)
	text = append(text, r.toMend()...)
	text = append(text, r.options()...)
	return append(text, para(r.whatNow()))
}

// news is what a later turn of the client's made of the request: the same
// without what was said before and did not change.
func (r request) news(opening bot.Line, changed []ticket.Question) bot.Text {
	if r.onPremise() {
		return r.reply(opening)
	}
	text := bot.Text{para(opening)}
	if lines := r.answers(func(q ticket.Question) bool { return slices.Contains(changed, q) }); len(lines) > 0 {
		text = append(text, bullets(lines...))
	}
	text = append(text, r.toMend()...)
	text = append(text, r.options()...)
	return append(text, para(r.whatNow()))
}

// public is the outcome as the client sees it: another tenant's environment is
// one that does not exist.
func (r request) public() rules.Outcome {
	if r.ForeignEnvironment != "" {
		return rules.NeedsInfo
	}
	return r.Outcome
}

func (r request) onPremise() bool {
	return slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Code == rules.EnvironmentOnPremise })
}

func (r request) premises() bot.Line {
	return finding(rules.Finding{Code: rules.EnvironmentOnPremise})
}

func (r request) opening() bot.Line {
	switch what := r.noun(); {
	case r.onPremise():
		return says("Thank you for writing. I'm afraid that we can't do this %s.", plain(what))
	case r.public() == rules.Ready:
		return says("Thank you, this %s has everything it needs. The engineers will now look at the windows; they are %s.", plain(what), strong("not confirmed yet"))
	case r.public() == rules.Exception:
		return says("Thank you, this %s has everything it needs. Its windows need the engineers' special agreement, so they are %s.", plain(what), strong("not confirmed yet"))
	case r.public() == rules.Reschedule:
		return says("Thank you for the %s. None of its windows can be had; below is why.", plain(what))
	default:
		return says("Thank you for the %s. Before the engineers can plan it I need an answer from you.", plain(what))
	}
}

// noun is what the client asks for, in two words.
func (r request) noun() string {
	if r.Kind == ticket.SchemaUpdate {
		return "schema update request"
	}
	return "refresh request"
}

// readBack says what was read, so that the client can see a misunderstanding.
func (r request) readBack() bot.Text {
	lines := r.answers(func(ticket.Question) bool { return true })
	if len(lines) == 0 {
		return nil
	}
	return bot.Text{heading("What I read"), bullets(lines...)}
}

// answers says back the answers that pass: those that are clear, and each window
// with what was found about it.
func (r request) answers(pass func(ticket.Question) bool) []bot.Line {
	var lines []bot.Line
	if pass(ticket.AskSource) || pass(ticket.AskTarget) || pass(ticket.AskEnvironments) {
		lines = append(lines, r.subject()...)
	}
	if pass(ticket.AskPointInTime) && !r.PointInTime.IsZero() {
		lines = append(lines, says("With the data as of %s", plain(at(r.PointInTime))))
	}
	if pass(ticket.AskPreserve) {
		lines = append(lines, r.users()...)
	}
	lines = append(lines, r.remarks()...)
	if pass(ticket.AskWindows) {
		lines = append(lines, r.windows()...)
	}
	return lines
}

// subject says which environments take part.
func (r request) subject() []bot.Line {
	switch {
	case r.Kind == ticket.SchemaUpdate && len(r.Environments) > 0:
		return []bot.Line{join(says("Update the schema of"), names(r.Environments, "and"))}
	case r.Kind == ticket.SchemaUpdate:
		return nil
	case r.Source != "" && r.Target != "":
		return []bot.Line{says("Copy %s over %s", name(r.Source), name(r.Target))}
	case r.Source != "":
		return []bot.Line{says("Source: %s", name(r.Source))}
	case r.Target != "":
		return []bot.Line{says("Target: %s", name(r.Target))}
	default:
		return nil
	}
}

// users says what becomes of the target's users.
func (r request) users() []bot.Line {
	if r.Kind == ticket.SchemaUpdate {
		return nil
	}
	switch r.Preserve {
	case ticket.Yes:
		return []bot.Line{says("The target keeps its users (security list)")}
	case ticket.No:
		return []bot.Line{says("The target's users are replaced by those of the source")}
	case ticket.NotStated:
		return []bot.Line{says("The target's users are replaced by those of the source (you did not say, so this is the default)")}
	default:
		return nil
	}
}

// remarks says back what asks for nothing, beside the answers that have their
// own line.
func (r request) remarks() []bot.Line {
	var lines []bot.Line
	for _, f := range r.Findings {
		if f.Severity != rules.Error && f.Code != rules.PreserveDefault {
			lines = append(lines, finding(f))
		}
	}
	return lines
}

// windows says back each window and what was found about it.
func (r request) windows() []bot.Line {
	var lines []bot.Line
	for i, w := range r.Windows {
		lines = append(lines, r.window(i, w))
	}
	return lines
}

func (r request) window(i int, w rules.Window) bot.Line {
	label := "?"
	if i < len(r.labels) {
		label = r.labels[i]
	}
	var line bot.Line
	switch {
	case w.Start.IsZero():
		line = says("%s: not clear yet.", strong(label))
	case w.Feasible && w.NeedsApproval:
		line = says("%s: %s – possible with special agreement.", strong(label), plain(spanIn(w.Interval, r.Zone)))
	case w.Feasible:
		line = says("%s: %s – possible.", strong(label), plain(spanIn(w.Interval, r.Zone)))
	default:
		line = says("%s: %s – not possible.", strong(label), plain(spanIn(w.Interval, r.Zone)))
	}
	for _, f := range w.Findings {
		line = join(line, finding(f))
	}
	return line
}

// toMend lists what is wrong with the request as a whole.
func (r request) toMend() bot.Text {
	var lines []bot.Line
	for _, f := range r.Findings {
		if f.Severity == rules.Error && f.Code != rules.EnvironmentNotYours {
			lines = append(lines, finding(f))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return bot.Text{heading("What I need from you"), bullets(lines...)}
}

// options lists the suggestions, or says why there are none.
func (r request) options() bot.Text {
	if len(r.offers) > 0 {
		lines := make([]bot.Line, len(r.offers))
		for i, o := range r.offers {
			lines[i] = says("%s: %s", strong(strconv.Itoa(o.Number)), plain(spanIn(o.Window, r.Zone)))
		}
		return bot.Text{heading("Windows that would work"), bullets(lines...)}
	}
	if o := r.NoSuggestion; o != nil {
		return bot.Text{para(join(says("Up to %s I found no window that would work.", plain(day(o.Until.UTC().Format(time.DateOnly)))), finding(o.Reason)))}
	}
	return nil
}

// whatNow ends a reply: what the client can do, and that nothing is settled.
func (r request) whatNow() bot.Line {
	var todo bot.Line
	clear := r.public() == rules.Ready || r.public() == rules.Exception
	switch n := r.numbers(); {
	case clear && n != nil:
		todo = join(says("There is nothing you have to do. To add one of these windows, answer"), n)
	case clear:
		todo = says("There is nothing you have to do.")
	case n != nil && r.windowsAlone():
		todo = append(join(says("Please answer"), n), plain(", or propose other windows in UTC."))
	case n != nil:
		todo = join(says("Please answer here, in a comment; for a window"), n, says("will do."))
	default:
		todo = says("Please answer here, in a comment.")
	}
	if n := r.numbers(); clear && n != nil {
		todo = append(todo, plain("."))
	}
	return join(todo, says(unconfirmed))
}

// windowsAlone reports whether a number is all that is missing.
func (r request) windowsAlone() bool {
	return !slices.ContainsFunc(r.Findings, func(f rules.Finding) bool {
		return f.Severity == rules.Error && f.Code != rules.WindowsMissing && f.Code != rules.WindowsTooFew
	})
}

// numbers lists what can be answered to take a suggestion: "1 or 2".
func (r request) numbers() bot.Line {
	var list []string
	for _, o := range r.offers {
		list = append(list, strconv.Itoa(o.Number))
	}
	if len(list) == 0 {
		return nil
	}
	return names(list, "or")
}
