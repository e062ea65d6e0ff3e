// Package jirasim is a help center that lives in memory: a Jira Service
// Management for the demo and for tests, with pages to click on.
//
// It speaks as much of the vendor's REST interface as a bot of one project
// needs, in the dialect of Cloud or of Data Center, and is strict where the
// vendor is lenient: an unknown route, parameter or body field, and a comment
// that does not say whether the client may see it, are kept in [Server.Strays],
// which a test expects to be empty. It keeps its own wire types, so that a wrong
// JSON tag can't agree with itself.
//
// People act through methods in their own language ([Server.File],
// [Server.Comment], [Server.Close]) or on the pages. Whatever changes is told by
// signed webhooks, which wait in a queue until [Server.Deliver] sends the next
// one: a simulation decides when, and what becomes of it on the way
// ([Server.Spoil]). Calls fail as [Server.Break] says.
//
// Time comes from Options.Now and nothing runs by itself: two servers that see
// the same calls at the same times are in the same state.
package jirasim
