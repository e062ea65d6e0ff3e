package storetest

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Alone reports whether the test has a process to itself, and plays it in one if it
// has not: elsewhere a limit on files would meet the log of the test tool, too.
func Alone(t *testing.T) bool {
	t.Helper()
	const mark = "REFRESHBOT_TEST_ALONE"
	if os.Getenv(mark) == t.Name() {
		return true
	}
	test := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	test.Env = append(os.Environ(), mark+"="+t.Name())
	out, err := test.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}

// FullDisk lets no file of this process grow beyond a size in bytes until room is
// called: as a full disk does, but for the name of the error. It is the whole
// process's, so a test that uses it is alone.
func FullDisk(t *testing.T, size int64) (room func()) {
	t.Helper()
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	signal.Ignore(syscall.SIGXFSZ)
	limit := was
	limit.Cur = uint64(size)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	done := false
	room = func() {
		if !done {
			done = true
			require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
			signal.Reset(syscall.SIGXFSZ)
		}
	}
	t.Cleanup(room)
	return room
}
