// Package simulation plays the main job under faults, whole program and all, as
// often as one likes, and each time otherwise.
//
// The program is the product's own: the loops of bot/runner, the store on disk,
// the clients of Jira and Slack over transports inside the process, the clone
// engine on small SQLite databases. It stands on a stage (package stage) with both
// simulators, under a clock that only the play moves. Its loops are called one at a
// time; which, and what people do and what goes wrong in between, is drawn from a
// seed. Nothing else decides, so a seed that fails always fails in the same way.
//
//	prologue  nothing goes wrong, until there is something to lose; not always
//	storm     some hundreds of deeds: a loop's turn, a webhook's arrival, a word of a
//	          client's, a click, an operator's command, time passing; and faults,
//	          in each storm some more often than others (weather)
//	calm      no more faults: everybody goes on until nobody has anything to do
//	trial     package promise, which saw only the outside, says what was broken
//
// Faults belong at the edges: a http.RoundTripper on the way to each vendor, a
// bot.Store around the store. A process that dies is one whose every call fails
// from then on; what it had kept is all that the next one finds.
//
// To play a seed again, with its story:
//
//	go test ./cmd/internal/simulation -run Simulation -v -args -seed 17
package simulation
