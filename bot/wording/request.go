package wording

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// unconfirmed ends every reply up to the confirmation.
const unconfirmed = "No window is confirmed yet; I will say so here when one is."

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
		return says("Thank you for the %s. I'm afraid that this is not for us to do.", plain(what))
	case r.tenantAlone():
		return says("Thank you for the %s. An engineer has to look at it before it can be planned.", plain(what))
	case r.public() == rules.Ready:
		return says("Thank you, this %s has everything it needs. The engineers will now look at its windows.", plain(what))
	case r.public() == rules.Exception:
		return says("Thank you, this %s has everything it needs. Its windows are unusual ones, to which the engineers have to agree specially.", plain(what))
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
	lines = append(lines, r.instant(pass(ticket.AskPointInTime))...)
	if pass(ticket.AskPreserve) {
		lines = append(lines, r.users()...)
	}
	lines = append(lines, r.remarks()...)
	if pass(ticket.AskWindows) {
		lines = append(lines, r.windows()...)
	}
	return lines
}

// instant says back the point in time, always where it is in the way.
func (r request) instant(wanted bool) []bot.Line {
	if r.PointInTime.IsZero() {
		return nil
	}
	line := says("With the data as of %s.", plain(at(r.PointInTime)))
	for _, f := range r.Findings {
		if aboutInstant(f) {
			wanted = true
			line = join(line, finding(f))
		}
	}
	if !wanted {
		return nil
	}
	return []bot.Line{line}
}

func aboutInstant(f rules.Finding) bool {
	return f.Code == rules.PITTooOld || f.Code == rules.PITAfterWindow
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
	if w.Start.IsZero() {
		return join(says("%s: not clear yet.", strong(label)), because(w))
	}
	verdict := "not possible."
	switch {
	case slices.ContainsFunc(w.Findings, isError) && w.Feasible:
		verdict = "please confirm."
	case w.Feasible && w.NeedsApproval:
		verdict = "possible with special agreement."
	case w.Feasible:
		verdict = "possible."
	case len(w.Findings) == 0: // the reason hangs on the request
		verdict = "not possible with data of that instant."
	}
	return join(says("%s: %s – "+verdict, strong(label), plain(spanIn(w.Interval, r.Zone))), because(w))
}

func isError(f rules.Finding) bool { return f.Severity == rules.Error }

// because says what was found about a window; what was merely assumed comes
// last, in one sentence.
func because(w rules.Window) bot.Line {
	var line bot.Line
	var assumed []rules.Finding
	for i, f := range w.Findings {
		switch {
		case f.Severity == rules.Info && assumption(f.Code, w) != "":
			assumed = append(assumed, f)
		case f.Code == rules.WindowNotUTC && isError(f): // the time in UTC stands before it, the question behind all
			line = join(line, says("You wrote %s.", words(f.Facts.Written)))
		case f.Code == rules.WindowHoliday:
			line = join(line, sharedHoliday(w.Findings, i))
		default:
			line = join(line, finding(f))
		}
	}
	if len(assumed) < 2 {
		for _, f := range assumed {
			line = join(line, finding(f))
		}
		return line
	}
	list := make([]string, len(assumed))
	for i, f := range assumed {
		list[i] = assumption(f.Code, w)
	}
	return join(line, says("You did not say, so I took %s.", plain(strings.Join(list, ", "))))
}

// assumption says in a word what was assumed; nothing for other codes.
func assumption(code rules.Code, w rules.Window) string {
	switch code {
	case rules.WindowZoneAssumed:
		return "UTC"
	case rules.WindowEndAssumed:
		return length(w.Length())
	case rules.WindowYearAssumed:
		return "the year " + w.Start.UTC().Format("2006")
	default:
		return ""
	}
}

// sharedHoliday says the i-th finding, a holiday, for all regions that have it
// on that day; nothing where an earlier finding did.
func sharedHoliday(findings []rules.Finding, i int) bot.Line {
	var codes []string
	for k, f := range findings {
		if f.Code != rules.WindowHoliday || f.Facts.Holiday != findings[i].Facts.Holiday || f.Facts.Date != findings[i].Facts.Date {
			continue
		}
		if k < i {
			return nil
		}
		codes = append(codes, f.Facts.Region)
	}
	return holidayIn(findings[i].Facts, codes)
}

