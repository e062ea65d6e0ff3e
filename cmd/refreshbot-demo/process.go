package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A process is the bot's own process: this program again, told to be the bot. It
// can be killed like any other, and started again on what it left in its store.
type process struct {
	config string // path of the configuration
	clock  string // URL of the world's clock
	log    string // path of what it has to say
	cmd    *exec.Cmd
	ended  chan error
}

// start starts the process; the log of an earlier one is kept and added to.
func (p *process) start() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the demo's own program: %w", err)
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the bot's log: %w", err)
	}
	defer log.Close()
	p.cmd = exec.Command(self, botArgument, "--config", p.config, "--clock", p.clock)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	// A group of its own: an interrupt at the terminal is the demo's to handle.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start the bot: %w", err)
	}
	ended := make(chan error, 1)
	go func(c *exec.Cmd) { ended <- c.Wait() }(p.cmd)
	p.ended = ended
	return nil
}

// kill ends the process as a power cut would: SIGKILL, nothing is tidied up.
func (p *process) kill() error {
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill the bot: %w", err)
	}
	if err := <-p.ended; err == nil {
		return errors.New("kill the bot: it had ended by itself before")
	}
	return nil
}

// stop asks the process to end and waits for it.
func (p *process) stop() error {
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
		return nil
	} else if err != nil {
		return fmt.Errorf("stop the bot: %w", err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			return fmt.Errorf("the bot ended with an error, see %s: %w", filepath.Base(p.log), err)
		}
		return nil
	case <-time.After(20 * time.Second):
		return errors.Join(errors.New("the bot did not stop within 20 s"), p.kill())
	}
}
