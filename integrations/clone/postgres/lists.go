package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// eachElement changes the elements of an array in the binary format: five numbers
// with two more for each dimension, and then the elements as fields.
func eachElement(array []byte, f func([]byte) ([]byte, error)) ([]byte, error) {
	cutOff := errors.New("an array is cut off")
	if len(array) < 12 {
		return nil, cutOff
	}
	head := 12 + 8*int(binary.BigEndian.Uint32(array))
	if head < 12 || head > len(array) {
		return nil, cutOff
	}
	out, rest := slices.Clone(array[:head]), array[head:]
	for len(rest) > 0 {
		if len(rest) < 4 {
			return nil, cutOff
		}
		length := int(int32(binary.BigEndian.Uint32(rest)))
		if length == null {
			out, rest = append(out, rest[:4]...), rest[4:]
			continue
		}
		if length < 0 || length > len(rest)-4 {
			return nil, cutOff
		}
		is, err := f(rest[4 : 4+length])
		if err != nil {
			return nil, err
		}
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(is))), is...)
		rest = rest[4+length:]
	}
	return out, nil
}

// eachText changes the elements of an array of texts as it is written: "{a,"b c"}".
// What is changed is written as the server would.
func eachText(array []byte, f func([]byte) ([]byte, error)) ([]byte, error) {
	var out []byte
	for len(array) > 0 {
		n := bytes.IndexAny(array, `{},"`)
		if n == 0 && array[0] != '"' { // between elements
			out, array = append(out, array[0]), array[1:]
			continue
		}
		value, length := array[:max(n, 0)], n
		switch {
		case n < 0: // in front of the braces the bounds may stand, behind them nothing
			return nil, errors.New("an array is cut off")
		case n == 0:
			value, length = unquoted(array)
		}
		if length == 0 {
			return nil, errors.New("a text in an array is cut off")
		}
		is, err := f(value)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(is, value) {
			out = append(out, array[:length]...)
		} else {
			out = appendElement(out, string(is))
		}
		array = array[length:]
	}
	return out, nil
}

// unquoted returns the text in quotes that an array goes on with, and its length
// with them; zero: it has no end.
func unquoted(array []byte) (value []byte, length int) {
	for i := 1; i < len(array); i++ {
		switch {
		case array[i] == '"':
			return value, i + 1
		case array[i] == '\\' && i+1 < len(array):
			i++
			value = append(value, array[i])
		default:
			value = append(value, array[i])
		}
	}
	return nil, 0
}

// appendElement writes an element with quotes where it needs them.
func appendElement(out []byte, s string) []byte {
	if s != "" && !strings.EqualFold(s, "null") && !strings.ContainsAny(s, "{},\"\\ \t\n\r\v\f") {
		return append(out, s...)
	}
	out = append(out, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return append(out, '"')
}
