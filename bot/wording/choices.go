package wording

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

const (
	// choicesMost is how many windows are offered: as many as can be seen at once.
	choicesMost = 6
	// lookedAt is how many windows the choice is made from.
	lookedAt = 60
	// apart is how far two choices of one day lie apart.
	apart = 6 * time.Hour
	// formOpen is how long somebody may take over a form: what is offered has to
	// keep its notice until then.
	formOpen = 15 * time.Minute
)

// choices are windows that could be proposed for a request, spread over the days
// so that there is something to choose.
func (q Inquiries) choices(ctx context.Context, c bot.Conversation, now time.Time) (bot.Choices, error) {
	w, err := q.world(ctx, c, now)
	if err != nil {
		return bot.Choices{}, err
	}
	found, obstacle := rules.Suggest(c.Verdict.Ask(), w, now.Add(formOpen), lookedAt)
	var list bot.Choices
	for _, i := range spread(found) {
		list.Windows = append(list.Windows, bot.Choice{Window: i, When: span(i), Local: localTime(i, c.Verdict.Zone)})
	}
	if obstacle != nil {
		list.None = "No window works up to " + at(obstacle.Until) + ". " + Finding(obstacle.Reason)
	}
	return list, nil
}

// spread takes of one day two windows at most, not close together, in order of
// time.
func spread(found []rules.Interval) []rules.Interval {
	slices.SortFunc(found, func(a, b rules.Interval) int { return a.Start.Compare(b.Start) })
	var list []rules.Interval
	perDay := map[calendar.Date]int{}
	for _, i := range found {
		day := calendar.DateOf(i.Start)
		near := len(list) > 0 && i.Start.Sub(list[len(list)-1].Start) < apart
		if len(list) == choicesMost || perDay[day] == 2 || near {
			continue
		}
		perDay[day]++
		list = append(list, i)
	}
	return list
}

// localTime writes a window in a zone, "10:00 to 12:00 in Singapore", with its date
// where that is another; empty where there is no zone, or where it is UTC itself.
func localTime(i rules.Interval, zone string) string {
	location, err := time.LoadLocation(zone)
	if zone == "" || err != nil || location.String() == "UTC" {
		return ""
	}
	local := clocks(i, location) + " in " + place(zone)
	if calendar.DateOf(i.Start.In(location)) != calendar.DateOf(i.Start.UTC()) {
		local = i.Start.In(location).Format(shortForm) + ", " + local
	}
	return local
}

// choicesText tells what could be proposed.
func choicesText(c bot.Conversation, list bot.Choices) bot.Text {
	if list.None != "" {
		return bot.Text{para(says("%s", plain(list.None)))}
	}
	lines := make([]bot.Line, len(list.Windows))
	for i, w := range list.Windows {
		lines[i] = says("%s", plain(spanIn(w.Window, c.Verdict.Zone)))
	}
	return bot.Text{
		para(says("Windows that would work for %s:", plain(title(c)))),
		bullets(lines...),
	}
}

// weekAhead is how many days ahead the free windows are shown.
const weekAhead = 7

// free returns the stretches of the days ahead in which a refresh that is asked
// for now could run: every window on the grid that keeps every rule, those that
// touch in one.
func free(w rules.World, now time.Time) []rules.Interval {
	p := w.Policy
	var list []rules.Interval
	today := now.UTC().Truncate(24 * time.Hour)
	for day := range weekAhead + 1 {
		midnight := today.AddDate(0, 0, day)
		for at := p.Suggest.Hours.From; at+p.Window <= p.Suggest.Hours.To; at += p.Suggest.Step {
			i := rules.Interval{Start: midnight.Add(at), End: midnight.Add(at + p.Window)}
			if !i.End.After(now.AddDate(0, 0, weekAhead)) && works(w, i, now) {
				list = merged(list, i)
			}
		}
	}
	return list
}

func works(w rules.World, i rules.Interval, now time.Time) bool {
	asked := ticket.Window{Start: i.Start, End: i.End, ProposedAt: now}
	window, _ := rules.JudgeWindow(asked, rules.Ask{Kind: ticket.Standard}, w, now)
	return window.Feasible && !window.NeedsApproval
}

// merged adds a window to stretches in order of time.
func merged(list []rules.Interval, i rules.Interval) []rules.Interval {
	if n := len(list); n > 0 && !i.Start.After(list[n-1].End) {
		list[n-1].End = i.End
		return list
	}
	return append(list, i)
}

// freeLines writes the free stretches, a line for each day.
func freeLines(w rules.World, now time.Time) []string {
	var lines []string
	var last calendar.Date
	for _, i := range free(w, now) {
		clock := clocks(i, time.UTC)
		if day := calendar.DateOf(i.Start); day != last {
			lines, last = append(lines, i.Start.Format(shortForm)+": "+clock), day
			continue
		}
		lines[len(lines)-1] += ", " + clock
	}
	return lines
}

// freeText tells what is free for anybody.
func freeText(w rules.World, now time.Time) bot.Text {
	lines := freeLines(w, now)
	if len(lines) == 0 {
		return bot.Text{para(says(nothingFree))}
	}
	return bot.Text{
		para(says("Free for a refresh that is asked for now, in UTC; any %s in it will do:", plain(length(w.Policy.Window)))),
		bullets(facts(lines)...),
		para(says("The holidays of a client's own region are not in it: %s knows them.", name("windows KEY"))),
	}
}

const nothingFree = "Nothing is free in the next seven days for a refresh that is asked for now."

// freeSection is the same for the home.
func freeSection(w rules.World, now time.Time) bot.HomeSection {
	s := bot.HomeSection{Title: "Free in the next seven days", Lines: freeLines(w, now)}
	if len(s.Lines) == 0 {
		s.Lines = []string{nothingFree}
		return s
	}
	s.More = "UTC, for a refresh that is asked for now. A client's own holidays come on top."
	return s
}

// holidays tells the days on which the desk treats a region as closed.
func holidays(days *calendar.Calendar, asked bot.Question, now time.Time) bot.Text {
	year := cmp.Or(asked.Year, now.UTC().Year())
	first, last, known := days.Years(asked.Region)
	if !known {
		return bot.Text{para(says("I know of no region %s. Regions are written as in ISO 3166: %s, %s, %s.",
			words(asked.Region), name("US"), name("SG"), name("DE-HH")))}
	}
	list, err := days.Holidays(asked.Region, year)
	if err != nil {
		return bot.Text{para(says("My holidays of %s go from %s to %s.",
			plain(days.Name(asked.Region)), plain(itoa(first)), plain(itoa(last))))}
	}
	lines := make([]bot.Line, len(list))
	for i, d := range list {
		lines[i] = says("%s: %s", plain(day(d.Date.String())), plain(d.Name))
		if d.Estimated {
			lines[i] = append(lines[i], plain(" (the date may still move)"))
		}
	}
	return bot.Text{
		para(says("Holidays of %s in %s:", plain(days.Name(asked.Region)), plain(itoa(year)))),
		bullets(lines...),
	}
}
