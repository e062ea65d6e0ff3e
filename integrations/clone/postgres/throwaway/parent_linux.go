package throwaway

import "syscall"

// dieWithParent has the system end the server when the thread that started it
// ends.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGQUIT }
