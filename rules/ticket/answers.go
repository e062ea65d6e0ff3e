package ticket

import "time"

// Kind is the kind of request that a text makes.
type Kind string

// The kinds of request (policy, section 1).
const (
	Standard     Kind = "standard"      // a copy of the source as it is when the window comes
	PointInTime  Kind = "point_in_time" // a copy of the source as it was at an instant
	SchemaUpdate Kind = "schema_update" // the latest schema version for one or more environments
	Unknown      Kind = "unknown"       // none of these: the bot stays silent
)

// A Span is the half-open byte range [Start, End) of the text, as it was handed
// to the reader, that an answer was read from.
type Span struct {
	Start, End int
}

// A Role is what an environment is for, as a client names it without naming the
// environment itself: "production", "the UAT system".
type Role string

// The roles that role words stand for.
const (
	Production Role = "production"
	Test       Role = "test"
	UAT        Role = "uat"
	Training   Role = "training"
	Dev        Role = "dev"
	Preprod    Role = "preprod"
)

// An Environment is an environment as a client wrote it. It is not looked up
// anywhere: whether it exists, and whose it is, is judged by package rules.
type Environment struct {
	Written string // the client's words
	Role    Role   // set where the words are a role and not a name
	Span    Span
}

// A Doubt is what the reader noticed about a window and will not decide alone.
type Doubt string

// The doubts. Those of the first group leave the window without instants.
const (
	Unreadable      Doubt = "unreadable"       // a date without a time, "next week"
	AmbiguousDate   Doubt = "ambiguous_date"   // 09/10/2024, both readings still possible
	WeekdayMismatch Doubt = "weekday_mismatch" // the stated weekday is not that of the date
	ZoneAmbiguous   Doubt = "zone_ambiguous"   // IST, CST, or EST on a summer's day

	NotUTC       Doubt = "not_utc"       // given in another zone, converted
	ZoneAssumed  Doubt = "zone_assumed"  // no zone: read as UTC
	EndAssumed   Doubt = "end_assumed"   // no end: the length of a window assumed
	YearAssumed  Doubt = "year_assumed"  // no year: the next such date
	RelativeDate Doubt = "relative_date" // "tomorrow"
)

// A Reading is one way to understand a window's words. Times are UTC.
type Reading struct {
	Start, End time.Time
	Zone       string // the zone of this reading, where zones are what is in doubt
}

// A Window is one proposed window, in the order in which the text gives them.
type Window struct {
	// Start and End are UTC and half-open; both are zero where a doubt of the
	// first group leaves them open.
	Start, End time.Time
	Written    string    // the client's words; empty for a suggestion that was taken
	Zone       string    // the zone as written, where it is not UTC; empty otherwise
	Doubts     []Doubt   // in the order of the constants
	Readings   []Reading // at least two where a date or zone is ambiguous
	ProposedAt time.Time // UTC; when the client's message was written, or the suggestion made
	Confirmed  bool      // the client has confirmed the converted zone or the assumed year
	Span       Span
}

// A YesNo is the answer to the question about users.
type YesNo string

// The answers about users.
const (
	NotStated YesNo = ""        // not answered, or "n/a": the default holds
	Yes       YesNo = "yes"     // keep the target's users
	No        YesNo = "no"      // replace them by the source's
	Neither   YesNo = "neither" // answered, but with neither yes nor no
)

// Preserve is the answer to "preserve user info (security list) on the target?".
type Preserve struct {
	Answer  YesNo
	Written string
	Span    Span
}

// An Instant is the point in time whose data a client wants. At is UTC and zero
// where the words could not be read as one instant; Written then says what was
// there. Doubts and Readings are as for a Window.
type Instant struct {
	At       time.Time
	Written  string
	Doubts   []Doubt
	Readings []Reading
	Span     Span
}

// A Remark is something that the text asks for beside the answers.
type Remark struct {
	Written string
	Span    Span
}

// A Contradiction is an answer in a form field that the text gives differently.
// The reader of texts never sets it: it is found where the two are joined.
type Contradiction struct {
	Question Question
	Field    string // the answer in the form field
	Text     string // the answer in the text
}

// Answers is everything that was read from one text.
type Answers struct {
	Kind         Kind
	Mixed        bool          // a schema update is asked for beside the refresh
	Source       *Environment  // nil where not given
	Target       *Environment  // nil where not given
	Environments []Environment // of a schema update, in the text's order, each once
	Windows      []Window
	Preserve     Preserve
	PointInTime  *Instant // nil where not given

	CopiesConfiguration *Remark // asks to copy configuration flags or messaging configuration
	VersionChosen       *Remark // a schema update to a version of the client's choice
	OnPremise           *Remark // says that the system is on the client's own premises

	Contradictions []Contradiction // between form fields and the text
}

// A Question is something that the bot asked and that a reply may answer.
type Question string

// The questions.
const (
	AskSource       Question = "source"
	AskTarget       Question = "target"
	AskEnvironments Question = "environments"
	AskWindows      Question = "windows"
	AskPreserve     Question = "preserve"
	AskPointInTime  Question = "point_in_time"
	AskConfirm      Question = "confirm" // is this what you mean (a converted zone)?
)

// Asked is what was open when a client wrote a comment.
type Asked struct {
	Kind      Kind
	Questions []Question
	Options   []int    // the numbers of the suggestions on offer
	Letters   []string // the letters of the client's own windows, "A", "B"
	Windows   []Window // the windows on the table, for "Thursday same time"
}

// An Intent is what a client wants of the conversation itself.
type Intent string

// The intents.
const (
	NoIntent    Intent = ""
	Cancel      Intent = "cancel"        // withdraws the request
	Status      Intent = "status"        // asks how it stands
	Human       Intent = "human"         // asks for a person
	OutOfOffice Intent = "out_of_office" // an automatic answer: to be passed over
)

// A Reply is what a comment says. Only what the comment names is set: Answers
// holds nothing that was not in it, and Kind is Unknown unless it changes.
type Reply struct {
	Answers
	Intent  Intent
	Choices []int    // numbers of suggestions taken, in order: "2 please", "option 1"
	Letters []string // letters of own windows kept: "A is fine"
	Confirm YesNo    // a plain yes or no to what was asked
}
