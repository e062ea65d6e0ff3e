package postgres_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A cutter stands between the driver and the server, counts the statements that
// change something, and at one of them cuts every connection, as a kill of the
// engine would: when the server has done it and the answer is on its way. For the
// server that is the same as a kill anywhere before the next such statement.
type cutter struct {
	listener net.Listener
	server   string

	lock  sync.Mutex
	ends  []net.Conn
	count int
	at    int  // which statement; 0: none
	dead  bool // nobody gets through

	killed func() // called with the cut, if there is one
}

func newCutter(t *testing.T) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := &cutter{listener: listener, server: filepath.Join(server.Folder(), ".s.PGSQL.5432")}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { c.carry(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		c.cut()
		all.Wait()
	})
	return c
}

// through returns the address of a database with the cutter in between.
func (c *cutter) through(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	u.Host, u.RawQuery = c.listener.Addr().String(), "sslmode=disable"
	return u.String()
}

// arm has the n-th statement from now on be the last.
func (c *cutter) arm(n int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.count, c.at, c.dead = 0, n, false
}

// disarm lets everything through, and reports whether anything was cut.
func (c *cutter) disarm() bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	was := c.dead
	c.at, c.dead = 0, false
	return was
}

func (c *cutter) cut() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.dead = true
	if c.killed != nil {
		c.killed()
	}
	for _, end := range c.ends {
		end.Close()
	}
	c.ends = nil
}

// enter takes down a connection's ends; false: nobody gets through.
func (c *cutter) enter(ends ...net.Conn) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if !c.dead {
		c.ends = append(c.ends, ends...)
	}
	return !c.dead
}

// next counts a statement, and reports whether it is the last.
func (c *cutter) next() (last bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.count++
	return c.count == c.at
}

func (c *cutter) carry(client net.Conn) {
	defer client.Close()
	behind, err := net.Dial("unix", c.server)
	if err != nil || !c.enter(client, behind) {
		return
	}
	defer behind.Close()
	muted := make(chan struct{})
	var back sync.WaitGroup
	back.Go(func() { c.answer(client, behind, muted) })
	c.ask(bufio.NewReader(client), behind, muted)
	behind.Close()
	back.Wait()
}

// ask carries what the client sends, message by message.
func (c *cutter) ask(from *bufio.Reader, to io.Writer, muted chan struct{}) {
	if _, err := io.CopyN(to, from, startup(from)); err != nil {
		return
	}
	for {
		head, err := from.Peek(5)
		if err != nil {
			return
		}
		// The driver asks in the extended protocol and changes in the simple one,
		// in which it also reads by COPY.
		if head[0] == 'Q' && !reads(from) && c.next() {
			close(muted)
		}
		if _, err := io.CopyN(to, from, 1+int64(binary.BigEndian.Uint32(head[1:]))); err != nil {
			return
		}
	}
}

// reads reports whether the statement that comes is a COPY.
func reads(from *bufio.Reader) bool {
	text, err := from.Peek(len("Q") + 4 + len("COPY"))
	return err == nil && strings.HasSuffix(string(text), "COPY")
}

// startup returns the length of a connection's first message, which has no type.
func startup(from *bufio.Reader) int64 {
	head, err := from.Peek(4)
	if err != nil {
		return 0
	}
	return int64(binary.BigEndian.Uint32(head))
}

// answer carries what the server sends. When it is muted the server's next "ready"
// is not passed on but ends everything.
func (c *cutter) answer(to io.Writer, from io.Reader, muted chan struct{}) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		select {
		case <-muted:
			if n >= 6 && string(buf[n-6:n-1]) == "Z\x00\x00\x00\x05" {
				c.cut()
				return
			}
			continue
		default:
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// every calls f with work that is cut off at its first statement, its second and
// so on, until f reports that there was nothing left to be cut.
func (c *cutter) every(t *testing.T, f func(t *testing.T) bool) {
	t.Helper()
	for n, more := 1, true; more && !t.Failed(); n++ {
		t.Run("statement "+strconv.Itoa(n), func(t *testing.T) {
			c.arm(n)
			more = f(t)
		})
	}
}
