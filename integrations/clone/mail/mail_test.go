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

func TestSpoiledTableIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail.json")
	require.NoError(t, os.WriteFile(path, []byte("["), 0o600))
	_, err := mail.New(path).Setup(t.Context(), "A_test")
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, path)
}
