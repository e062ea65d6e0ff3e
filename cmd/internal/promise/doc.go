// Package promise holds the product against what it promises, from outside.
//
// It sees what people see: tickets and their comments, the channel in Slack, the
// tenants' databases; and it is told what people asked for. Of the product it
// knows nothing but its words and the names of the files that a run leaves beside
// a database, so a mistake of the product's can't agree with itself here.
//
// Three ideas:
//
//   - A [Book] is the model of what was asked: who wants what, since when, whose
//     approval was given to which deal as the card showed it. Whoever plays people
//     writes into it before they act.
//   - A [Witness] looks at the world whenever something may have happened
//     ([Witness.Look] is cheap) and notes which clones were at work and what was
//     confirmed to whom. Nothing that it reports rests on what the product says of
//     itself alone.
//   - [Witness.Testify] is the end: every promise is looked at, and what was
//     broken comes back as a [Violation] each.
//
// In doubt it is silent: an approval whose click was not acknowledged may have
// counted, a lagging comment may be about to be drawn again while the bot is at
// work. So Testify belongs after everything has come to rest.
package promise
