//go:build !linux

package host

import "syscall"

func dieWithParent(*syscall.SysProcAttr) {}
