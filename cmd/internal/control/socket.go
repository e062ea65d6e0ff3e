package control

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// longest is how many bytes of a path the system takes for a socket: 108 with the
// closing zero on Linux, 104 elsewhere.
const longest = 103

// patience is how long a daemon may take to accept a connection.
const patience = 2 * time.Second

// A listener removes its socket when it closes, unless the file is no longer its
// own.
type listener struct {
	*net.UnixListener
	path string
	file fs.FileInfo
	once sync.Once
}

// listen makes the socket at path. It is made in a folder that nobody else may
// enter and then moved, so that there is no moment at which others can connect.
func listen(path string) (*listener, error) {
	if err := vacant(path); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".control-*") // mode 0700
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // a leftover harms nobody
	made := filepath.Join(folder, "s")
	address, done, err := shorten(made)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: address, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	info, err := settle(made, path)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &listener{UnixListener: l, path: path, file: info}, nil
}

// settle moves a socket to its place, for its owner alone.
func settle(made, path string) (fs.FileInfo, error) {
	if err := os.Chmod(made, 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(made, path); err != nil {
		return nil, err
	}
	return os.Lstat(path)
}

// Close stops listening and removes the socket.
func (l *listener) Close() error {
	l.once.Do(func() {
		if now, err := os.Lstat(l.path); err == nil && os.SameFile(now, l.file) {
			_ = os.Remove(l.path) // a leftover is replaced by the next daemon
		}
	})
	return l.UnixListener.Close()
}

// vacant checks that path is free, or a socket that nobody answers.
func vacant(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return bot.Errorf(bot.Invalid, "control: look at the socket", "%s is there and is no socket: move it away", path)
	}
	conn, err := connect(path)
	if err != nil {
		return nil
	}
	return errors.Join(bot.Errorf(bot.Conflict, "control: look at the socket", "another daemon answers on %s", path), conn.Close())
}

// connect opens a connection to the socket at path.
func connect(path string) (net.Conn, error) {
	address, done, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return net.DialTimeout("unix", address, patience)
}

// shorten returns a name of a path that the system takes for a socket, good until
// done is called. A long path is reached by way of its open folder, where the
// system has such names.
func shorten(path string) (name string, done func(), err error) {
	if len(path) <= longest {
		return path, func() {}, nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	name = fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), filepath.Base(path))
	if _, err := os.Stat(filepath.Dir(name)); err != nil || len(name) > longest {
		_ = folder.Close()
		return "", nil, fmt.Errorf("the path %s is longer than the %d bytes that a socket may have: move the store to a shorter one", path, longest)
	}
	return name, func() { _ = folder.Close() }, nil
}
