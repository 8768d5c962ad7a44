package host

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// process is a child that runs. Its end closes done.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // what Wait said; read it after done
}

// forks starts processes, all from one thread that lives as long as this
// process: a child that asks to die with its parent dies with the thread that
// started it.
var forks = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for do := range work {
			do()
		}
	}()
	return work
})

func start(cmd *exec.Cmd) (*process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	dieWithParent(cmd.SysProcAttr)
	cmd.SysProcAttr.Setpgid = true // Ctrl-C is for this process: it ends the others in order
	failed := make(chan error)
	forks() <- func() { failed <- cmd.Start() }
	if err := <-failed; err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// kill ends the process at once and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	<-p.done
}

// signal asks the process for something.
func (p *process) signal(s os.Signal) error {
	err := p.cmd.Process.Signal(s)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// gone says whether the process has ended.
func (p *process) gone() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// tail is the end of a file, for error messages.
func tail(path string) string {
	f, err := os.Open(path) //nolint:gosec // a log that this process wrote
	if err != nil {
		return ""
	}
	defer f.Close()
	const most = 2000
	if info, err := f.Stat(); err == nil && info.Size() > most {
		_, _ = f.Seek(-most, io.SeekEnd)
	}
	b, _ := io.ReadAll(f)
	return string(b)
}

// Build builds the hub's binary with the build tags into the folder, and returns
// its path. It needs the go command and the source of the module.
func Build(folder, tags string) (string, error) {
	out := folder + "/hub"
	args := []string{"build", "-buildvcs=false", "-o", out}
	if tags != "" {
		args = append(args, "-tags", tags)
	}
	cmd := exec.Command("go", append(args, "acs-aec.org/hub/cmd/hub")...) //nolint:gosec,noctx // the tags are the caller's own; it ends by itself
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the hub (or name a binary with --hub): %w: %s", err, said)
	}
	return out, nil
}
