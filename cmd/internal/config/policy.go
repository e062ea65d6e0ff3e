package config

import (
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Policy holds the figures of the rules as the file writes them.
type Policy struct {
	Window          time.Duration             `yaml:"window"`
	WindowsRequired int                       `yaml:"windows_required"`
	YearAhead       time.Duration             `yaml:"year_ahead"` // an assumed year is asked about beyond it
	Weekdays        []time.Weekday            `yaml:"weekdays"`
	Hours           Hours                     `yaml:"hours"`
	Suggest         Suggest                   `yaml:"suggest"`
	Notice          Notice                    `yaml:"notice"`
	PITMaxAge       time.Duration             `yaml:"point_in_time_max_age"`
	Capacity        int                       `yaml:"capacity"`
	Hold            rules.Notice              `yaml:"hold"`
	ConfirmBefore   time.Duration             `yaml:"confirm_before"`
	Approvers       int                       `yaml:"approvers_production"`
	Reminders       []time.Duration           `yaml:"reminders"`
	Recheck         []time.Duration           `yaml:"recheck"`
	Nudge           rules.Notice              `yaml:"nudge"`
	Close           rules.Notice              `yaml:"close"`
	DeskRegions     []string                  `yaml:"desk_regions"`
	RegionZones     map[string]*time.Location `yaml:"region_zones"` // added to the default's
	Freezes         []Freeze                  `yaml:"freezes"`
	Holidays        Holidays                  `yaml:"holidays"`
}

// Hours are the standard hours by the season of Zone; each range is of the UTC
// day.
type Hours struct {
	Zone   *time.Location `yaml:"zone"`
	Summer rules.DayRange `yaml:"summer"`
	Winter rules.DayRange `yaml:"winter"`
}

// Suggest bounds what is suggested.
type Suggest struct {
	Hours   rules.DayRange `yaml:"hours"`
	Step    time.Duration  `yaml:"step"`
	Horizon time.Duration  `yaml:"horizon"`
}

// Notice is the notice that each kind of request needs.
type Notice struct {
	Standard     rules.Notice `yaml:"standard"`
	PointInTime  rules.Notice `yaml:"point_in_time"`
	SchemaUpdate rules.Notice `yaml:"schema_update"`
}

// A Freeze is a time in which no window is accepted, [From, To).
type Freeze struct {
	From   time.Time `yaml:"from"`
	To     time.Time `yaml:"to"`
	Reason string    `yaml:"reason"` // the client reads it
}

// Holidays are the operator's changes to the public holidays.
type Holidays struct {
	Add         []Holiday      `yaml:"add"`
	Remove      []Holiday      `yaml:"remove"`
	ICS         []CalendarFile `yaml:"ics"`
	ReloadEvery time.Duration  `yaml:"reload_every"` // of the files of ICS; zero: at the start alone
	MaxAge      time.Duration  `yaml:"max_age"`      // beyond which a file is not relied on; zero: none
}

// A Holiday is one day of one region. The name is needed only to add one.
type Holiday struct {
	Region string         `yaml:"region"`
	Date   *calendar.Date `yaml:"date"` // nil: not given
	Name   string         `yaml:"name"`
}

// rules returns the policy as the rules take it.
func (p Policy) rules() rules.Policy {
	return rules.Policy{
		Window:          p.Window,
		WindowsRequired: p.WindowsRequired,
		YearAhead:       p.YearAhead,
		Weekdays:        p.Weekdays,
		Hours:           rules.Hours(p.Hours),
		Suggest:         rules.SuggestPolicy(p.Suggest),
		Notice: map[ticket.Kind]rules.Notice{
			ticket.Standard:     p.Notice.Standard,
			ticket.PointInTime:  p.Notice.PointInTime,
			ticket.SchemaUpdate: p.Notice.SchemaUpdate,
		},
		PITMaxAge:     p.PITMaxAge,
		Capacity:      p.Capacity,
		Hold:          p.Hold,
		ConfirmBefore: p.ConfirmBefore,
		Approvers:     rules.ApproverPolicy{Production: p.Approvers},
		Reminders:     p.Reminders,
		Recheck:       p.Recheck,
		Nudge:         p.Nudge,
		Close:         p.Close,
		DeskRegions:   p.DeskRegions,
		RegionZones:   p.RegionZones,
		Freezes:       p.freezes(),
	}
}

func (p Policy) freezes() []rules.Freeze {
	var freezes []rules.Freeze
	for _, f := range p.Freezes {
		freezes = append(freezes, rules.Freeze{Interval: rules.Interval{Start: f.From, End: f.To}, Reason: f.Reason})
	}
	return freezes
}

// registry returns the tenants as the rules take them.
func (c *Config) registry() *rules.Registry {
	r := &rules.Registry{}
	for _, t := range c.Tenants {
		r.Tenants = append(r.Tenants, t.rules())
	}
	return r
}

func (t Tenant) rules() rules.Tenant {
	tenant := rules.Tenant{
		Name:          t.Name,
		Organizations: t.Organizations,
		EmailDomains:  t.EmailDomains,
		Regions:       t.Regions,
		Zone:          t.Zone,
		OnPremise:     t.Hosting == OnPremise,
		DataLake:      t.DataLake,
		Replicated:    t.Replicated,
	}
	for _, e := range t.Environments {
		tenant.Environments = append(tenant.Environments, rules.Environment{
			Name: e.Name, Role: ticket.Role(e.Role), SchemaVersion: e.SchemaVersion, Database: string(e.Database),
		})
	}
	return tenant
}
