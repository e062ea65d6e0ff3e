package wording

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Finding returns the sentences that explain a finding to the client: why, and
// what would mend it.
func Finding(f rules.Finding) string { return finding(f).String() }

// A phrase says one code's finding.
type phrase func(f rules.Facts, s rules.Severity) bot.Line

// phrases has one entry for each code; a test sees to that.
var phrases = map[rules.Code]phrase{
	rules.SourceMissing:          fixed("Which environment is to be copied (the source)?"),
	rules.SourceUnknown:          unknownName,
	rules.TargetMissing:          fixed("Which environment is to be overwritten (the target)?"),
	rules.TargetUnknown:          unknownName,
	rules.TargetSameAsSource:     sameNames,
	rules.TargetProduction:       production,
	rules.EnvironmentNotYours:    unknownName,
	rules.EnvironmentOnPremise:   fixed("Your system runs on your own premises, so your own team refreshes and updates it; we can only work on systems that we host."),
	rules.EnvironmentAmbiguous:   ambiguousName,
	rules.EnvironmentsMissing:    fixed("Which environments are to be updated?"),
	rules.EnvironmentsOnePerSlot: onePerSlot,
	rules.TenantUnknown:          fixed("I could not tell which company's systems you work with, so I have asked an engineer to look at this."),

	rules.WindowsMissing:        windowsMissing,
	rules.WindowsTooFew:         windowsTooFew,
	rules.WindowsOverlap:        overlap,
	rules.WindowInPast:          fixed("It would start before the request was written; please propose a later time."),
	rules.WindowLapsed:          tooSoon,
	rules.WindowLength:          wrongLength,
	rules.WindowWeekend:         weekend,
	rules.WindowOutsideHours:    outsideHours,
	rules.WindowTooEarly:        tooEarly,
	rules.WindowHoliday:         holiday,
	rules.WindowCalendarUnknown: calendarUnknown,
	rules.WindowFreeze:          freeze,
	rules.WindowUnavailable:     unavailable,
	rules.WindowAmbiguousDate:   ambiguousDate,
	rules.WindowWeekdayMismatch: weekdayMismatch,
	rules.WindowNotUTC:          notUTC,
	rules.WindowZoneAmbiguous:   zoneAmbiguous,
	rules.WindowZoneAssumed:     fixed("You named no time zone, so I read it as UTC."),
	rules.WindowEndAssumed:      endAssumed,
	rules.WindowYearAssumed:     yearAssumed,
	rules.WindowRelativeDate:    relativeDate,
	rules.WindowUnreadable:      unreadable,

	rules.PreserveDefault:         fixed("You did not say whether the target's users are to be kept. By default they are replaced by those of the source."),
	rules.PreserveUnreadable:      preserveUnreadable,
	rules.PreserveSchemaMismatch:  schemaMismatch,
	rules.PreserveSchemaUnchecked: fixed("Users can be kept only where both environments are on the same schema version; the engineers check that."),

	rules.PITMissing:     fixed("As of which date and time, in UTC, should the data be?"),
	rules.PITUnreadable:  pitUnreadable,
	rules.PITTooOld:      pitTooOld,
	rules.PITAfterWindow: pitAfterWindow,

	rules.RequestUnknownKind:         fixed("This does not ask for a database refresh or a schema update."),
	rules.RequestMixed:               fixed("The schema update that you mention is a request of its own: please open another ticket for it. This one covers the refresh."),
	rules.RequestCopiesConfiguration: fixed("Configuration flags and messaging configuration are never copied; the target keeps its own."),
	rules.SchemaVersionChosen:        fixed("An update always goes to the latest version; another one can't be chosen."),
	rules.AnswerContradictsField:     contradicts,
}

func finding(f rules.Finding) bot.Line {
	say, ok := phrases[f.Code]
	if !ok {
		return says(string(f.Code))
	}
	return say(f.Facts, f.Severity)
}

func fixed(s string) phrase {
	return func(rules.Facts, rules.Severity) bot.Line { return says(s) }
}

// unknownName is said of a name that nobody has and of another tenant's alike.
func unknownName(f rules.Facts, _ rules.Severity) bot.Line {
	switch {
	case len(f.Names) == 0 && f.Role != "":
		return says("Which environment do you mean by %s? Please give its name.", words(f.Written))
	case len(f.Names) == 0:
		return says("I don't know an environment called %s. Please give its name as it is written in your system.", words(f.Written))
	case f.Role != "":
		return join(says("You have no environment for %s; yours are", words(f.Written)), append(names(f.Names, "and"), plain(".")))
	default:
		return join(says("%s is not an environment of yours; yours are", words(f.Written)), append(names(f.Names, "and"), plain(".")))
	}
}

func sameNames(f rules.Facts, _ rules.Severity) bot.Line {
	return says("Source and target are both %s. Which one is to be copied, and which one overwritten?", name(strings.Join(f.Names, ", ")))
}

