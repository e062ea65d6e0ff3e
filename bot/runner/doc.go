// Package runner keeps the bot going: it brings events to bot.Step, commits what
// was decided, and sends what it says.
//
// Every loop is a function that does one thing and reports whether there was
// anything to do:
//
//	InboxOnce   an event, the facts around it → Step → wording → one commit
//	OutboxOnce  a message that waits → the vendor → what became of it
//	TimersOnce  a wake time that has come → an event in the inbox
//	PollOnce    the tickets that changed → events for what webhooks missed
//	TaskOnce    an open run → its next task → a report in the inbox
//
// Run has goroutines that only repeat them; a simulation calls them one at a time
// in an order drawn from a seed. They may be called concurrently: an event, a
// message or a run that one call has in hand is left alone by the others.
//
// Nothing that is due lives in memory. Work is found in the store by its time; a
// bell (see bell.go) only makes a loop look sooner. So a process may die at any
// point, and the next one goes on:
//
//   - before a commit, the event is still waiting and is stepped again;
//   - after it, the messages wait in the outbox;
//   - a message is marked as attempted before it is sent. One that is found in
//     that state, or whose vendor did not answer, is looked for before it is sent
//     again, and only once a late write would have landed.
package runner
