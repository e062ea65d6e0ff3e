package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// An example is a text and what it says; without a start only its speed counts.
type example struct {
	text  string
	at    time.Time
	start time.Time
	end   *time.Time
}

// load reads a file of cases, or of tickets, one a line.
func load(path string) ([]example, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return decode(data)
	}
	var list []example
	for line := range strings.Lines(string(data)) {
		if text := strings.TrimSpace(line); text != "" {
			list = append(list, example{text: text, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s holds no cases", path)
	}
	return list, nil
}

func decode(data []byte) ([]example, error) {
	var rows []struct {
		Text, Ref, Start string
		End              *string
	}
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("parse the cases: %w", err)
	}
	list := make([]example, len(rows))
	for i, row := range rows {
		at, err := instant(row.Ref)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", i, err)
		}
		start, err := instant(row.Start)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", i, err)
		}
		list[i] = example{text: row.Text, at: at, start: start}
		if row.End == nil {
			continue
		}
		end, err := instant(*row.End)
		if err != nil {
			return nil, fmt.Errorf("case %d: %w", i, err)
		}
		list[i].end = &end
	}
	return list, nil
}

// instant reads a time with or without a zone, the latter as if it were UTC.
func instant(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse("2006-01-02T15:04:05", s)
	return t, err
}
