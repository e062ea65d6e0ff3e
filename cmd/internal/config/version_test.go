package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
)

// A policy's version changes with any figure of it, and with nothing else.
func TestPolicyVersion(t *testing.T) {
	version := func(change func(*config.Config)) string {
		c := config.Defaults()
		change(c)
		v, err := c.PolicyVersion()
		require.NoError(t, err)
		require.Len(t, v, 12)
		return v
	}
	plain := version(func(*config.Config) {})
	require.Equal(t, plain, version(func(c *config.Config) { c.Listen = "127.0.0.1:1" }))
	for name, change := range map[string]func(*config.Config){
		"capacity": func(c *config.Config) { c.Policy.Capacity++ },
		"window":   func(c *config.Config) { c.Policy.Window += time.Minute },
		"zone":     func(c *config.Config) { c.Policy.Hours.Zone = time.UTC },
		"regions":  func(c *config.Config) { c.Policy.RegionZones = map[string]*time.Location{"SG": time.UTC} },
	} {
		require.NotEqual(t, plain, version(change), name)
	}
}
