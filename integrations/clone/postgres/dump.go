package postgres

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A section is a part of what pg_dump writes of a schema.
type section string

// The sections: what has to be there before rows come, and what is better made
// when they are there.
const (
	before section = "pre-data"
	after  section = "post-data"
)

// A dumper runs pg_dump.
type dumper struct {
	path     string
	source   address
	snapshot string
	wait     time.Duration // for locks
	spaces   bool          // the target has the tablespaces that the source uses
}

// dump returns a section of the source's schema as of the snapshot. What leads
// out of the copy into the world is left behind: subscriptions, which would go on
// to follow what the source follows, with the password for it in their address.
func (d dumper) dump(ctx context.Context, s section) (string, error) {
	args := []string{
		"--schema-only", "--section=" + string(s), "--snapshot=" + d.snapshot,
		"--no-subscriptions", "--no-password", "--encoding=UTF8",
		"--lock-wait-timeout=" + strconv.FormatInt(d.wait.Milliseconds(), 10), "--dbname=" + d.source.text,
	}
	if !d.spaces {
		args = append(args, "--no-tablespaces")
	}
	cmd := exec.CommandContext(ctx, d.path, args...)
	cmd.WaitDelay = time.Second
	cmd.Env = append(os.Environ(), "PGAPPNAME=refreshbot", "PGOPTIONS=-c default_transaction_read_only=on")
	if password := d.source.config.Password; password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("dump schema: %w", ctx.Err())
		}
		return "", bot.Errorf(bot.Unavailable, "postgres: dump schema", "%s: %w: %s",
			d.source.config.Database, err, strings.TrimSpace(complaint.String()))
	}
	return out.String(), nil
}

// packaged is where Debian puts the programs of each version.
const packaged = "/usr/lib/postgresql/*/bin/pg_dump"

// findDump returns the pg_dump for a server's version, such as 15: the oldest
// that is not older. A newer one may write what an older server can't read.
func findDump(ctx context.Context, version int) (string, error) {
	found, err := filepath.Glob(packaged)
	if err != nil {
		return "", fmt.Errorf("look for pg_dump: %w", err)
	}
	if path, err := exec.LookPath("pg_dump"); err == nil {
		found = append(found, path)
	}
	best, bestVersion := "", 0
	for _, path := range found {
		v, err := dumpVersion(ctx, path)
		if err == nil && v >= version && (best == "" || v < bestVersion) {
			best, bestVersion = path, v
		}
	}
	if best == "" {
		return "", bot.Errorf(bot.Denied, "postgres: find pg_dump",
			"there is none of version %d or later on this machine: install postgresql-client-%[1]d", version)
	}
	return best, nil
}

// versions finds the major version in what pg_dump says of itself.
var versions = regexp.MustCompile(`\(PostgreSQL\) ([0-9]+)`)

func dumpVersion(ctx context.Context, path string) (int, error) {
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", path, err)
	}
	m := versions.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("%s does not say its version", path)
	}
	return strconv.Atoi(string(m[1]))
}
