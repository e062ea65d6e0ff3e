package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/integrations/clone/postgres/throwaway"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
)

func TestCloneProfileSuggest(t *testing.T) {
	const password = "not for the command line"
	server, err := throwaway.Start(t.Context(), throwaway.Options{Password: password})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	require.NoError(t, server.Create(t.Context(), "abcd_prod", profile.ExamplePostgres()))
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte(password+"\n"), 0o600))

	address := strings.Replace(server.Address("abcd_prod"), "postgres:", "postgresql:", 1)
	var stdout, stderr strings.Builder
	sys := system{stdout: &stdout, stderr: &stderr}
	require.Equal(t, 0, run(t.Context(), []string{
		"clone", "profile", "suggest", "--database", address, "--password-file", file,
	}, sys), stderr.String())
	p, err := profile.Parse(strings.NewReader(stdout.String()))
	require.NoError(t, err)
	require.Equal(t, "app_user", p.Users.Table)

	stdout.Reset()
	require.Equal(t, 1, run(t.Context(), []string{"clone", "profile", "suggest", "--database", address}, sys), "without the password")
	require.Equal(t, 2, run(t.Context(), []string{"clone", "profile", "suggest", "--database", "sqlite:abcd.db"}, sys))
	require.Empty(t, stdout.String())
	require.NotContains(t, stderr.String(), password)
}
