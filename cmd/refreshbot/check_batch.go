package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A batchLine is one ticket of a batch.
type batchLine struct {
	ID      *string   `json:"id"`
	Text    *string   `json:"text"`
	At      time.Time `json:"at"`
	Regions []string  `json:"regions"`
}

// A batchResult is what is said of one ticket of a batch.
type batchResult struct {
	ID string `json:"id"`
	wireVerdict
}

// A batchError stands in the place of a line that can't be used. ID is null where
// the line is no ticket.
type batchError struct {
	ID    *string `json:"id"`
	Error string  `json:"error"`
}

// checkBatch answers each line of in with one line of out, in order.
func checkBatch(j *judge, in io.Reader, out io.Writer) error {
	r, w := bufio.NewReaderSize(in, 1<<16), bufio.NewWriter(out)
	for {
		line, err := readLine(r)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the batch: %w", err)
		}
		last := err != nil
		if !last || len(line) > 0 {
			if err := writeJSONLine(w, j.line(line)); err != nil {
				return fmt.Errorf("write the batch: %w", err)
			}
		}
		if last || r.Buffered() == 0 { // whoever feeds line by line wants answers line by line
			if err := w.Flush(); err != nil {
				return fmt.Errorf("write the batch: %w", err)
			}
		}
		if last {
			return nil
		}
	}
}

// readLine returns the next line without its end; with io.EOF what follows the
// last one. Of a line that is too long it keeps no more than tells that it is.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line) <= longestTicket {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSuffix(line, []byte("\n")), err
		}
	}
}

// line returns the answer to a line: a batchResult or a batchError.
func (j *judge) line(line []byte) any {
	ticket, err := decodeLine(line)
	if err != nil {
		return batchError{Error: err.Error()}
	}
	regions, err := regionCodes(ticket.Regions)
	if err != nil {
		return batchError{Error: err.Error()}
	}
	at := j.at
	if !ticket.At.IsZero() {
		at = ticket.At.UTC()
	}
	made, err := j.judge(request{text: *ticket.Text, at: at, regions: regions})
	if err != nil {
		return batchError{ID: ticket.ID, Error: err.Error()}
	}
	return batchResult{ID: *ticket.ID, wireVerdict: made.wire()}
}

func decodeLine(line []byte) (batchLine, error) {
	var ticket batchLine
	if len(line) > longestTicket {
		return ticket, errors.New("the line is longer than 16 MB")
	}
	if err := json.Unmarshal(line, &ticket); err != nil {
		return ticket, fmt.Errorf("this is not a ticket: %w", err)
	}
	if ticket.ID == nil || ticket.Text == nil {
		return ticket, errors.New(`this is not a ticket: want {"id": "…", "text": "…", "at": "…", "regions": []}`)
	}
	if !ticket.At.IsZero() && !thinkable(ticket.At) {
		return ticket, fmt.Errorf("this is not a ticket: at is not in a year from %d to %d", firstYear, lastYear)
	}
	return ticket, nil
}
