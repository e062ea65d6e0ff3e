package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
)

// errHelp says that a command was asked for its flags.
var errHelp = errors.New("help was asked for")

// newFlags returns an empty set of flags.
func newFlags() *flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse reads flags and arguments in any order and returns the arguments, of
// which there may be up to most. Flags end at "--".
func parse(fs *flag.FlagSet, args []string, most int) (rest []string, err error) {
	for len(args) > 0 {
		switch arg := args[0]; {
		case arg == "--":
			rest, args = append(rest, args[1:]...), nil
		case len(arg) < 2 || arg[0] != '-':
			rest, args = append(rest, arg), args[1:]
		default:
			n, err := arguments(fs, arg)
			if err != nil {
				return nil, err
			}
			n = min(n, len(args))
			if err := fs.Parse(args[:n]); err != nil {
				return nil, usageError{err}
			}
			args = args[n:]
		}
	}
	if len(rest) > most {
		return nil, usagef("what is %q? It is one argument too many", rest[most])
	}
	return rest, nil
}

// arguments returns how many arguments a flag takes up, itself included.
func arguments(fs *flag.FlagSet, arg string) (int, error) {
	name, _, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	f := fs.Lookup(name)
	switch {
	case f != nil:
	case name == "h" || name == "help":
		return 0, errHelp
	default:
		return 0, usagef("unknown flag %s%s", dashed(name), nearest.Hint(dashed(name), flagNames(fs)))
	}
	if b, ok := f.Value.(interface{ IsBoolFlag() bool }); joined || ok && b.IsBoolFlag() {
		return 1, nil
	}
	return 2, nil
}

func flagNames(fs *flag.FlagSet) []string {
	var names []string
	fs.VisitAll(func(f *flag.Flag) { names = append(names, dashed(f.Name)) })
	return names
}

// dashed writes a flag as people do: "-n", "--at".
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// instantFlag defines a flag that takes an instant.
func instantFlag(fs *flag.FlagSet, name string, to *time.Time) {
	fs.Func(name, "", func(s string) error {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return errors.New("want RFC 3339 such as 2026-12-24T18:00:00Z")
		}
		if !thinkable(t) {
			return fmt.Errorf("want a year from %d to %d", firstYear, lastYear)
		}
		*to = t.UTC()
		return nil
	})
}

// The years that an instant from outside may lie in. Around one of another, there
// would be windows and suggestions that no JSON can write.
const (
	firstYear = 1970
	lastYear  = 9900
)

// thinkable reports whether an instant lies in those years.
func thinkable(t time.Time) bool { return firstYear <= t.UTC().Year() && t.UTC().Year() <= lastYear }

// listFlag defines a flag that may be given several times.
func listFlag(fs *flag.FlagSet, name string, to *[]string) {
	fs.Func(name, "", func(s string) error { *to = append(*to, s); return nil })
}

// choiceFlag defines a flag that takes one of a few words, the first by default.
func choiceFlag(fs *flag.FlagSet, name string, to *string, words ...string) {
	*to = words[0]
	fs.Func(name, "", func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("want %s", strings.Join(words, " or "))
		}
		*to = s
		return nil
	})
}

// formatFlag defines --format text|json.
func formatFlag(fs *flag.FlagSet, to *string) { choiceFlag(fs, "format", to, "text", "json") }

// required complains of the first of the flags that was not given.
func required(fs *flag.FlagSet, names ...string) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, name := range names {
		if !given[name] {
			return usagef("%s is missing", dashed(name))
		}
	}
	return nil
}

// wordsFlag defines a flag that may be given several times, each time with one of
// a few words.
func wordsFlag[T ~string](fs *flag.FlagSet, name string, to *[]T, words []T) {
	fs.Func(name, "", func(s string) error {
		if !slices.Contains(words, T(s)) {
			return fmt.Errorf("want one of %s", strings.Trim(fmt.Sprint(words), "[]"))
		}
		*to = append(*to, T(s))
		return nil
	})
}

// configArgument reads the arguments of a command that takes a configuration, must
// have one, and takes nothing else.
func configArgument(args []string) (file string, err error) {
	fs := newFlags()
	fs.StringVar(&file, "config", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return "", err
	}
	return file, required(fs, "config")
}

// oneArgument reads the flags of a command that must have a configuration, and the
// one argument that it takes, by its name for people.
func oneArgument(fs *flag.FlagSet, args []string, name string) (string, error) {
	rest, err := parse(fs, args, 1)
	if err != nil {
		return "", err
	}
	if len(rest) == 0 {
		return "", usagef("%s is missing", name)
	}
	return rest[0], required(fs, "config")
}
