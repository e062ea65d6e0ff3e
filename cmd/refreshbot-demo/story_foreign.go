package main

import (
	"fmt"
	"strings"
)

// storyForeign is two tickets that name what is not the client's: another
// client's environment, and one that nobody has. The client must not be able to
// tell one from the other.
func storyForeign(s *stage) error {
	s.out.story("c", "Somebody else's environment, and nobody's")
	foreign, nobodys := s.clients[1].Source.Name, "QWERTY_prod"
	target := s.clients[0].Target.Name

	var keys, replies, states [2]string
	for i, source := range []string{foreign, nobodys} {
		key := s.file(meiLing, "Refresh", fmt.Sprintf(
			"Please refresh %s from %s, %s 08:00-10:00 UTC or %s 08:00-10:00 UTC. Preserve users: no.",
			target, source, s.inDays(12), s.inDays(13)))
		keys[i] = key
		reply, err := s.reads(key, 1)
		if err != nil {
			return err
		}
		if err := s.settle(); err != nil {
			return err
		}
		ticket, _ := s.desk.Ticket(key)
		replies[i], states[i] = strings.ReplaceAll(reply, source, "X"), ticket.Status
	}
	s.out.check("both were told the same, word for word", want(replies[0] == replies[1], "the replies differ"))
	s.out.check("both tickets stand alike", want(states[0] == states[1], states[0]+" and "+states[1]))

	var notices []string
	for _, m := range s.chat.Channel(channel).Messages() {
		if m.Header() == "" && strings.Contains(m.Words(), foreign) {
			notices = append(notices, m.Words())
		}
	}
	s.out.check("the engineers were told of the first, and only of it", want(len(notices) == 1, fmt.Sprintf("%d notices", len(notices))))
	for _, n := range notices {
		s.out.line("refreshbot", "tells the engineers")
		s.out.words(unmarkedSlack(n))
	}
	for _, key := range keys {
		s.clock.Stir()
		s.desk.Close(key, meiLing)
	}
	s.out.line("Mei", "closes both tickets")
	return s.settle()
}
