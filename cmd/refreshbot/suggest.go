package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile/suggest"
)

func cloneProfileSuggestCommand() command {
	return command{
		name: "clone profile suggest", args: "--database URL [--password-file FILE]", run: runCloneProfileSuggest,
		summary: "propose a profile for a database, from its tables and a sample of its rows",
	}
}

func runCloneProfileSuggest(ctx context.Context, sys system, args []string) error {
	var database, passwordFile string
	fs := newFlags()
	fs.StringVar(&database, "database", "", "")
	fs.StringVar(&passwordFile, "password-file", "", "")
	if _, err := parse(fs, args, 0); err != nil {
		return err
	}
	if err := required(fs, "database"); err != nil {
		return err
	}
	if rest, ok := strings.CutPrefix(database, "postgresql:"); ok {
		database = postgres.Scheme + ":" + rest
	}
	if !strings.HasPrefix(database, postgres.Scheme+"://") {
		return usagef("profiles are proposed for PostgreSQL alone: want --database postgres://user@host/name")
	}
	driver := postgres.Driver{}
	if passwordFile != "" {
		text, err := os.ReadFile(passwordFile)
		if err != nil {
			return usageError{fmt.Errorf("read password: %w", err)}
		}
		driver.Passwords = map[string]bot.Secret{database: bot.Secret(strings.TrimRight(string(text), "\r\n"))}
	}
	tables, err := driver.Describe(ctx, database)
	if err != nil {
		return fmt.Errorf("propose a profile: %w", err)
	}
	return suggest.Propose(tables).Write(sys.stdout, database)
}
