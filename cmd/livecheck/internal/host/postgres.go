package host

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver
)

// ErrNoPostgres says that PostgreSQL's server is not found on this machine.
var ErrNoPostgres = errors.New("PostgreSQL's server is neither in PATH nor in /usr/lib/postgresql/*/bin")

// Postgres is a private cluster, with the durability that is PostgreSQL's
// default.
type Postgres struct {
	bin, dir string
	port     int
	owner    *syscall.Credential // nil: this process's own

	mu      sync.Mutex // protects what follows
	running *process
}

// NewPostgres makes a cluster in the folder and starts it. It returns
// ErrNoPostgres where there is no server.
func NewPostgres(ctx context.Context, folder string) (*Postgres, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	p := &Postgres{bin: bin, dir: filepath.Join(folder, "postgres")}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	if err := p.own(folder); err != nil {
		return nil, err
	}
	if p.port, err = freePort(ctx); err != nil {
		return nil, err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), //nolint:gosec // PostgreSQL's own program
		"--pgdata="+p.data(), "--username=hub", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = p.attributes(), p.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return p, p.Start(ctx)
}

// FindPostgres says whether there is a server: ErrNoPostgres if not.
func FindPostgres() error {
	_, err := binaries()
	return err
}

// binaries is the folder of PostgreSQL's server programs.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrNoPostgres
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // a name that is no number comes last
	return n
}

// own gives the cluster's folder to an unprivileged user if this process runs as
// root, which PostgreSQL refuses.
func (p *Postgres) own(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return err
		}
		p.owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chmod(folder, 0o711); err != nil { //nolint:gosec // the other user must get through, and sees nothing
			return err
		}
		return os.Chown(p.dir, int(uid), int(gid))
	}
	return errors.New("running as root, and there is neither a user postgres nor nobody to start PostgreSQL as")
}

func (p *Postgres) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: p.owner}
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// Address names the database for the hub and for database/sql.
func (p *Postgres) Address() string {
	return fmt.Sprintf("postgres://hub@127.0.0.1:%d/postgres?sslmode=disable", p.port)
}

// Start starts the server and waits until it answers. After a kill the server
// may refuse for a moment, as long as its old processes are not gone.
func (p *Postgres) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	db, err := sql.Open("postgres", p.Address())
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		if err := p.spawn(); err != nil {
			return err
		}
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, tail(p.log()))
		}
	}
}

func (p *Postgres) log() string { return filepath.Join(p.dir, "server.log") }

// spawn starts the server unless it runs.
func (p *Postgres) spawn() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running != nil && !p.running.gone() {
		return nil
	}
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(p.bin, "postgres"), "-D", p.data(), //nolint:gosec,noctx // PostgreSQL's own program; Kill ends it
		"-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(p.port), "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB")
	cmd.SysProcAttr, cmd.Dir = p.attributes(), p.dir
	cmd.Stdout, cmd.Stderr = log, log
	p.running, err = start(cmd)
	return err
}

// Kill kills the server as a power cut would, all but the machine.
func (p *Postgres) Kill() {
	p.mu.Lock()
	r := p.running
	p.mu.Unlock()
	if r != nil {
		r.kill()
	}
}

// Close ends the server and all its processes.
func (p *Postgres) Close() {
	p.mu.Lock()
	r := p.running
	p.mu.Unlock()
	if r == nil {
		return
	}
	_ = r.signal(syscall.SIGQUIT)
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		r.kill()
	}
}
