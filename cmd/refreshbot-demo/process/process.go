package process

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A Bot is the bot's own process. It can be killed like any other, and started
// again on what it left in its store.
type Bot struct {
	Program string // path of a program that Argument makes the bot; empty: this one
	Config  string // path of the configuration
	Clock   string // URL of the world's clock
	Log     string // path of what it has to say

	cmd   *exec.Cmd
	ended chan error
}

// errEnded says that the process ended as if all were well.
var errEnded = errors.New("exit status 0")

// stopWithin is how long a process may take to stop.
const stopWithin = 20 * time.Second

// Start starts the process; the log of an earlier one is kept and added to.
func (b *Bot) Start() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	log, err := os.OpenFile(b.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the bot's log: %w", err)
	}
	defer log.Close()
	b.cmd = exec.Command(cmp.Or(b.Program, self), Argument, "--config", b.Config, "--clock", b.Clock)
	b.cmd.Stdout, b.cmd.Stderr = log, log
	// A group of its own: an interrupt at the terminal is the world's to handle.
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := b.cmd.Start(); err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	ended := make(chan error, 1)
	go func(c *exec.Cmd) { ended <- cmp.Or(c.Wait(), errEnded) }(b.cmd)
	b.ended = ended
	return nil
}

// Ended returns a channel that tells, once, that the process has ended, and why.
func (b *Bot) Ended() <-chan error { return b.ended }

// Kill ends the process as a power cut would: SIGKILL, nothing is tidied up. An
// error: it had ended by itself before.
func (b *Bot) Kill() error {
	if err := b.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill the bot: %w", err)
	}
	err := <-b.ended
	exit, exited := errors.AsType[*exec.ExitError](err)
	if !exited {
		return fmt.Errorf("kill the bot: it had ended by itself before: %w", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		return fmt.Errorf("kill the bot: it had ended by itself before: %w", err)
	}
	return nil
}

// Stop asks the process to end and waits for it.
func (b *Bot) Stop() error {
	if b.cmd == nil {
		return nil
	}
	if err := b.cmd.Process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil
	} else if err != nil {
		return fmt.Errorf("stop the bot: %w", err)
	}
	select {
	case err := <-b.ended:
		if !errors.Is(err, errEnded) {
			return fmt.Errorf("the bot ended with an error, see %s: %w", filepath.Base(b.Log), err)
		}
		return nil
	case <-time.After(stopWithin):
		return errors.Join(fmt.Errorf("the bot did not stop within %s", stopWithin), b.Kill())
	}
}
