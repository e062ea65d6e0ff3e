package rules

import (
	"cmp"
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// A Code names a rule that found something. Codes are part of the product's
// interface: added to, never renamed.
type Code string

// The codes (policy, section 5).
const (
	SourceMissing          Code = "source.missing"
	SourceUnknown          Code = "source.unknown"
	TargetMissing          Code = "target.missing"
	TargetUnknown          Code = "target.unknown"
	TargetSameAsSource     Code = "target.same_as_source"
	TargetProduction       Code = "target.production"
	EnvironmentNotYours    Code = "environment.not_yours"
	EnvironmentOnPremise   Code = "environment.on_premise"
	EnvironmentAmbiguous   Code = "environment.ambiguous"
	EnvironmentsMissing    Code = "environments.missing"
	EnvironmentsOnePerSlot Code = "environments.one_per_slot"
	TenantUnknown          Code = "tenant.unknown"

	WindowsMissing        Code = "windows.missing"
	WindowsTooFew         Code = "windows.too_few"
	WindowsOverlap        Code = "windows.overlap"
	WindowInPast          Code = "window.in_past"
	WindowLapsed          Code = "window.lapsed"
	WindowLength          Code = "window.length"
	WindowWeekend         Code = "window.weekend"
	WindowOutsideHours    Code = "window.outside_hours"
	WindowTooEarly        Code = "window.too_early"
	WindowHoliday         Code = "window.holiday"
	WindowCalendarUnknown Code = "window.calendar_unknown"
	WindowFreeze          Code = "window.freeze"
	WindowUnavailable     Code = "window.unavailable"
	WindowAmbiguousDate   Code = "window.ambiguous_date"
	WindowWeekdayMismatch Code = "window.weekday_mismatch"
	WindowNotUTC          Code = "window.not_utc"
	WindowZoneAmbiguous   Code = "window.zone_ambiguous"
	WindowZoneAssumed     Code = "window.zone_assumed"
	WindowEndAssumed      Code = "window.end_assumed"
	WindowYearAssumed     Code = "window.year_assumed"
	WindowRelativeDate    Code = "window.relative_date"
	WindowUnreadable      Code = "window.unreadable"

	PreserveDefault         Code = "preserve.default"
	PreserveUnreadable      Code = "preserve.unreadable"
	PreserveSchemaMismatch  Code = "preserve.schema_mismatch"
	PreserveSchemaUnchecked Code = "preserve.schema_unchecked"

	PITMissing     Code = "pit.missing"
	PITUnreadable  Code = "pit.unreadable"
	PITTooOld      Code = "pit.too_old"
	PITAfterWindow Code = "pit.after_window"

	RequestUnknownKind         Code = "request.unknown_kind"
	RequestMixed               Code = "request.mixed"
	RequestCopiesConfiguration Code = "request.copies_configuration"
	SchemaVersionChosen        Code = "schema.version_chosen"
	AnswerContradictsField     Code = "answer.contradicts_field"
)

// A Severity says what a finding asks for.
type Severity string

// The severities.
const (
	Error    Severity = "error"    // must be mended
	Approval Severity = "approval" // needs the engineers
	Info     Severity = "info"     // said back
)

// A Finding is one thing that a rule found, with the facts that a person needs
// to understand and to mend it. The sentence is made in package wording.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Facts    Facts    `json:"facts"`
}

// Facts are what a finding rests on. Which are set depends on the code; times
// are UTC.
type Facts struct {
	Written  string           `json:"written,omitempty"`  // the client's words
	Names    []string         `json:"names,omitempty"`    // the environments that are the client's, or those that clash
	Earliest time.Time        `json:"earliest,omitzero"`  // the first instant that the rule admits
	Latest   time.Time        `json:"latest,omitzero"`    // the last instant that the rule admits
	Window   Interval         `json:"window,omitzero"`    // the window that the finding is about or that is in the way
	Readings []ticket.Reading `json:"readings,omitempty"` // how the words could be understood
	Zone     string           `json:"zone,omitempty"`     // as the client wrote it
	Hours    string           `json:"hours,omitempty"`    // standard hours of the season, "01:00-20:30"
	Holiday  string           `json:"holiday,omitempty"`  // its name
	Region   string           `json:"region,omitempty"`   // ISO 3166 code
	Date     string           `json:"date,omitempty"`     // a local date, 2006-01-02
	Reason   string           `json:"reason,omitempty"`   // the operator's, for a freeze
	Notice   string           `json:"notice,omitempty"`   // as configured: "2bd", "14d"
	Needed   int              `json:"needed,omitempty"`   // how many are required
	Found    int              `json:"found,omitempty"`    // how many there are
	Versions [2]string        `json:"versions,omitzero"`  // schema versions of source and target

	Other     Interval        `json:"other,omitzero"`      // the second window of two that overlap
	Length    time.Duration   `json:"length,omitempty"`    // how long a window has to be
	Estimated bool            `json:"estimated,omitempty"` // the holiday's date depends on a moon not yet seen
	Question  ticket.Question `json:"question,omitempty"`  // what the contradicting answers are answers to
	Field     string          `json:"field,omitempty"`     // the answer in the form field; Written is the text's
	Role      ticket.Role     `json:"role,omitempty"`      // the role that several, or none, of the environments have
	Stale     bool            `json:"stale,omitempty"`     // the region's calendar could not be read again
	Since     time.Time       `json:"since,omitzero"`      // when that calendar was last known to be right; zero: it was never read
}

// Codes returns every code, in the order in which findings are given.
func Codes() []Code {
	return []Code{
		SourceMissing, SourceUnknown, TargetMissing, TargetUnknown, TargetSameAsSource, TargetProduction,
		EnvironmentNotYours, EnvironmentOnPremise, EnvironmentAmbiguous,
		EnvironmentsMissing, EnvironmentsOnePerSlot, TenantUnknown,
		WindowsMissing, WindowsTooFew, WindowsOverlap,
		WindowInPast, WindowLapsed, WindowLength, WindowWeekend, WindowOutsideHours, WindowTooEarly,
		WindowHoliday, WindowCalendarUnknown, WindowFreeze, WindowUnavailable,
		WindowAmbiguousDate, WindowWeekdayMismatch, WindowNotUTC, WindowZoneAmbiguous, WindowZoneAssumed,
		WindowEndAssumed, WindowYearAssumed, WindowRelativeDate, WindowUnreadable,
		PreserveDefault, PreserveUnreadable, PreserveSchemaMismatch, PreserveSchemaUnchecked,
		PITMissing, PITUnreadable, PITTooOld, PITAfterWindow,
		RequestUnknownKind, RequestMixed, RequestCopiesConfiguration, SchemaVersionChosen, AnswerContradictsField,
	}
}

// ForEngineers reports whether findings of the code are for the engineers alone:
// the client must not learn from the reply that another tenant's environment
// exists, and has been told that the name is not one of the client's own.
func (c Code) ForEngineers() bool { return c == EnvironmentNotYours }

// sortByCode puts findings in the order of Codes.
func sortByCode(found []Finding) {
	codes := Codes()
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Compare(slices.Index(codes, a.Code), slices.Index(codes, b.Code))
	})
}

// aboutAnswer reports whether an error of this code is about an answer, which
// the client can mend in words, and not about when a window lies.
func (c Code) aboutAnswer() bool {
	switch c {
	case WindowInPast, WindowLapsed, WindowLength, WindowWeekend, WindowTooEarly, WindowHoliday,
		WindowFreeze, WindowUnavailable, PITTooOld, PITAfterWindow:
		return false
	}
	return true
}
