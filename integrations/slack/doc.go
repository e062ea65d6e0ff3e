// Package slack is the engineers' side of the conversation: the card with its
// buttons, the milestones in its thread, a run's progress, everybody's home, and
// what engineers click and type, over Socket Mode or over HTTP. It implements
// [bot.Chat].
//
// Four ideas hold it together:
//
//   - What comes in is kept before it is acknowledged. A click whose event could
//     not be stored is not acknowledged, and the person is told that it was lost.
//   - What goes out carries its effect's key as message metadata, so that after
//     an unknown outcome [Client.Posted] finds it. Slack has no idempotency
//     argument; nothing is ever sent again by this package itself.
//   - What only asks is answered at once, from [bot.Inquiries]: questions, forms
//     with windows to choose from, homes. None of it decides anything, so none of
//     it goes through the inbox.
//   - What Slack sends is a pointer, never an authority. A button's value says
//     which request and which card; who may decide is read from Slack itself at
//     the click ([Client.Standing]), and whatever cannot be read is a refusal.
//
// Text from outside reaches Slack only through [escape]: no run of it can become
// a mention, a link or a broadcast, and every text object is sent verbatim, so
// that Slack looks for none by itself.
//
// The files: client.go (the port), pin.go (where calls may go), pace.go (what gives way when Slack limits us),
// blocks.go, progress.go and text.go (what is drawn), standing.go (who counts),
// intake.go with http.go and socket.go (what comes in), convert.go and command.go
// (what it means), inquire.go (questions), modal.go and proposal.go (forms), home.go
// and homes.go (homes), errors.go (Slack's answers as kinds), check.go (what is
// missing), words.go (the few sentences that are answered on the spot).
package slack
