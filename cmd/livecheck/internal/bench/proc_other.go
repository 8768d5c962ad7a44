//go:build !linux

package bench

import (
	"errors"
	"time"
)

var errLinux = errors.New("the benchmark reads /proc: run it on Linux")

func cpu(int) (time.Duration, error) { return 0, errLinux }

func resident(int) (int64, error) { return 0, errLinux }

// RaiseFiles is for Linux alone.
func RaiseFiles() (uint64, error) { return 0, errLinux }
