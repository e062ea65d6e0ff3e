package config

import (
	"slices"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
)

// A Purpose is what a configuration is needed for.
type Purpose int

// The purposes, each asking for more than the one before.
const (
	// Judging tickets needs the policy and the tenants alone.
	Judging Purpose = iota
	// Cloning needs the store, the engine and the databases with their secrets.
	Cloning
	// Written is everything that the file itself sets out to configure: the
	// vendors too, if it has a section of theirs.
	Written
	// Serving needs the vendors, come what may.
	Serving
)

// For checks that the configuration holds what a purpose needs, and reads the
// secrets that belong to it. The error is of type [Mistakes].
func (c *Config) For(p Purpose) error {
	check, vendors := checker{config: c}, c.vendors(p)
	if p >= Cloning {
		check.readSecrets(p, vendors)
		check.built()
	}
	if slices.Contains(vendors, "jira") {
		check.needJira()
	}
	if slices.Contains(vendors, "slack") {
		check.needSlack()
	}
	if p >= Written {
		check.needTLS()
	}
	if p == Serving && len(c.Tenants) == 0 {
		check.add("tenants", "is empty: nobody's environments are known")
	}
	return check.found.err()
}

// built complains of what a configuration may name and this version does not
// have.
func (c *checker) built() {
	if c.config.Engine.Runner == Temporal {
		c.add("engine.runner", "temporal is not part of this version: want local or manual")
	}
	if !strings.HasPrefix(string(c.config.Store), "bolt:") {
		c.add("store", "this version keeps its store in a file: want bolt:PATH")
	}
}

// Vendors returns which of the sections "jira" and "slack" the file has.
func (c *Config) Vendors() []string {
	var has []string
	for _, section := range []string{"jira", "slack"} {
		if _, known := c.lines[section]; known {
			has = append(has, section)
		}
	}
	return has
}

// vendors returns whose accounts a purpose needs.
func (c *Config) vendors(p Purpose) []string {
	switch p {
	case Serving:
		return []string{"jira", "slack"}
	case Written:
		return c.Vendors()
	default:
		return nil
	}
}

// readSecrets reads every secret but those of vendors that are not needed, and the
// server's key where nothing is served: whoever clones by hand may not read it.
func (c *checker) readSecrets(p Purpose, vendors []string) {
	for _, cred := range c.config.credentials {
		section, _, _ := strings.Cut(cred.path, ".")
		if (section == "jira" || section == "slack") && !slices.Contains(vendors, section) || section == "tls" && p < Written {
			continue
		}
		if err := cred.read(c.config.env); err != nil {
			c.add(cred.path+"_file", "%v", err)
		}
	}
}

func (c *checker) needJira() {
	j := c.config.Jira
	c.need("jira.url", j.URL, "where is the help center, such as https://example.atlassian.net?")
	c.need("jira.project", j.Project, "which project's tickets are read, such as HELP?")
	c.needSecret("jira.token", j.Token)
	if j.Webhook {
		c.needSecret("jira.webhook_secret", j.WebhookSecret)
	}
}

func (c *checker) needSlack() {
	s := c.config.Slack
	c.need("slack.channel", s.Channel, "in which channel are the engineers, such as C0123456789?")
	c.needSecret("slack.bot_token", s.BotToken)
	switch s.Mode {
	case SocketMode:
		c.needSecret("slack.app_token", s.AppToken)
	case HTTPMode:
		c.needSecret("slack.signing_secret", s.SigningSecret)
	}
}

func (c *checker) need(path, value, question string) {
	if value == "" {
		c.add(path, "is missing: %s", question)
	}
}

// needSecret complains of a secret that was given nowhere; one that could not be
// read is a mistake already.
func (c *checker) needSecret(path string, value bot.Secret) {
	tried := slices.ContainsFunc(c.found, func(m Mistake) bool { return m.Path == path+"_file" })
	if value == "" && !tried {
		c.add(path+"_file", "is missing: give the name of a file that holds the secret, or set %s", variable(path))
	}
}
