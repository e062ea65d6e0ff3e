//go:build !linux

package throwaway

import "syscall"

// dieWithParent does nothing: this system can't tell a process that its parent
// has ended.
func dieWithParent(*syscall.SysProcAttr) {}
