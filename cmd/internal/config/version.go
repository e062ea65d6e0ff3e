package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// PolicyVersion names the policy by its content: twelve hex digits that are the
// same for equal policies. The audit trail tells with it under which policy
// something was decided.
func (c *Config) PolicyVersion() (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(c.Policy); err != nil {
		return "", fmt.Errorf("name the policy's version: %w", err)
	}
	fmt.Fprintln(h, c.Policy.Hours.Zone) // JSON knows nothing of zones
	for _, region := range slices.Sorted(maps.Keys(c.Policy.RegionZones)) {
		fmt.Fprintln(h, region, c.Policy.RegionZones[region])
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}
