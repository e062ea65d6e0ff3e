// Package stage puts the whole program on a stage, in one process and under a
// clock that is moved by hand: a help center and a Slack to act in, and between
// them the App that package wire makes of a configuration, with its real clients,
// its store on disk and its clone engine.
//
//   - Nothing runs by itself. [Stage.Step] does the next thing that there is to do,
//     a webhook, an event, a message, a timer or a task; [Stage.Settle] repeats it,
//     and [Stage.Advance] moves the clock from one due time to the next. So a play
//     takes the same course every time.
//   - People act through the simulators, Desk and Chat, in whose own language that
//     is. What they do reaches the App by its own HTTP routes, signed as the vendors
//     sign, or through Socket Mode over a real connection ([Options].Socket).
//   - A process can die: [Stage.Close] ends one, [Stage.Boot] starts another on the
//     same store. In between the vendors find nobody.
//   - What goes wrong is up to whoever plays: [Options] let the store and the ways
//     to the vendors be wrapped, and the simulators break on request.
//
// What the bot said is read from the outside: [Stage.Said] returns what changed on
// the ticket and in Slack, as people see it.
package stage