// toMend lists what is wrong with the request as a whole.
func (r request) toMend() bot.Text {
	var lines []bot.Line
	for _, f := range r.Findings {
		if mendable(f) {
			lines = append(lines, finding(f))
		}
	}
	var text bot.Text
	if len(lines) > 0 {
		text = bot.Text{heading("What I need from you"), bullets(lines...)}
	}
	if i := slices.IndexFunc(r.Findings, isTenant); i >= 0 {
		text = append(text, para(finding(r.Findings[i])))
	}
	return text
}

// mendable reports whether what was found about the request is said under what
// the client has to mend. That an environment is another's is said by the finding
// that its name is not known, and what an instant breaks beside the instant.
func mendable(f rules.Finding) bool {
	return isError(f) && f.Code != rules.EnvironmentNotYours && !isTenant(f) && !aboutInstant(f)
}

func isTenant(f rules.Finding) bool { return f.Code == rules.TenantUnknown }

// tenantAlone reports whether there is nothing to mend but what an engineer has
// to find out.
func (r request) tenantAlone() bool {
	inWindow := func(w rules.Window) bool { return slices.ContainsFunc(w.Findings, isError) }
	return slices.ContainsFunc(r.Findings, isTenant) && !slices.ContainsFunc(r.Findings, mendable) && !slices.ContainsFunc(r.Windows, inWindow)
}

// options lists the suggestions, or says why there are none.
func (r request) options() bot.Text {
	if len(r.offers) > 0 {
		lines := make([]bot.Line, len(r.offers))
		for i, o := range r.offers {
			lines[i] = r.option(o)
		}
		return bot.Text{heading("Windows that would work"), bullets(lines...)}
	}
	if o := r.NoSuggestion; o != nil {
		line := says("Up to %s I found no window that would work.", plain(day(o.Until.UTC().Format(time.DateOnly))))
		if !slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Code == o.Reason.Code }) {
			line = join(line, finding(o.Reason))
		}
		return bot.Text{para(line)}
	}
	return nil
}

func (r request) option(o bot.Offer) bot.Line {
	return says("%s: %s", strong(strconv.Itoa(o.Number)), plain(spanIn(o.Window, r.Zone)))
}

// whatNow ends a reply: what the client can do, and that nothing is settled.
func (r request) whatNow() bot.Line {
	n := r.shortAnswers()
	var todo bot.Line
	switch clear := r.public() == rules.Ready || r.public() == rules.Exception; {
	case (clear || r.tenantAlone()) && n == nil:
		todo = says("There is nothing you have to do now.")
	case clear:
		todo = append(join(says("There is nothing you have to do now; to add one of these windows, answer"), n), plain("."))
	case n != nil && r.windowsAlone():
		todo = append(join(says("Please answer"), n), plain(", or propose other windows in UTC."))
	case n != nil:
		todo = join(says("Please answer here, in a comment; for the windows"), n, says("will do."))
	default:
		todo = says("Please answer here, in a comment.")
	}
	return join(todo, says(unconfirmed))
}

// windowsAlone reports whether a number is all that is missing.
func (r request) windowsAlone() bool {
	return !slices.ContainsFunc(r.Findings, func(f rules.Finding) bool {
		return mendable(f) && f.Code != rules.WindowsMissing && f.Code != rules.WindowsTooFew
	})
}

// shortAnswers lists what can be answered in a word: "1 or 2", and "yes" where
// a doubt is to be confirmed.
func (r request) shortAnswers() bot.Line {
	var list []string
	for _, w := range r.Windows {
		if slices.ContainsFunc(w.Findings, wantsYes) {
			list = []string{"yes"}
		}
	}
	for _, o := range r.offers {
		list = append(list, strconv.Itoa(o.Number))
	}
	if len(list) == 0 {
		return nil
	}
	return names(list, "or")
}

func wantsYes(f rules.Finding) bool {
	return isError(f) && (f.Code == rules.WindowNotUTC || f.Code == rules.WindowYearAssumed)
}
