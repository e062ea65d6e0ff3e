//go:build !linux

package process

// Syncing reports false: the system does not tell.
func (b *Bot) Syncing(string) bool { return false }
