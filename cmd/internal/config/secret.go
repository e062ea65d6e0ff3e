package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// A credential is a secret's place in a configuration.
type credential struct {
	path string      // of the key without "_file", "jira.token"
	file string      // where the value is; empty: not given in the configuration
	to   *bot.Secret // where it goes
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
		*c.to = bot.Secret(value)
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
	*c.to = bot.Secret(value)
	return nil
}
