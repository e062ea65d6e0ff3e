package jira_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/jira"
	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
)

// TestRequests keeps every request that the client can make, word for word.
func TestRequests(t *testing.T) {
	narrow := func(_ *jirasim.Options, c *jira.Config) { c.JQL = "status != Done" }
	for name, b := range map[string]*bench{
		"cloud": newBench(t, narrow), "data-center": newBench(t, narrow, dataCenter),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, key := t.Context(), b.file()
			b.sim.Comment(string(key), "Dana Reyes", "Hello")
			var script strings.Builder
			step := func(what string, err error) {
				require.NoError(t, err, what)
				script.WriteString("# " + what + "\n" + strings.Join(b.sent.take(), "\n") + "\n\n")
			}
			_, err := b.client.Touched(ctx, start.Add(-90*time.Second))
			step("what changed", err)
			_, err = b.client.Ticket(ctx, key)
			step("read", err)
			id, err := b.client.Reply(ctx, key, "HELP-1/1/0", public("Thank you, *Dana*: we read ABCD_prod."))
			step("answer", err)
			_, err = b.client.Note(ctx, key, "HELP-1/1/1", internal("Another client's environment."))
			step("note", err)
			step("answer again in place", b.client.Rewrite(ctx, key, id, "HELP-1/2/0", public("Confirmed.")))
			_, _, err = b.client.Sent(ctx, key, "HELP-1/2/0", start)
			step("look what was sent", err)
			step("move", b.client.Transition(ctx, key, "Start work"))
			require.Empty(t, b.client.Doctor(ctx))
			step("check", nil)
			b.sim.Unshare(string(key), "Dana Reyes")
			for range 101 {
				b.sim.Rename(string(key), "Dana Reyes", "Refresh")
			}
			_, err = b.client.Ticket(ctx, key)
			step("read a ticket that changed often and is shared with nobody", err)
			golden(t, "requests-"+name+".golden", script.String())
		})
	}
}
