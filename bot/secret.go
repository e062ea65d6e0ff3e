package bot

import (
	"fmt"
	"io"
)

// A Secret is a value that nobody should read in a log, a message or a dump. It
// prints as [redacted] in every form; string(s) is the value.
type Secret string

const redacted = "[redacted]"

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (Secret) GoString() string { return redacted }

// Format prints "[redacted]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns "[redacted]"; JSON, YAML and log records go through it.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
