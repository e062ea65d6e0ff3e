package rules

import (
	"time"

	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// A World is what the rules have to know beside the request itself. It is read,
// never changed, and may be shared between calls.
type World struct {
	Policy   Policy
	Calendar *calendar.Calendar
	Regions  []string  // holiday regions beside the desk's and the tenant's
	Registry *Registry // nil: every well-formed name is known, ownership is not checked
	Tenant   *Tenant   // the requester's; nil with a Registry: unknown
	Taken    []Booking // of everybody else, sorted by start, none longer than a day
	Stale    []Stale   // regions whose calendar could not be read again, sorted by region
}

// Stale names a region whose calendar is too old to be relied on. Holidays that
// are known of it count; that a day is none has to be looked at by the engineers.
type Stale struct {
	Region string    // in capitals
	Since  time.Time // when the calendar was last known to be right; zero: never
}

// A Tenant is one client with the environments that are its own.
type Tenant struct {
	Name          string
	Organizations []string // of the help center
	EmailDomains  []string
	Regions       []string       // ISO 3166-1 or 3166-2
	Zone          *time.Location // nil: local times are not shown
	OnPremise     bool
	DataLake      bool
	Replicated    bool
	Environments  []Environment
}

// An Environment is one of a tenant's systems.
type Environment struct {
	Name          string
	Role          ticket.Role
	SchemaVersion string // empty: not known
	Database      string // where it lives, "sqlite:PATH"; empty: no driver
}

// A Booking is a window that is taken: booked, or held for a request whose
// approval is open.
type Booking struct {
	Interval
	Environments []string // names, each taking part in one request at a time
	Held         bool     // a hold: counts like a booking, and is never suggested over
}

// A Registry knows every tenant.
type Registry struct {
	Tenants []Tenant
}

// A Policy holds every figure of the rules. The zero value is not useful; start
// from DefaultPolicy.
type Policy struct {
	Window          time.Duration
	WindowsRequired int
	YearAhead       time.Duration // an assumed year is asked about when the window is further ahead
	Weekdays        []time.Weekday
	Hours           Hours
	Suggest         SuggestPolicy
	Notice          map[ticket.Kind]Notice
	PITMaxAge       time.Duration
	Capacity        int
	Hold            Notice
	ConfirmBefore   time.Duration
	Approvers       ApproverPolicy
	Reminders       []time.Duration // ahead of the window's start
	Recheck         []time.Duration // ahead of the window's start
	Nudge, Close    Notice          // after the bot's last word
	DeskRegions     []string
	RegionZones     map[string]*time.Location
	Freezes         []Freeze
}

// ApproverPolicy says how many different people have to approve.
type ApproverPolicy struct {
	Production int // a request whose target is a production environment; others need one
}

// Hours are the standard hours by season. The season is that of Zone at a
// window's start: daylight saving time is summer.
type Hours struct {
	Zone           *time.Location
	Summer, Winter DayRange
}

// A DayRange is a range of the UTC day, [From, To), as time since midnight.
// To may be 24 h.
type DayRange struct {
	From, To time.Duration
}

// SuggestPolicy bounds what is suggested.
type SuggestPolicy struct {
	Hours   DayRange
	Step    time.Duration
	Horizon time.Duration
}

// A Notice is a span of time ahead, in business days or as plain time.
type Notice struct {
	BusinessDays int
	Plain        time.Duration
}

// A Freeze is a time in which the operator accepts no window.
type Freeze struct {
	Interval
	Reason string
}
