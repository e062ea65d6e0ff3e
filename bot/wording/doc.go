// Package wording holds every sentence that a person reads: what clients read on
// the ticket, and what engineers read in Slack.
//
// [Render] turns an effect into a message, in the light of the conversation as
// it is after the decision. The same functions write the reply that
// `refreshbot check` prints, so what is checked is what is said.
//
// The tone is that of a considerate, brief colleague. Words are such as somebody
// in Piraeus or Singapore reads without a dictionary. Times are in UTC and carry
// their weekday; local times stand beside them where the zone is known. What a
// client wrote is quoted and never interpreted: it stays in a piece of its own,
// which adapters escape.
//
// What a client reads about another tenant's environment is, word for word, what
// one reads about an environment that does not exist.
package wording
