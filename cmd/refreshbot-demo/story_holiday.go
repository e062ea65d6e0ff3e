package main

import (
	"errors"
	"fmt"
	"strings"
)

// storyHoliday is the main job: a ticket with a holiday in it and an answer
// missing, one reply, one answer, one click, and the clone in its window.
func storyHoliday(s *stage) error {
	s.out.story("a", "A holiday and a missing answer")
	client := s.clients[0]
	before, err := takeStock(client.Source.Database, client.Target.Database)
	if err != nil {
		return err
	}
	key := s.file(meiLing, "Refresh our test database", strings.Join([]string{
		"Hello team,",
		"",
		"please copy production over our test database, we would like to try the August release with real data.",
		"",
		"Window: Monday 10 August 2026, 02:00 to 04:00 UTC",
		"",
		"Thank you",
		"Mei Ling",
	}, "\n"))
	reply, err := s.reads(key, 1)
	if err != nil {
		return err
	}
	s.out.check("one reply names the holiday, the missing window, and two windows that work",
		mentions(reply, "National Day", "second window", "1: ", "2: "))
	s.out.check("the role words were understood as the client's own environments", mentions(reply, client.Source.Name, client.Target.Name))

	s.answers(meiLing, key, "1 please")
	if _, err := s.reads(key, 2); err != nil {
		return err
	}
	card, err := s.card(key, "Approve 1")
	if err != nil {
		return err
	}
	if err := s.clicks(alice, "Alice", card, "Approve 1"); err != nil {
		return err
	}
	if err := s.throughTheWindow(key); err != nil {
		return err
	}
	s.out.check("the ticket was answered once at each turn, and nothing twice", s.noneTwice(key))
	return s.proveRefresh(client, before, replacesUsers)
}

// throughTheWindow follows a request from its approval until it is done.
func (s *stage) throughTheWindow(key string) error {
	err := s.forward("the refresh to be done", func() bool {
		s.tell(key)
		return strings.Contains(s.cardOf(key).Words(), "Roll back")
	})
	if err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	s.tell(key)
	s.tellTasks(key)
	return nil
}

// tellTasks tells how many of the run's tasks the channel shows as complete.
func (s *stage) tellTasks(key string) {
	for _, m := range s.thread(key) {
		for _, b := range m.Blocks {
			if b.Type != "plan" {
				continue
			}
			complete := 0
			for _, t := range b.Tasks {
				if t.Status == "complete" {
					complete++
				}
			}
			s.out.check(fmt.Sprintf("the channel shows %d of %d tasks complete", complete, len(b.Tasks)), want(complete == len(b.Tasks), "some are not"))
		}
	}
}

// mentions complains of the first of the words that a text does not hold.
func mentions(text string, words ...string) error {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return fmt.Errorf("it does not say %q", w)
		}
	}
	return nil
}

// want complains where something is not so.
func want(so bool, complaint string) error {
	if so {
		return nil
	}
	return errors.New(complaint)
}
