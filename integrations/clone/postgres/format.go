package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// A format is one of the two of COPY in which tables are read and filled. The
// binary one costs neither side a conversion. The text one is for types whose
// binary values hold numbers that mean something else in another database; see
// formats.
type format string

// The formats.
const (
	binaryFormat format = "binary"
	textFormat   format = "text"
)

// A rowReader takes what COPY … TO STDOUT yields, of which the server sends each
// row as a message of its own, and calls row with each, without the head and the
// tail of the format. The row is valid until row returns.
type rowReader struct {
	format format
	row    func(row []byte) error
	begun  bool
}

// signature is what the binary format begins with, before four bytes of flags
// and the length of an extension.
const signature = "PGCOPY\n\xff\r\n\x00"

// trailer is what the binary format ends with: a row of -1 fields.
const trailer = "\xff\xff"

// Write implements io.Writer.
func (r *rowReader) Write(p []byte) (int, error) {
	n := len(p)
	if r.format == binaryFormat && !r.begun {
		r.begun = true
		const head = len(signature) + 8
		if len(p) < head || !bytes.HasPrefix(p, []byte(signature)) {
			return 0, errors.New("what is read does not begin like the binary format")
		}
		extension := int(binary.BigEndian.Uint32(p[head-4:]))
		if extension > len(p)-head {
			return 0, errors.New("the head of the binary format is cut off")
		}
		p = p[head+extension:]
	}
	if len(p) == 0 || r.format == binaryFormat && string(p) == trailer {
		return n, nil
	}
	if err := r.row(p); err != nil {
		return 0, err
	}
	return n, nil
}

// null is the length of a field that is NULL.
const null = -1

// fields calls f with the fields of a row, in order; nil is NULL. The fields of
// a row in text are as they stand there, with their escapes.
func (f format) fields(row []byte, each func(i int, field []byte)) error {
	if f == textFormat {
		textFields(row, each)
		return nil
	}
	if len(row) < 2 {
		return errors.New("a row is cut off")
	}
	count := int(binary.BigEndian.Uint16(row))
	row = row[2:]
	for i := range count {
		if len(row) < 4 {
			return errors.New("a row is cut off")
		}
		length := int(int32(binary.BigEndian.Uint32(row)))
		row = row[4:]
		if length == null {
			each(i, nil)
			continue
		}
		if length < 0 || length > len(row) {
			return fmt.Errorf("field %d of a row is cut off", i+1)
		}
		each(i, row[:length:length])
		row = row[length:]
	}
	return nil
}

// textFields is fields for the text format. A tab inside a field has an escape.
func textFields(row []byte, each func(i int, field []byte)) {
	row = bytes.TrimSuffix(row, []byte("\n"))
	for i := 0; ; i++ {
		end := bytes.IndexByte(row, '\t')
		field := row
		if end >= 0 {
			field = row[:end:end]
		}
		if string(field) == `\N` {
			field = nil
		}
		each(i, field)
		if end < 0 {
			return
		}
		row = row[end+1:]
	}
}

// A rowWriter puts rows together in a format.
type rowWriter struct {
	format format
	buf    []byte
	start  int // of the row under way
	count  uint16
}

// begin begins a row.
func (w *rowWriter) begin() {
	w.start, w.count = len(w.buf), 0
	if w.format == binaryFormat {
		w.buf = append(w.buf, 0, 0)
	}
}

// add adds a field; nil is NULL.
func (w *rowWriter) add(field []byte) {
	w.count++
	switch {
	case w.format == binaryFormat && field == nil:
		w.buf = append(w.buf, 0xff, 0xff, 0xff, 0xff)
	case w.format == binaryFormat:
		w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(len(field)))
		w.buf = append(w.buf, field...)
	case field == nil:
		w.buf = append(w.buf, `\N`...)
		w.buf = append(w.buf, '\t')
	default:
		w.buf = append(w.buf, field...)
		w.buf = append(w.buf, '\t')
	}
}

// end ends the row.
func (w *rowWriter) end() {
	switch {
	case w.format == binaryFormat:
		binary.BigEndian.PutUint16(w.buf[w.start:], w.count)
	case w.count > 0:
		w.buf[len(w.buf)-1] = '\n'
	default:
		w.buf = append(w.buf, '\n')
	}
}

// copy adds a whole row.
func (w *rowWriter) copy(row []byte) {
	w.start = len(w.buf)
	w.buf = append(w.buf, row...)
}

// row returns the last row; it is valid until the buffer is written on.
func (w *rowWriter) row() []byte { return w.buf[w.start:] }

// unescape returns the value of a field of the text format.
func unescape(field []byte) []byte {
	if bytes.IndexByte(field, '\\') < 0 {
		return field
	}
	value := make([]byte, 0, len(field))
	for i := 0; i < len(field); i++ {
		if field[i] != '\\' || i+1 == len(field) {
			value = append(value, field[i])
			continue
		}
		i++
		value = append(value, unescaped(field[i]))
	}
	return value
}

// unescaped returns what a backslash and a letter stand for. COPY … TO writes no
// others.
func unescaped(letter byte) byte {
	if i := bytes.IndexByte([]byte("bfnrtv"), letter); i >= 0 {
		return "\b\f\n\r\t\v"[i]
	}
	return letter
}

// escape is the reverse of unescape.
func escape(value []byte) []byte {
	if !bytes.ContainsAny(value, "\\\b\f\n\r\t\v") {
		return value
	}
	field := make([]byte, 0, len(value)+8)
	for _, b := range value {
		if b == '\\' {
			field = append(field, '\\', '\\')
		} else if i := bytes.IndexByte([]byte("\b\f\n\r\t\v"), b); i >= 0 {
			field = append(field, '\\', "bfnrtv"[i])
		} else {
			field = append(field, b)
		}
	}
	return field
}
