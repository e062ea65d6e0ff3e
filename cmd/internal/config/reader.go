package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/nearest"
)

// A reader decodes a YAML tree into a Config by the types it finds there. It goes
// on after a mistake, and remembers the line of every key and item, so that later
// checks can name it.
type reader struct {
	config *Config
	folder string            // relative paths count from it
	files  map[string]string // of secrets, by the secret's path
	found  Mistakes
	values int // read so far
}

func (r *reader) add(line int, path, format string, args ...any) {
	r.found = append(r.found, Mistake{File: r.config.file, Line: line, Path: path, Text: fmt.Sprintf(format, args...)})
}

// read decodes a node into a value. Types bound the recursion, so that an alias
// to its own parent ends too.
func (r *reader) read(n *yaml.Node, path string, into reflect.Value) {
	if r.values++; r.values > mostValues {
		return
	}
	if _, known := r.config.lines[path]; !known { // the key's own line is the better one
		r.config.lines[path] = n.Line
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if f, ok := into.Addr().Interface().(*CalendarFile); ok && n.Kind == yaml.ScalarNode {
		r.scalar(n, path, func(s string) error { return r.calendarFile(s, f) })
		return
	}
	if parse := r.parser(path, into.Addr().Interface()); parse != nil {
		r.scalar(n, path, parse)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		r.section(n, path, into)
	case reflect.Map:
		r.table(n, path, into)
	case reflect.Slice:
		r.list(n, path, into)
	case reflect.Interface:
		r.free(n, path, into)
	default:
		panic("config: no way to read a " + into.Type().String())
	}
}

// free decodes a value of whatever form, which another system will read as JSON.
func (r *reader) free(n *yaml.Node, path string, into reflect.Value) {
	var v any
	err := n.Decode(&v)
	if err == nil {
		_, err = json.Marshal(v)
	}
	if err != nil {
		r.add(n.Line, path, "%v", err)
		return
	}
	into.Set(reflect.ValueOf(&v).Elem())
}

func (r *reader) scalar(n *yaml.Node, path string, parse func(string) error) {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.add(n.Line, path, "is %s: want a single value", describe(n))
	case n.Tag == "!!null":
		r.add(n.Line, path, "has no value: give one, or leave the key out for the default")
	default:
		if err := parse(n.Value); err != nil {
			r.add(n.Line, path, "%v", err)
		}
	}
}

// section decodes a mapping with known keys. An empty one says nothing.
func (r *reader) section(n *yaml.Node, path string, into reflect.Value) {
	if n.Tag == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.add(n.Line, path, "is %s: want keys and values", describe(n))
		return
	}
	fields := fieldsOf(into.Type())
	for key, value := range r.pairs(n, path) {
		at := join(path, key.Value)
		r.config.lines[at] = key.Line
		r.key(at, key, value, fields, into)
	}
}

// key decodes one key of a section.
func (r *reader) key(at string, key, value *yaml.Node, fields map[string]field, into reflect.Value) {
	f, known := fields[key.Value]
	switch {
	case !known:
		r.add(key.Line, at, "unknown key%s", nearestKey(key.Value, usable(fields)))
	case f.secret && !f.file:
		r.add(key.Line, at, "a secret does not stand in the file: give %s_file with the name of a file that holds it, or set %s", key.Value, variable(at))
	case f.secret:
		var file Path
		r.read(value, at, reflect.ValueOf(&file).Elem())
		r.secretFile(strings.TrimSuffix(at, "_file"), string(file))
	default:
		r.read(value, at, into.Field(f.index))
	}
}

// nearestKey names the known key that is nearest to an unknown one, as a question
// where it may well have been meant.
func nearestKey(key string, known []string) string {
	if hint := nearest.Hint(key, known); hint != "" {
		return hint
	}
	best, _ := nearest.To(key, known)
	return "; the nearest known key is " + best
}

func (r *reader) secretFile(path, file string) {
	if r.files == nil {
		r.files = map[string]string{}
	}
	r.files[path] = file
}

// table decodes a mapping with keys of the operator's own over what is there.
func (r *reader) table(n *yaml.Node, path string, into reflect.Value) {
	if n.Kind != yaml.MappingNode {
		r.add(n.Line, path, "is %s: want keys and values, or {} for none", describe(n))
		return
	}
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	for key, value := range r.pairs(n, path) {
		at := join(path, key.Value)
		r.config.lines[at] = key.Line
		item, before := reflect.New(into.Type().Elem()).Elem(), len(r.found)
		if r.read(value, at, item); len(r.found) == before {
			into.SetMapIndex(reflect.ValueOf(key.Value), item)
		}
	}
}

// list decodes a sequence in the place of what is there.
func (r *reader) list(n *yaml.Node, path string, into reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		r.add(n.Line, path, "is %s: want a list such as [a, b], or [] for none", describe(n))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		r.read(item, fmt.Sprintf("%s[%d]", path, i), into.Index(i))
	}
}

// pairs yields the keys and values of a mapping, each key once.
func (r *reader) pairs(n *yaml.Node, path string) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, twice := first[key.Value]; twice {
				r.add(key.Line, join(path, key.Value), "is given twice: first in line %d", line)
				continue
			}
			first[key.Value] = key.Line
			if !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

// A field is a key of a section.
type field struct {
	index  int  // of the struct's field
	secret bool // the value is a Secret
	file   bool // the key names the file of a Secret
}

// fieldsOf returns the keys of a section by name. A secret has two: the one that
// names its file, and the one that is refused.
func fieldsOf(t reflect.Type) map[string]field {
	fields := map[string]field{}
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("yaml")
		secret := t.Field(i).Type == reflect.TypeFor[bot.Secret]()
		if name == "" {
			continue
		}
		fields[name] = field{index: i, secret: secret}
		if secret {
			fields[name+"_file"] = field{index: i, secret: true, file: true}
		}
	}
	return fields
}

// usable returns the keys that a file may hold, sorted.
func usable(fields map[string]field) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(fields)), func(name string) bool {
		return fields[name].secret && !fields[name].file
	})
}

// collectCredentials finds every place of a secret, given or not.
func (r *reader) collectCredentials(path string, v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[bot.Secret]():
		r.config.credentials = append(r.config.credentials,
			credential{path: path, file: r.files[path], to: v.Addr().Interface().(*bot.Secret)})
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			r.collectCredentials(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Tag.Get("yaml"); name != "" {
				r.collectCredentials(join(path, name), v.Field(i))
			}
		}
	}
}

// resolve makes a path count from the configuration file.
func (r *reader) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.folder, path)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// describe says what a node is, for people.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a section of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	default:
		return "a single value"
	}
}
