package mail_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/mail"
)

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.json")
	table := mail.New(path)
	empty, err := table.Setup(t.Context(), "A_test")
	require.NoError(t, err)
	require.Equal(t, clone.MailSetup{}, empty)

	setup := clone.MailSetup{
		Routes:    []clone.Route{{Pattern: "@a.example", To: "desk@a.example"}},
		Mailboxes: []clone.Mailbox{{Address: "desk@a.example"}},
	}
	require.NoError(t, table.Replace(t.Context(), "A_test", setup))
	require.NoError(t, table.Replace(t.Context(), "B_test", setup))
	require.NoError(t, table.Replace(t.Context(), "B_test", clone.MailSetup{}))
	for environment, want := range map[string]clone.MailSetup{"A_test": setup, "B_test": {}} {
		is, err := mail.New(path).Setup(t.Context(), environment)
		require.NoError(t, err)
		require.Equal(t, want, is)
	}
}

// FuzzTable holds that a table that somebody spoiled is named and left alone, and
// that in any other a setup is replaced without touching its neighbours.
func FuzzTable(f *testing.F) {
	f.Add(`{"environments": {"A_test": {"routes": [{"pattern": "@a.example", "to": "x"}]}, "B_test": {}}}`)
	f.Add(`null`)
	f.Add(`{"environments": null}`)
	f.Add(`{"environments": []}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "mail.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		table := mail.New(path)
		setup := clone.MailSetup{Mailboxes: []clone.Mailbox{{Address: "desk@a.example"}}}
		before, err := table.Setup(t.Context(), "B_test")
		if err != nil {
			require.Equal(t, bot.Invalid, bot.KindOf(err))
			require.ErrorContains(t, err, path)
			require.Error(t, table.Replace(t.Context(), "A_test", setup))
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, text, string(left))
			return
		}
		require.NoError(t, table.Replace(t.Context(), "A_test", setup))
		is, err := table.Setup(t.Context(), "A_test")
		require.NoError(t, err)
		require.Equal(t, setup, is)
		after, err := table.Setup(t.Context(), "B_test")
		require.NoError(t, err)
		require.Equal(t, before, after)
	})
}

func TestSpoiledTableIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.json")
	require.NoError(t, os.WriteFile(path, []byte("["), 0o600))
	_, err := mail.New(path).Setup(t.Context(), "A_test")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, path)
}
