package throwaway

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// Superuser is the role that owns the server.
const Superuser = "postgres"

// Options say what kind of server to start. The zero value is good for tests.
type Options struct {
	// Settings are settings of the server, by their names in postgresql.conf:
	// {"shared_buffers": "2GB", "fsync": "on"}.
	Settings map[string]string
	// Password opens a port of the system's choosing on the loopback interface,
	// for whoever knows the superuser's password. Empty: there is only the socket.
	Password string
	// Folder is where the server's folder is made; empty: the system's for
	// temporary files. The user that the server runs as has to be able to get
	// there, which is not so for the folders that tests make for themselves.
	Folder string
}

// A Server is a running server. Its methods are not for concurrent use, but for
// URL, Address and Program.
type Server struct {
	folder   string
	programs string
	port     int
	options  Options
	user     account
	process  *process // nil: crashed or stopped
}

// Start makes a server and waits until it answers, for which it needs well under
// a second. The error of a machine without PostgreSQL names the command that
// installs it.
func Start(ctx context.Context, o Options) (*Server, error) {
	s := &Server{options: o, port: 5432} // part of the socket's name, nobody else's
	var err error
	if s.programs, err = programs(); err != nil {
		return nil, err
	}
	if s.user, err = runAs(); err != nil {
		return nil, err
	}
	if o.Password != "" {
		if s.port, err = freePort(ctx); err != nil {
			return nil, err
		}
	}
	if s.folder, err = os.MkdirTemp(o.Folder, "refreshbot-pg-"); err != nil {
		return nil, fmt.Errorf("start throwaway server: %w", err)
	}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start throwaway server: %w", err), s.Stop())
	}
	return s, nil
}

// begin makes the server's files and starts it for the first time.
func (s *Server) begin(ctx context.Context) error {
	if err := s.user.own(s.folder); err != nil {
		return err
	}
	if err := s.initialize(ctx); err != nil {
		return err
	}
	if err := s.Resume(ctx); err != nil {
		return err
	}
	if s.options.Password == "" {
		return nil
	}
	return s.Run(ctx, "postgres", "ALTER ROLE "+Superuser+" PASSWORD '"+escape(s.options.Password)+"'")
}

// Stop ends the server and removes its folder. A second call does nothing.
func (s *Server) Stop() error {
	return errors.Join(s.Crash(), os.RemoveAll(s.folder))
}

// Crash ends the server as a power cut would: sessions die, and the next start
// recovers. Nothing happens where it does not run.
func (s *Server) Crash() error {
	if s.process == nil {
		return nil
	}
	p := s.process
	s.process = nil
	return p.stop()
}

// Resume starts a server again that crashed, at the same address.
func (s *Server) Resume(ctx context.Context) error {
	if s.process != nil {
		return nil
	}
	p, err := s.launch()
	if err != nil {
		return err
	}
	s.process = p
	return s.await(ctx)
}

// URL returns the address of a database over the socket, for the superuser.
// Neither a password nor a port stands in it.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(Superuser), Path: "/" + database}
	u.RawQuery = url.Values{"host": {s.folder}}.Encode()
	if s.port != 5432 {
		u.RawQuery += "&port=" + strconv.Itoa(s.port)
	}
	return u.String()
}

// Address returns the address of a database over the loopback interface, for the
// superuser and without the password. Only with [Options].Password is anybody
// there.
func (s *Server) Address(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User(Superuser), Host: "127.0.0.1:" + strconv.Itoa(s.port), Path: "/" + database,
	}
	return u.String()
}

// Program returns the path of one of PostgreSQL's programs, of the same version
// as the server: psql, pg_dump, pgbench.
func (s *Server) Program(name string) string { return filepath.Join(s.programs, name) }

// Folder returns the server's folder; its data is in "data" below.
func (s *Server) Folder() string { return s.folder }

// Create makes a database and runs a script in it, which may be empty. One of
// that name that is there is removed.
func (s *Server) Create(ctx context.Context, database, script string) error {
	name := pgx.Identifier{database}.Sanitize()
	err := s.Run(ctx, "postgres", "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	if err == nil {
		err = s.Run(ctx, "postgres", "CREATE DATABASE "+name)
	}
	if err != nil || script == "" {
		return err
	}
	return s.Run(ctx, database, script)
}

// Run runs a script of one statement or many in a database.
func (s *Server) Run(ctx context.Context, database, script string) error {
	conn, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		return fmt.Errorf("run script in %s: %w", database, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, script, pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("run script in %s: %w", database, err)
	}
	return nil
}
