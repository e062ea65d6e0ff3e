// Package config reads the configuration: one YAML file, and the environment for
// secrets.
//
// [Load] is strict and patient. It knows every key, refuses the rest with the
// nearest key it knows, and reports every mistake of the file at once, each with
// its line, its dotted path and what would mend it. What a command needs beyond
// that, the vendors' accounts above all, is a question of its own, asked by
// [Config.For]: judging a ticket asks for no Jira token.
//
// A secret never stands in the file itself. It comes from a file beside it, or
// from the environment, and prints as [redacted] wherever it goes.
//
// Keys that are left out have the defaults of [Defaults]. Relative paths count
// from the configuration file.
package config
