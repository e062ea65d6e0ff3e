package postgres_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/profile/suggest"
)

// TestSuggest proposes a profile for the demo schema, by its rows and without
// any. It has to come to what a person wrote, but for what no schema tells.
func TestSuggest(t *testing.T) {
	t.Parallel()
	want, err := profile.Example()
	require.NoError(t, err)
	for name, rows := range map[string]string{"rows": prodRows, "empty": ""} {
		t.Run(name, func(t *testing.T) {
			tables, err := postgres.Driver{}.Describe(t.Context(), database(t, name, profile.ExamplePostgres()+rows))
			require.NoError(t, err)
			p := suggest.Propose(tables)
			var file bytes.Buffer
			require.NoError(t, p.Write(&file, "a_prod"))
			got, err := profile.Parse(&file)
			require.NoError(t, err)

			if rows == "" {
				require.Empty(t, got.Protected)
				return
			}
			got.Addresses, got.Objects = nil, nil
			want := *want
			want.Addresses, want.Objects = nil, nil
			require.Equal(t, []string{"token"}, got.Secrets["user_session"], "nobody thought of it")
			delete(got.Secrets, "user_session")
			sortNames(got)
			sortNames(&want)
			require.Equal(t, &want, got)
			require.Equal(t, []string{
				`grants.reader: which login may read a copy? "customer_query" is a guess`,
				`plans.name: which plan may users of a copy have? "sandbox" is a guess`,
			}, p.Open)
			require.Equal(t, profile.Email, p.Profile.Addresses["person"]["email"])
			require.Equal(t, profile.Text, p.Profile.Addresses["ticket"]["body"])
			require.Equal(t, profile.Objects{Table: "document", Key: "blob_key"}, p.Profile.Objects["archive"])
		})
	}
}

// sortNames sorts what has no order.
func sortNames(p *profile.Profile) {
	slices.Sort(p.Empty)
	for _, columns := range p.Secrets {
		slices.Sort(columns)
	}
}
