package jirasim

import "net/http"

func (s *Server) site() http.Handler { return http.NotFoundHandler() }
