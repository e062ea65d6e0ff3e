package throwaway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A process is one run of the server.
type process struct {
	process *os.Process
	ended   chan struct{}
}

// initialize makes the server's data.
func (s *Server) initialize(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, s.Program("initdb"), "--pgdata", s.data(), "--username", Superuser,
		"--auth-local", "trust", "--auth-host", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
	s.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initialize: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) log() string { return filepath.Join(s.folder, "log") }

// prepare makes a command one of the server's user.
func (s *Server) prepare(cmd *exec.Cmd) {
	cmd.Dir = s.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.user.Credential, Setpgid: true}
}

// launch starts the server. The thread that starts it is kept until it ends,
// since with that thread, and so with this process, it is to die.
func (s *Server) launch() (*process, error) {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(s.Program("postgres"), s.arguments()...)
	s.prepare(cmd)
	dieWithParent(cmd.SysProcAttr)
	cmd.Stdout, cmd.Stderr = log, log
	started := make(chan error)
	p := &process{ended: make(chan struct{})}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		p.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended stands in its log
		}
		close(p.ended)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// arguments are the server's settings.
func (s *Server) arguments() []string {
	listen := ""
	if s.options.Password != "" {
		listen = "127.0.0.1"
	}
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.port)}
	set := func(name, value string) { args = append(args, "-c", name+"="+value) }
	set("listen_addresses", listen)
	set("unix_socket_directories", s.folder)
	set("fsync", "off")
	for name, value := range s.options.Settings {
		set(name, value)
	}
	return args
}

// patience is how long a server may take to answer: one that crashed recovers
// first.
const patience = 30 * time.Second

// await waits until the server answers, or has ended.
func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.process.ended:
			return fmt.Errorf("the server ended: %s", s.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", err)
		case <-again.C:
		}
	}
}

// lastWords returns the end of the server's log.
func (s *Server) lastWords() string {
	const lines = 10
	text, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	all := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}

// stop ends the server at once, with all its sessions, and waits for that.
func (p *process) stop() error {
	err := p.process.Signal(syscall.SIGQUIT)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-p.ended
	if err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	return nil
}

// freePort returns a port of the loopback interface that was free just now.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("look for a free port: %w", err)
	}
	defer l.Close()
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("look for a free port: %s is none", l.Addr())
	}
	return address.Port, nil
}

// escape makes a text safe between single quotes.
func escape(text string) string { return strings.ReplaceAll(text, "'", "''") }
