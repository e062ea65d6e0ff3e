package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
	"github.com/refreshbot/refreshbot/rules"
)

func configCheckCommand() command {
	return command{
		name:    "config check",
		args:    "--config FILE",
		summary: "report every mistake of a configuration, with path and line",
		run:     runConfigCheck,
	}
}

func runConfigCheck(_ context.Context, sys system, args []string) error {
	file, err := configArgument(args)
	if err != nil {
		return err
	}
	c, err := config.LoadFor(config.Written, file, sys.env)
	if c != nil {
		err = config.Merge(err, wire.CheckCalendars(c, sys.clock))
	}
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintf(sys.stdout, "%s: no mistakes; %s\n", file, tally(c))
	if missing := absent(c); len(missing) > 0 {
		fmt.Fprintf(sys.stdout, "It has no section %s: enough for check, windows and clone, not for serve.\n", strings.Join(missing, ", "))
	}
	return nil
}

// tally counts what a configuration knows.
func tally(c *config.Config) string {
	environments := 0
	for _, t := range c.Tenants {
		environments += len(t.Environments)
	}
	return fmt.Sprintf("tenants: %d, environments: %d, mode: %s", len(c.Tenants), environments, c.Mode)
}

// absent returns the sections that only serve needs and the file does not have.
func absent(c *config.Config) []string {
	has := strings.Join(c.Vendors(), " ")
	var missing []string
	for _, section := range []string{"jira", "slack", "tenants"} {
		if !strings.Contains(has, section) && (section != "tenants" || len(c.Tenants) == 0) {
			missing = append(missing, section)
		}
	}
	return missing
}

// loadWorld returns the world of a configuration, with its calendar files as far
// as they can be had without a network, or that of the defaults where file is
// empty.
func loadWorld(file string, sys system) (rules.World, error) {
	if file == "" {
		return config.DefaultWorld()
	}
	c, err := config.Load(file, sys.env)
	if err != nil {
		return rules.World{}, usageError{err}
	}
	world, err := wire.World(c, sys.clock)
	if err != nil {
		return rules.World{}, usageError{err}
	}
	return world, nil
}
