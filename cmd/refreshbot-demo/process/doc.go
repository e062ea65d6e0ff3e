// Package process is the product's daemon in a process of its own, under a clock
// that whoever plays the world around it moves: so it can be killed in the middle
// of anything, and days go by in seconds.
//
// The side that plays has a [Clock], which it serves over HTTP, and a [Bot], which
// it starts, kills and stops. The bot's side is [Run]: what `refreshbot serve`
// does, with the world's clock for the machine's. Many times a second it tells the
// world how it is (a [Pulse]) and takes the time from the answer; and of each task
// of a clone it tells when it begins, so that the world can strike right there.
package process
