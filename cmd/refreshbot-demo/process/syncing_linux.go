package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Syncing reports whether the process is writing a file to the disk at this
// moment, as far as the system tells: one of its threads waits in fdatasync or
// fsync for it.
func (b *Bot) Syncing(path string) bool {
	proc := fmt.Sprintf("/proc/%d", b.cmd.Process.Pid)
	calls, err := filepath.Glob(proc + "/task/*/syscall")
	if err != nil {
		return false
	}
	for _, c := range calls {
		var number int
		var file uint64
		text, err := os.ReadFile(c) // "75 0x8 ..."; or "running"
		if err != nil {
			continue
		}
		if n, _ := fmt.Sscanf(strings.TrimSpace(string(text)), "%d %v", &number, &file); n < 2 {
			continue
		}
		if number != syscall.SYS_FDATASYNC && number != syscall.SYS_FSYNC {
			continue
		}
		if open, err := os.Readlink(fmt.Sprintf("%s/fd/%d", proc, file)); err == nil && open == path {
			return true
		}
	}
	return false
}
