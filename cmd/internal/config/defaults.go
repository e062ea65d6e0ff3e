package config

import (
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Defaults returns the configuration of an empty file.
func Defaults() *Config {
	return &Config{
		Mode:        Live,
		Listen:      "127.0.0.1:8080",
		AdminListen: "127.0.0.1:8081",
		Store:       "bolt:refreshbot.db",
		Retention:   400 * 24 * time.Hour,
		Jira:        Jira{Webhook: true, PollEvery: time.Minute, Fields: map[string]string{}},
		Slack:       Slack{APIURL: "https://slack.com/api/", Mode: SocketMode},
		Policy:      defaultPolicy(),
		Engine:      Engine{Runner: Local, Retention: 168 * time.Hour, MailDomain: "refresh.invalid"},
		lines:       map[string]int{},
		env:         func(string) string { return "" },
	}
}

// defaultPolicy writes down rules.DefaultPolicy as a file would.
func defaultPolicy() Policy {
	p := rules.DefaultPolicy()
	return Policy{
		Window:          p.Window,
		WindowsRequired: p.WindowsRequired,
		YearAhead:       p.YearAhead,
		Weekdays:        p.Weekdays,
		Hours:           Hours(p.Hours),
		Suggest:         Suggest(p.Suggest),
		Notice: Notice{
			Standard:     p.Notice[ticket.Standard],
			PointInTime:  p.Notice[ticket.PointInTime],
			SchemaUpdate: p.Notice[ticket.SchemaUpdate],
		},
		PITMaxAge:     p.PITMaxAge,
		Capacity:      p.Capacity,
		Hold:          p.Hold,
		ConfirmBefore: p.ConfirmBefore,
		Approvers:     p.Approvers.Production,
		Reminders:     p.Reminders,
		Recheck:       p.Recheck,
		Nudge:         p.Nudge,
		Close:         p.Close,
		DeskRegions:   p.DeskRegions,
		RegionZones:   p.RegionZones,
		Holidays:      Holidays{ReloadEvery: 6 * time.Hour, MaxAge: 7 * 24 * time.Hour},
	}
}

// DefaultWorld returns the world of an empty configuration.
func DefaultWorld() (rules.World, error) {
	cal, err := calendar.New(calendar.Config{})
	if err != nil {
		return rules.World{}, err
	}
	return rules.World{Policy: rules.DefaultPolicy(), Calendar: cal}, nil
}
