// Package bot is the conversation about a request: its nouns, what can happen to
// it, what is done about it, and the ports to the world outside.
//
// One sentence holds it together: an event comes in and is kept; a pure function
// decides; the decision is committed whole; what it says is then sent, once.
//
//	adapter -> Inbox.Receive, durable -> ack to the vendor
//	runner:  event + facts + now -> Step -> Decision       pure
//	runner:  Store.Commit(Commit)                          all or nothing
//	sender:  outbox row -> Desk | Chat -> sent | retry | unknown (look first) | dead
//
// [Step] knows no clock, no network and no store. Package bot/wording turns an
// [Effect] into the words of a [Message]; package bot/runner holds the loops;
// the adapters below integrations and store implement the ports.
package bot
