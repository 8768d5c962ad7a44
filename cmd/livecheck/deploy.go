package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/chaos"
	"acs-aec.org/hub/cmd/livecheck/internal/host"
	"acs-aec.org/hub/cmd/livecheck/internal/line"
)

// deploy starts what is to be checked. end ends it all; it is never nil.
func (c *target) deploy(ctx context.Context, say func(string)) (d *chaos.Deployment, end func(), err error) {
	s := &stage{say: say}
	defer func() {
		if err != nil {
			s.end()
		}
	}()
	if c.URL != "" {
		d, err = c.running()
		return d, s.end, err
	}
	if c.NATS && c.Database == "sqlite" {
		return nil, s.end, usageError{errors.New("--nats wakes many nodes: it needs PostgreSQL")}
	}
	if c.TokenFile != "" {
		return nil, s.end, usageError{errors.New("--token-file belongs to --url")}
	}
	if s.dir, err = folder(); err != nil {
		return nil, s.end, err
	}
	if !c.Keep {
		s.later(func() { _ = os.RemoveAll(s.dir) })
	} else {
		say("everything is in " + s.dir)
	}
	d = &chaos.Deployment{Hub: c.Hub}
	if d.Hub == "" {
		say("building the hub")
		if d.Hub, err = host.Build(s.dir, c.Tags); err != nil {
			return nil, s.end, err
		}
	}
	if err = c.database(ctx, s, d); err != nil {
		return nil, s.end, err
	}
	if _, err = host.Command(ctx, d.Hub, "migrate", "up", "--database="+d.Database); err != nil {
		return nil, s.end, err
	}
	const email = "livecheck@example.org"
	if _, err = host.Command(ctx, d.Hub, "person", "create", "--secretariat", email, "Livecheck auditor", "--database="+d.Database); err != nil {
		return nil, s.end, err
	}
	if d.Token, err = host.Command(ctx, d.Hub, "token", "create", "--person", email, "--database="+d.Database); err != nil {
		return nil, s.end, err
	}
	return d, s.end, c.nodes(ctx, s, d)
}

// running is a hub that runs already.
func (c *target) running() (*chaos.Deployment, error) {
	if c.TokenFile == "" {
		return nil, usageError{errors.New("--url needs --token-file")}
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usageError{fmt.Errorf("--url: %q is no address such as http://127.0.0.1:8080", c.URL)}
	}
	token, err := os.ReadFile(c.TokenFile)
	if err != nil {
		return nil, err
	}
	return &chaos.Deployment{URLs: []string{strings.TrimSuffix(c.URL, "/")}, Token: strings.TrimSpace(string(token))}, nil
}

// database makes the database that the command line names.
func (c *target) database(ctx context.Context, s *stage, d *chaos.Deployment) error {
	name := c.Database
	if name == "" || name == "postgres" {
		p, err := host.NewPostgres(ctx, s.dir)
		switch {
		case err == nil:
			s.later(p.Close)
			d.Postgres, d.Database = p, p.Address()
			s.say("a PostgreSQL server of its own is running")
			return nil
		case !errors.Is(err, host.ErrNoPostgres) || name == "postgres":
			return err
		}
		name = "sqlite"
	}
	switch {
	case name == "sqlite":
		d.Database = "sqlite:" + filepath.Join(s.dir, "hub.db")
	case strings.HasPrefix(name, "sqlite:"):
		path := strings.TrimPrefix(name, "sqlite:")
		if _, err := os.Stat(path); err == nil {
			return usageError{fmt.Errorf("--database: %s is there already, and livecheck writes only into a database of its own", path)}
		}
		if !c.Keep {
			s.later(func() {
				for _, suffix := range []string{"", "-wal", "-shm"} {
					_ = os.Remove(path + suffix) // it may not be there
				}
			})
		}
		d.Database = name
	case strings.HasPrefix(name, "postgres://"), strings.HasPrefix(name, "postgresql://"):
		return c.newDatabase(ctx, s, d)
	default:
		return usageError{fmt.Errorf("--database: %q is none of sqlite, postgres, sqlite:PATH, postgres://USER@HOST/NAME", name)}
	}
	if c.Nodes != 1 {
		s.say("SQLite: one node")
		c.Nodes = 1
	}
	return nil
}

// newDatabase makes a database on a server that runs already.
func (c *target) newDatabase(ctx context.Context, s *stage, d *chaos.Deployment) error {
	u, err := url.Parse(c.Database)
	if err != nil {
		return usageError{errors.New("--database: not an address such as postgres://hub@127.0.0.1/postgres")}
	}
	db, err := sql.Open("postgres", c.Database)
	if err != nil {
		return err
	}
	name := "livecheck_" + strings.ToLower(rand.Text()[:12])
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return errors.Join(fmt.Errorf("make a database of its own: %w", err), db.Close())
	}
	s.later(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if !c.Keep {
			if _, err := db.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
				s.say(fmt.Sprintf("the database %s could not be dropped: %v", name, err))
			}
		}
		_ = db.Close()
	})
	u.Path = "/" + name
	d.Database = u.String()
	return nil
}

// nodes starts the nodes.
func (c *target) nodes(ctx context.Context, s *stage, d *chaos.Deployment) error {
	if c.Nodes < 1 || c.Nodes > 20 {
		return usageError{errors.New("--nodes: 1 to 20")}
	}
	args := []string{"--database=" + d.Database, "--log=info"}
	args = append(args, c.caps(ctx, d.Hub)...)
	if c.NATS {
		var err error
		if d.NATS, err = host.NewNATS(ctx); err != nil {
			return err
		}
		s.later(d.NATS.Kill)
		if d.NATSLine, err = line.Open(ctx, d.NATS.Address()); err != nil {
			return err
		}
		s.later(func() { _ = d.NATSLine.Close() }) // nobody is on it any more
		args = append(args, "--nats=nats://"+d.NATSLine.Address())
	}
	for i := range c.Nodes {
		n, err := host.NewNode(ctx, d.Hub, s.dir, fmt.Sprintf("node%d", i+1), args...)
		if err != nil {
			return err
		}
		s.later(n.Close)
		if err := n.Start(ctx); err != nil {
			return err
		}
		d.Nodes, d.URLs = append(d.Nodes, n), append(d.URLs, n.URL())
	}
	s.say(fmt.Sprintf("%d nodes are running", c.Nodes))
	return nil
}

// caps are the arguments that lift the hub's cap on the sockets of a person: the
// clients of a check share few people.
func (c *target) caps(ctx context.Context, hub string) []string {
	help, err := host.Command(ctx, hub, "serve", "--help")
	if err != nil || !strings.Contains(help, "--connections-per-person") {
		return nil
	}
	return []string{"--connections-per-person=20000"}
}

// stage is what must be ended, the last first.
type stage struct {
	say  func(string)
	dir  string
	ends []func()
}

func (s *stage) later(do func()) { s.ends = append(s.ends, do) }

func (s *stage) end() {
	for i := len(s.ends) - 1; i >= 0; i-- {
		s.ends[i]()
	}
	s.ends = nil
}
