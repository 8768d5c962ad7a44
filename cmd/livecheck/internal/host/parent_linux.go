package host

import "syscall"

// dieWithParent has the child killed when the thread that starts it is gone.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
