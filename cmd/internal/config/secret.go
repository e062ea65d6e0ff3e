package config

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
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

// MarshalText returns "[redacted]"; JSON and YAML go through it.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[redacted]".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// A credential is a secret's place in a configuration.
type credential struct {
	path string  // of the key without "_file", "jira.token"
	file string  // where the value is; empty: not given in the configuration
	to   *Secret // where it goes
}

// variable returns the name of the environment variable that holds a secret:
// REFRESHBOT_JIRA_TOKEN for jira.token, REFRESHBOT_TENANTS_0_ENVIRONMENTS_1_PASSWORD
// for one inside lists.
func variable(path string) string {
	name := strings.NewReplacer(".", "_", "[", "_", "]", "").Replace(path)
	return "REFRESHBOT_" + strings.ToUpper(name)
}

// read fetches the secret from the environment or else from its file, less the
// newline that editors leave at the end. A secret that is given nowhere stays
// empty.
func (c credential) read(env func(string) string) error {
	if value := env(variable(c.path)); value != "" {
		*c.to = Secret(value)
		return nil
	}
	if c.file == "" {
		return nil
	}
	data, err := os.ReadFile(c.file)
	if err != nil {
		return fmt.Errorf("the secret can't be read: %w", err)
	}
	value := strings.TrimRight(string(data), "\r\n")
	if value == "" {
		return fmt.Errorf("the secret can't be read: %s is empty", c.file)
	}
	*c.to = Secret(value)
	return nil
}
