package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// environmentName is the form of an environment's name (policy, section 2).
var environmentName = regexp.MustCompile(`^[\pL\pN]+([_.-][\pL\pN]+)+$`)

// A place is where something was given first.
type place struct {
	path string
	line int
}

func (c *checker) tenants() {
	tenants, environments, databases := map[string]place{}, map[string]place{}, map[string]place{}
	for i, t := range c.config.Tenants {
		path := fmt.Sprintf("tenants[%d]", i)
		c.tenant(path, t)
		c.unique(tenants, path+".name", t.Name, "a tenant of this name is there already")
		for j, e := range t.Environments {
			at := fmt.Sprintf("%s.environments[%d]", path, j)
			c.environment(at, e)
			c.unique(environments, at+".name", e.Name, "an environment of this name is there already")
			c.unique(databases, at+".database", string(e.Database), "another environment lives in the same database")
		}
	}
}

func (c *checker) tenant(path string, t Tenant) {
	if t.Name == "" {
		c.add(path+".name", "is missing: what is the tenant called?")
	}
	if t.Hosting != "" {
		oneOf(c, path+".hosting", t.Hosting, Cloud, OnPremise)
	}
	for i, code := range t.Regions {
		c.region(fmt.Sprintf("%s.regions[%d]", path, i), code)
	}
	for i, name := range t.EmailDomains {
		if !domain(name) {
			c.add(fmt.Sprintf("%s.email_domains[%d]", path, i), "%q is not a mail domain: want one such as abcd.example", name)
		}
	}
}

func (c *checker) environment(path string, e Environment) {
	switch {
	case e.Name == "":
		c.add(path+".name", "is missing: what is the environment called?")
	case !environmentName.MatchString(e.Name):
		c.add(path+".name", "%q is not a name of an environment: want letters and digits in two parts or more, with _, - or . between them", e.Name)
	}
	oneOf(c, path+".role", ticket.Role(e.Role),
		ticket.Production, ticket.Test, ticket.UAT, ticket.Training, ticket.Dev, ticket.Preprod)
	if scheme, _, _ := strings.Cut(string(e.Database), ":"); scheme == "bolt" {
		c.add(path+".database", "bolt is a store of the bot's own: want sqlite:PATH or a URL such as postgres://user@host/name")
	}
}

// unique checks that a value, in any case, was not given before.
func (c *checker) unique(seen map[string]place, path, value, complaint string) {
	key := strings.ToLower(value)
	if value == "" {
		return
	}
	if first, twice := seen[key]; twice {
		c.add(path, "%s: %s in line %d", complaint, first.path, first.line)
		return
	}
	seen[key] = place{path, c.config.lines[path]}
}
