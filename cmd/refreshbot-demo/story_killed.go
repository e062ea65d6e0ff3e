package main

import (
	"fmt"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// storyKilled is a clean ticket whose bot is killed in the middle of the clone.
func storyKilled(s *stage) error {
	s.out.story("b", "A clean ticket, and a kill in the middle of the clone")
	client := s.clients[1]
	before, err := takeStock(client.Source.Database, client.Target.Database)
	if err != nil {
		return err
	}
	key := s.file(jonas, "Database refresh", strings.Join([]string{
		"1. " + client.Source.Name,
		"2. " + client.Target.Name,
		"3. " + s.inDays(9) + " 08:00 - 10:00 UTC or " + s.inDays(10) + " 08:00 - 10:00 UTC",
		"4. Yes",
	}, "\n"))
	if _, err := s.reads(key, 1); err != nil {
		return err
	}
	card, err := s.card(key, "Approve A")
	if err != nil {
		return err
	}
	if err := s.clicks(bob, "Bob", card, "Approve A"); err != nil {
		return err
	}
	var killed process.Pulse
	err = s.forward("the clone to be in full swing", func() bool {
		s.tell(key)
		killed, _ = s.clock.Pulse()
		return killed.Run != "" && killed.Task >= killAfter
	})
	if err != nil {
		return err
	}
	if err := s.bot.Kill(); err != nil {
		return err
	}
	s.out.line("the demo", "kills the bot's process (SIGKILL) with %d of 31 tasks of run %s done", killed.Task, killed.Run)
	if err := s.bot.Start(); err != nil {
		return err
	}
	s.clock.Forget()
	s.out.line("the demo", "starts it again on what it left in its store")
	if err := s.throughTheWindow(key); err != nil {
		return err
	}
	s.out.check("nothing was said twice", s.noneTwice(key))
	s.out.check("no task was done twice, one was taken up again", s.noTaskTwice(killed.Run))
	return s.proveRefresh(client, before, keepsUsers)
}

// killAfter is how many tasks are done when the process is killed: the copy has
// begun and the swap is far.
const killAfter = 6

// noTaskTwice complains of tasks that were begun more often than the kill
// explains: one may have been in hand.
func (s *stage) noTaskTwice(run string) error {
	c, running, err := control.Dial(s.socket())
	if err != nil || !running {
		return fmt.Errorf("the bot can't be asked: %w", err)
	}
	defer c.Close()
	report, err := c.Report(s.ctx, bot.RunID(run))
	if err != nil {
		return err
	}
	again := 0
	for _, t := range report.Tasks {
		again += max(0, t.Attempts-1)
	}
	return want(again <= 1, fmt.Sprintf("%d tasks were begun again", again))
}
