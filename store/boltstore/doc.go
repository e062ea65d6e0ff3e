// Package boltstore keeps a bot's state in one bbolt file: the store of an
// installation that runs as one process.
//
// Every method of [Store] is one transaction, synced to disk before it returns;
// those that are called at the same time may share one (see group.go).
// Rows are JSON of the types of package bot; fields are added to them, never
// renamed, so an older file stays readable. What a row needs beside the exported
// type stands in a struct of this package around it. Numbers in keys are eight
// bytes, big endian; an instant is its nanoseconds since 1970, and 0 is "at
// once".
//
//	meta             schema, epoch; backup and past, see adopt.go
//	conversations    <ticket> 0                 → bot.Conversation
//	audit            <ticket> 0 <number>        → bot.Audit
//	timers           <ticket> 0                 → bot.Timer
//	timers.due       <at> <ticket> 0            → -
//	inbox            <event>                    → inboxRow, while it waits
//	inbox.lines      0 <ticket> 0 <place>       → <due> <event>
//	inbox.due        0 <due> <place>            → <event>, the first of each line
//	done             <event>                    → <at>, for Options.Remember
//	done.at          <at> <event>               → -
//	outbox           <effect>                   → outboxRow, in every state
//	outbox.tickets   <ticket> 0 <number>        → <effect>
//	outbox.lines     <lane> <vendor/ticket> 0 <place> → <due> <effect>, while it waits
//	outbox.due       <lane> <due> <place>       → <effect>, the first of each line
//	living           <ticket> 0 <name>          → livingRow
//	bookings         <id>                       → bot.Booking; its sequence is the ledger
//	bookings.end     <end> <id>                 → -
//	runs             <run>                      → runRow
//	runs.open        <ordered> <run>            → -, until settled
//	runs.tickets     <ticket> 0 <run>           → -
//	journal          <run> 0 <seq>              → bot.RunRecord
//	marks            <name>                     → <at>
//	closed           <ticket> 0                 → <at>, of what is over: the last decision
//	closed.at        <at> <ticket> 0            → -
//
// What waits stands in a line (see queue.go): one for each ticket in the inbox,
// one for each ticket, vendor and lane in the outbox. Only the first of a line
// has an entry by time; so finding work costs the same however much waits
// behind, and order within a line holds by itself.
//
// A second process is kept out by a lock on the file. Who holds it, and since when,
// stands in <path>.holder, for the error that the second one gets.
//
// Before a file is opened, every page of it is held to account by package pages, so
// that bbolt meets none that is damaged. What goes bad later ends in an error too:
// see guard. A file that is made, a backup, a compaction: each is written beside,
// looked at, synced and then moved to its name, so that no name ever stands for half
// a file (see beside).
//
// The tree above is that of the present schema. A file of an older one is changed
// step by step when it is opened (migrate.go), one of a newer one is refused.
package boltstore
