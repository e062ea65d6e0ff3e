// Package jira is the help center: Jira Service Management, on Cloud or in a
// data center, told apart by what the server says of itself.
//
// [Client] implements [bot.Desk]. It uses go-jira for carrying requests alone
// and brings its own wire types, since the library's typed calls lose or add
// things that matter here: a comment's visibility, its properties, the size of
// a page, the vendor's reasons.
//
// Three ideas hold the package together:
//
//   - Whether the client sees a comment is a type: a [bot.PublicText] goes out
//     with "internal": false, a [bot.InternalText] with "internal": true, and no
//     comment goes out without saying which, because the vendor's default is
//     public.
//   - Every comment carries the key of the effect that caused it, written in the
//     same request. After a write without an answer, [Client.Sent] looks for it;
//     nothing is ever written a second time on a guess.
//   - A webhook is a hint. It names a ticket and nothing else of it is believed;
//     [Client.Touched] finds what webhooks missed.
//
// Errors are [bot.Error]s. Their kind is made from the status, the headers and
// the way a connection broke, never from a text.
//
//	client.go      configuration, one call and its answer    auth.go     who sees the token
//	site.go        what the server is and who we are there   types.go    the wire
//	ticket.go      reading a ticket                          convert.go  wire -> bot.Ticket
//	comment.go     writing, and looking what was written     markup.go   bot.Text -> wiki markup
//	transition.go  moving a ticket                           poll.go     what changed since
//	webhook.go     what the vendor tells by itself           doctor.go   what is missing
package jira
