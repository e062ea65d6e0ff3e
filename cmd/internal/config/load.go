package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/rules/calendar"
)

// Load reads a configuration and checks it as far as judging a ticket needs it;
// see [Config.For] for the rest. Env looks up environment variables; one that is
// empty is not set.
//
// With an error of type [Mistakes] comes the configuration as far as it could be
// read, so that For can add what it finds; with any other error there is none.
func Load(path string, env func(string) string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if len(data) > largest {
		return nil, fmt.Errorf("read configuration: %s is larger than %d MB", path, largest>>20)
	}
	return parse(path, data, env)
}

// What a configuration may be. Thousands of tenants fit; what is beyond is another
// file by mistake, or a few lines of aliases that stand for one another.
const (
	largest    = 8 << 20 // bytes
	mostValues = 100_000 // keys and items, aliases followed
)

// LoadFor is Load and then For: the mistakes of both in one list.
func LoadFor(purpose Purpose, path string, env func(string) string) (*Config, error) {
	c, err := Load(path, env)
	if c == nil {
		return nil, err
	}
	return c, Merge(err, c.For(purpose))
}

func parse(path string, data []byte, env func(string) string) (*Config, error) {
	c := Defaults()
	c.file, c.env = path, env
	root, err := document(data)
	if err != nil {
		return nil, Mistakes{syntaxMistake(path, err)}
	}
	r := reader{config: c, folder: filepath.Dir(path)}
	_ = r.connection("store", string(c.Store), &c.Store) // sound: the default, whose path counts from the file too
	if root != nil {
		r.read(root, "", reflect.ValueOf(c).Elem())
	}
	if r.values > mostValues {
		return nil, Mistakes{{File: path, Text: fmt.Sprintf("holds more than %d values: no configuration does", mostValues)}}
	}
	r.collectCredentials("", reflect.ValueOf(c).Elem())
	check := checker{config: c, found: r.found}
	c.settleCalendarFiles()
	amiss := c.buildCalendar()
	if c.calendar == nil {
		return nil, fmt.Errorf("build the calendar: %w", amiss)
	}
	check.all()
	if amiss != nil && len(check.found) == 0 { // else it is told already, and with a better line
		check.add("policy.holidays", "%v", amiss)
	}
	return c, check.found.err()
}

// buildCalendar builds the calendar with what the operator changes, or with none of
// it where some can't be taken. Calendar files are left to who wants them.
func (c *Config) buildCalendar() (amiss error) {
	if c.calendar, amiss = c.CalendarWith(nil); amiss != nil {
		c.calendar, _ = calendar.New(calendar.Config{})
	}
	return amiss
}

// document returns the root of the only document in data, nil if there is none.
func document(data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		return nil, fmt.Errorf("yaml: line %d: a second document begins here; a configuration is one", second.Line)
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	if root := doc.Content[0]; root.Tag != "!!null" {
		return root, nil
	}
	return nil, nil
}

// syntaxMistake takes the line out of the parser's message, which is the only
// place where the parser puts it.
func syntaxMistake(path string, err error) Mistake {
	m := Mistake{File: path, Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if _, err := fmt.Sscanf(m.Text, "line %d:", &m.Line); err == nil {
		_, m.Text, _ = strings.Cut(m.Text, ": ")
	}
	m.Text = "this is not YAML: " + m.Text
	return m
}
