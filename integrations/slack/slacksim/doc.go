// Package slacksim is a Slack to test and to show against: a workspace with
// channels, members, threads, forms and Socket Mode that keeps what it is told,
// answers as the vendor does, and has small pages on which a person can read the
// channel, open the app's home, click the buttons, fill in the forms and type
// commands.
//
// It shares nothing with the client that is tested against it: the wire types here
// are its own, written from Slack's method reference, so that a wrong field name
// on one side does not agree with itself on the other.
//
//   - It is strict. A method it does not know, an argument that Slack does not
//     have, blocks over a limit: each is answered with Slack's own error code and
//     counted ([Server.Strays]), so that a test can demand that there were none.
//   - It breaks on request. [Server.Fail] lays out faults by method: limits, broken
//     answers, answers that are lost after the call took effect or before, effects
//     that land late.
//   - Its people act by what they see: [Message.Click] takes a button's label,
//     [Server.Submit] a form's values, and both travel the way that Slack would
//     send them, signed over HTTP or through the socket.
//
// Message timestamps come from Options.Now, so a simulated clock shows in the
// channel. Signatures and the three seconds that a trigger lives are wall time,
// as they are between two machines.
package slacksim
