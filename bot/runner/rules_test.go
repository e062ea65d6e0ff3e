package runner_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// newRules returns the world that the tests' requests are judged in.
func newRules(t testing.TB) rules.World {
	days, err := calendar.New(calendar.Config{})
	require.NoError(t, err)
	return rules.World{Policy: rules.DefaultPolicy(), Calendar: days, Registry: &rules.Registry{Tenants: []rules.Tenant{
		{Name: "ABCD", EmailDomains: []string{"abcd.example"}, Environments: []rules.Environment{
			{Name: "ABCD_prod", Role: ticket.Production}, {Name: "ABCD_test", Role: ticket.Test}, {Name: "ABCD_uat", Role: ticket.UAT},
		}},
		{Name: "WXYZ", EmailDomains: []string{"wxyz.example"}, Environments: []rules.Environment{
			{Name: "WXYZ_prod", Role: ticket.Production}, {Name: "WXYZ_test", Role: ticket.Test},
		}},
	}}}
}