func production(f rules.Facts, _ rules.Severity) bot.Line {
	return says("%s is a production environment, so %s different engineers have to approve.",
		name(strings.Join(f.Names, ", ")), plain(number(max(1, f.Needed))))
}

func ambiguousName(f rules.Facts, _ rules.Severity) bot.Line {
	return join(says("%s could be", words(f.Written)), append(names(f.Names, "or"), plain(". Which one is it?")))
}

func onePerSlot(f rules.Facts, _ rules.Severity) bot.Line {
	return join(says("Only one environment can be updated in a window, since your database is replicated or feeds the data lake. Which one is this request for:"),
		append(names(f.Names, "or"), plain("? Please open another ticket for the other.")))
}

func windowsMissing(f rules.Facts, _ rules.Severity) bot.Line {
	return says("When should it be done? Please propose %s windows of two hours each, in UTC.", plain(number(max(1, f.Needed))))
}

func windowsTooFew(f rules.Facts, _ rules.Severity) bot.Line {
	if f.Needed == 2 && f.Found == 1 {
		return says("Please propose a second window, in case the first can't be had.")
	}
	return says("Please propose %s windows; so far there are %s.", plain(number(f.Needed)), plain(number(f.Found)))
}

func overlap(f rules.Facts, _ rules.Severity) bot.Line {
	return says("Two of the windows overlap: %s and %s. Please move one of them.", plain(span(f.Window)), plain(span(f.Other)))
}

func tooSoon(f rules.Facts, _ rules.Severity) bot.Line {
	return says("It is too soon to be confirmed in time; from now on the earliest start is %s.", plain(at(f.Earliest)))
}

func wrongLength(f rules.Facts, _ rules.Severity) bot.Line {
	return says("A window has to be %s long; this one is %s.", plain(length(f.Length)), plain(length(f.Window.Length())))
}

func weekend(f rules.Facts, _ rules.Severity) bot.Line {
	return says("%s is at a weekend; changes are made from Monday to Friday, UTC.", plain(day(f.Date)))
}

func outsideHours(f rules.Facts, _ rules.Severity) bot.Line {
	return says("It is outside the standard hours (%s UTC), so the engineers have to agree to it.", plain(strings.Replace(f.Hours, "-", " to ", 1)))
}

func tooEarly(f rules.Facts, _ rules.Severity) bot.Line {
	return says("We need %s of notice: the earliest start is %s.", plain(notice(f.Notice)), plain(at(f.Earliest)))
}

func holiday(f rules.Facts, _ rules.Severity) bot.Line { return holidayIn(f, []string{f.Region}) }

// holidayIn names a holiday that several regions share once.
func holidayIn(f rules.Facts, codes []string) bot.Line {
	regions := make([]string, len(codes))
	for i, code := range codes {
		regions[i] = region(code)
	}
	line := says("%s is a public holiday in %s: %s.", plain(day(f.Date)), plain(strings.Join(regions, " and in ")), plain(f.Holiday))
	if f.Estimated {
		line = join(line, says("(Its date is not final yet.)"))
	}
	return line
}

// calendarUnknown says why it is not known whether a day is a holiday: nobody has
// published that far, or who did can't be asked any more.
func calendarUnknown(f rules.Facts, _ rules.Severity) bot.Line {
	const agree = "so the engineers have to agree to it."
	switch {
	case f.Stale && f.Since.IsZero():
		return says("I could not read the calendar of holidays in %s yet, "+agree, plain(region(f.Region)))
	case f.Stale:
		since := f.Since.UTC().Format(dateForm)
		return says("I could not refresh the calendar of holidays in %s since %s, "+agree, plain(region(f.Region)), plain(since))
	}
	return says("I don't know the public holidays in %s on %s, so the engineers have to agree to it.", plain(region(f.Region)), plain(day(f.Date)))
}

func freeze(f rules.Facts, _ rules.Severity) bot.Line {
	line := says("No changes are made from %s to %s", plain(at(f.Window.Start)), plain(at(f.Window.End)))
	if f.Reason != "" {
		line = append(line, plain(": "+f.Reason))
	}
	return append(line, plain("."))
}

func unavailable(f rules.Facts, _ rules.Severity) bot.Line {
	if len(f.Names) > 0 {
		return says("%s takes part in another request from %s.", name(strings.Join(f.Names, ", ")), plain(span(f.Window)))
	}
	return says("Other requests take all of our time on %s.", plain(span(f.Window)))
}

func ambiguousDate(f rules.Facts, _ rules.Severity) bot.Line {
	return join(says("%s has more than one meaning. Is it", words(f.Written)), readings(f.Readings))
}

func weekdayMismatch(f rules.Facts, _ rules.Severity) bot.Line {
	if len(f.Readings) == 0 {
		return says("In %s the weekday does not fit the date. Which day do you mean?", words(f.Written))
	}
	return join(says("In %s the weekday does not fit the date. Do you mean", words(f.Written)), readings(f.Readings))
}

