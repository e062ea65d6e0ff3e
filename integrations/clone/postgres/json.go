package postgres

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// jsonMasker returns what masks the texts inside a value of the type jsonb, its
// keys among them, and writes it as the server would: in the binary format behind
// a byte for the version, objects sorted by the length of their keys.
func jsonMasker(text func(string) string, f format) func([]byte) ([]byte, error) {
	return func(v []byte) ([]byte, error) {
		var out []byte
		if f == binaryFormat {
			if len(v) == 0 || v[0] != 1 {
				return nil, errors.New("a jsonb value is of another version")
			}
			out, v = append(out, 1), v[1:]
		}
		d := json.NewDecoder(bytes.NewReader(v))
		d.UseNumber()
		var tree any
		if err := d.Decode(&tree); err != nil {
			return nil, errors.New("a jsonb value can't be read") // the cause may quote it
		}
		return appendJSON(out, tree, text), nil
	}
}

// maskStrings masks the texts inside a value of the type json, its keys among
// them, and leaves all else as it stands.
func maskStrings(v []byte, text func(string) string) ([]byte, error) {
	var out []byte
	for len(v) > 0 {
		n := bytes.IndexByte(v, '"')
		if n < 0 {
			break
		}
		end := n + 1
		for end < len(v) && v[end] != '"' {
			if v[end] == '\\' {
				end++
			}
			end++
		}
		var s string
		if end >= len(v) || json.Unmarshal(v[n:end+1], &s) != nil {
			return nil, errors.New("a json value can't be read")
		}
		out = append(out, v[:n]...)
		if masked := text(s); masked != s {
			out = appendString(out, masked)
		} else {
			out = append(out, v[n:end+1]...)
		}
		v = v[end+1:]
	}
	return append(out, v...), nil
}

// appendJSON writes a tree with its texts changed.
func appendJSON(out []byte, tree any, text func(string) string) []byte {
	switch v := tree.(type) {
	case map[string]any:
		return appendObject(out, v, text)
	case []any:
		out = append(out, '[')
		for i, element := range v {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendJSON(out, element, text)
		}
		return append(out, ']')
	case string:
		return appendString(out, text(v))
	case nil:
		return append(out, "null"...)
	default: // a number as it stood there, or a truth value
		return fmt.Append(out, v)
	}
}

func appendObject(out []byte, object map[string]any, text func(string) string) []byte {
	masked := make(map[string]any, len(object))
	keys := make([]string, 0, len(object))
	for key, v := range object {
		key = text(key)
		masked[key] = v
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	out = append(out, '{')
	for i, key := range keys {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(appendString(out, key), ": "...)
		out = appendJSON(out, masked[key], text)
	}
	return append(out, '}')
}

// appendString writes a text with the escapes that the server writes.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case bytes.IndexByte([]byte("\b\f\n\r\t"), b) >= 0:
			out = append(out, '\\', "bfnrt"[bytes.IndexByte([]byte("\b\f\n\r\t"), b)])
		case b < ' ':
			out = fmt.Appendf(out, `\u%04x`, b)
		default:
			out = append(out, b)
		}
	}
	return append(out, '"')
}
