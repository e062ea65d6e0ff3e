package jirasim

// Forget takes a ticket out of the help center without a word to anybody, as an
// archive does that nobody looks into: for those who watch memory for days.
func (s *Server) Forget(key string) {
	s.onTicket(key, func(i *issue) { delete(s.issues, i.key) })
}