// readings lists how words can be understood, as a question.
func readings(list []ticket.Reading) bot.Line {
	said := make([]string, 0, len(list))
	for _, r := range list {
		s := span(rules.Interval{Start: r.Start, End: r.End})
		if r.End.IsZero() || !r.End.After(r.Start) {
			s = at(r.Start)
		}
		if r.Zone != "" && r.Zone != "UTC" {
			s += " (" + r.Zone + ")"
		}
		said = append(said, s)
	}
	return says("%s?", plain(strings.Join(said, ", or ")))
}

func notUTC(f rules.Facts, s rules.Severity) bot.Line {
	if s == rules.Info {
		return says("Converted from %s, as you confirmed.", plain(f.Zone))
	}
	return says("You wrote %s; in UTC that is %s. Is that right? Please answer %s, or give the time in UTC.",
		words(f.Written), plain(span(f.Window)), name("yes"))
}

func zoneAmbiguous(f rules.Facts, _ rules.Severity) bot.Line {
	if len(f.Readings) == 0 {
		return says("%s has more than one meaning. Please give the time in UTC.", words(f.Zone))
	}
	return join(says("%s has more than one meaning. Is it", words(f.Zone)), readings(f.Readings), says("Please give the time in UTC."))
}

func endAssumed(f rules.Facts, _ rules.Severity) bot.Line {
	return says("You named no end, so I took %s.", plain(length(f.Window.Length())))
}

func yearAssumed(f rules.Facts, s rules.Severity) bot.Line {
	year := plain(f.Window.Start.UTC().Format("2006"))
	if s == rules.Info {
		return says("You named no year, so I took %s.", year)
	}
	return says("You named no year. Do you mean %s? Please answer %s, or give the full date.", year, name("yes"))
}

func relativeDate(f rules.Facts, _ rules.Severity) bot.Line {
	return says("I counted %s from the day of your message.", words(f.Written))
}

func unreadable(f rules.Facts, _ rules.Severity) bot.Line {
	return says("I can't tell a date and time from %s. Please give the date, the start and the end, in UTC.", words(f.Written))
}

func preserveUnreadable(f rules.Facts, _ rules.Severity) bot.Line {
	return says("Should the target keep its users (the security list)? I could not tell from %s: please answer yes or no.", words(f.Written))
}

func schemaMismatch(f rules.Facts, _ rules.Severity) bot.Line {
	versions := "two different ones"
	if len(f.Names) == 2 && f.Versions != [2]string{} {
		versions = f.Names[0] + " is on " + f.Versions[0] + ", " + f.Names[1] + " on " + f.Versions[1]
	}
	return says("Users can be kept only where both environments are on the same schema version: %s. Answer %s to have the users replaced, or %s and an engineer will first arrange the upgrade of both to the latest version.",
		plain(versions), name("no"), name("human"))
}

func pitUnreadable(f rules.Facts, _ rules.Severity) bot.Line {
	if len(f.Readings) > 0 {
		return join(says("As of when should the data be?"), ambiguousDate(f, rules.Error))
	}
	return says("As of when should the data be? I can't tell from %s: please give a date and a time, in UTC.", words(f.Written))
}

func pitTooOld(f rules.Facts, _ rules.Severity) bot.Line {
	line := says("Data of that instant can only be had in a window that starts by %s.", plain(at(f.Latest)))
	if !f.Earliest.IsZero() {
		line = join(line, says("With the notice that we need, the oldest data that you can still have is of %s.", plain(at(f.Earliest))))
	}
	return join(line, says("If it has to be older, answer %s and the engineers will look into an exception.", name("human")))
}

func pitAfterWindow(f rules.Facts, _ rules.Severity) bot.Line {
	if f.Latest.IsZero() {
		return says("The data can't be newer than the start of the window.")
	}
	return says("The data can't be newer than the start of the window, %s. Please choose a later window or an earlier instant.", plain(at(f.Latest)))
}

func contradicts(f rules.Facts, _ rules.Severity) bot.Line {
	what := map[ticket.Question]string{
		ticket.AskSource: "For the source", ticket.AskTarget: "For the target", ticket.AskWindows: "For the windows",
		ticket.AskPreserve: "On keeping users", ticket.AskPointInTime: "For the date of the data", ticket.AskEnvironments: "For the environments",
	}[f.Question]
	if what == "" {
		what = "In one answer"
	}
	return says("%s the form says %s and the text %s. Which one is right?", plain(what), words(f.Field), words(f.Written))
}

// region writes the name of a region: "Singapore", "Hamburg (DE-HH)".
func region(code string) string {
	country, part, _ := strings.Cut(code, "-")
	r, err := language.ParseRegion(country)
	if err != nil {
		return code
	}
	s := display.English.Regions().Name(r)
	if plural := []string{"Netherlands", "Philippines", "Bahamas", "Maldives"}; strings.HasPrefix(s, "United ") || slices.Contains(plural, s) {
		s = "the " + s
	}
	if part != "" {
		s += " (" + code + ")"
	}
	return s
}
