// Package load measures how fast the product answers, and how much it can take:
// its own wiring on a store on disk that syncs, over the simulated help center
// and Slack on sockets of this machine, by the real clock.
//
// The way that is measured begins when a client files a ticket or writes a
// comment and ends when the help center has the bot's public reply to it. The
// help center's webhook, the bot's inbox, its decision, its outbox and every HTTP
// call in between are on that way.
//
// A [Run] fills the desk with open tickets first, then has new tickets and
// comments come in evenly at a rate, and may raise the rate until the replies
// fall behind.
//
// A [Simulate] is about memory in the place of speed: a day and more of a busy
// desk under a clock that jumps, in which everything that a request brings with it
// comes to its end and is forgotten, by the bot as its retention has it and by the
// vendors as archives do. Once as much is forgotten as comes in, what the process
// holds has to stay the same from then on ([Course.Trends]): heap and goroutines
// of the bot and the simulators together, and the store but for its tombstones.
package load
