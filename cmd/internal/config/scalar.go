package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
)

// parser returns how a single value is read into a pointer, or nil where the
// pointer's type is not that of a single value.
func (r *reader) parser(path string, into any) func(string) error {
	switch p := into.(type) {
	case *bool:
		return parsed(p, parseBool)
	case *int:
		return parsed(p, parseInt)
	case *time.Duration:
		return parsed(p, rules.ParseSpan)
	case *rules.Notice:
		return parsed(p, rules.ParseNotice)
	case *rules.DayRange:
		return parsed(p, rules.ParseDayRange)
	case *time.Weekday:
		return parsed(p, parseWeekday)
	case **time.Location:
		return parsed(p, parseZone)
	case *time.Time:
		return parsed(p, parseInstant)
	case **calendar.Date:
		return parsed(p, parseDate)
	case *Connection:
		return func(s string) error { return r.connection(path, s, p) }
	case *Path:
		return func(s string) error { *p = Path(r.resolve(s)); return nil }
	default:
		return word(into)
	}
}

// word returns how a value of one of the string types is read: as it stands.
func word(into any) func(string) error {
	switch p := into.(type) {
	case *string:
		return assign(p)
	case *Mode:
		return assign(p)
	case *SlackMode:
		return assign(p)
	case *Hosting:
		return assign(p)
	case *Runner:
		return assign(p)
	default:
		return nil
	}
}

func assign[T ~string](to *T) func(string) error {
	return func(s string) error { *to = T(s); return nil }
}

// parsed stores what parse returns, if it can be read.
func parsed[T any](to *T, parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		value, err := parse(s)
		if err == nil {
			*to = value
		}
		return err
	}
}

func parseBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true", "on", "yes":
		return true, nil
	case "false", "off", "no":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither on nor off", s)
}

func parseInt(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return n, nil
}

func parseWeekday(s string) (time.Weekday, error) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := day.String(); strings.EqualFold(s, name) || strings.EqualFold(s, name[:3]) {
			return day, nil
		}
	}
	return 0, fmt.Errorf("%q is not a day of the week: want mon, tue, wed, thu, fri, sat or sun", s)
}

// parseZone reads the name of a zone. "Local" is none: the machine's zone must
// not decide about a client's window.
func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, fmt.Errorf("%q is not a time zone: want a name of the IANA list such as Europe/Berlin", s)
	}
	return zone, nil
}

func parseInstant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not an instant: want RFC 3339 such as 2026-12-24T18:00:00Z", s)
	}
	return t.UTC(), nil
}

func parseDate(s string) (*calendar.Date, error) {
	d, err := calendar.ParseDate(s)
	return &d, err
}

// keywordPassword finds a password in a connection string of keywords.
var keywordPassword = regexp.MustCompile(`(?i)(^|[\s;?&:])(password|pwd|pass)\s*=`)

// connection reads where a database is. What it refuses it never quotes: there is
// a password in it.
func (r *reader) connection(path, s string, to *Connection) error {
	if holdsPassword(s) {
		beside := join(strings.TrimSuffix(strings.TrimSuffix(path, "store"), ".database"), "password")
		return fmt.Errorf("a connection string holds no password: take it out and give password_file beside it, or set %s", variable(strings.TrimPrefix(beside, ".")))
	}
	scheme, rest, found := strings.Cut(s, ":")
	switch {
	case s == "":
	case !found || rest == "":
		return errors.New("where a database is begins with what it is: want sqlite:PATH or bolt:PATH, or a URL such as postgres://user@host/name")
	case scheme == "bolt" || scheme == "sqlite":
		s = scheme + ":" + r.resolve(rest)
	case scheme == "postgresql": // PostgreSQL's own programs take both
		s = "postgres:" + rest
	}
	*to = Connection(s)
	return nil
}

func holdsPassword(s string) bool {
	if u, err := url.Parse(s); err == nil {
		if _, given := u.User.Password(); given {
			return true
		}
	} else if strings.Contains(s, "@") && strings.Contains(s, "://") {
		return true // not a URL, and likely for a character of the password
	}
	return keywordPassword.MatchString(s)
}
