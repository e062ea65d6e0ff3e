// Package postgres is the clone engine's driver for PostgreSQL, from version 13.
//
// Beside a target DB a run has up to two databases more on the target's server,
// which need not be the source's:
//
//	DB__new_RUN   the new database, until it takes the target's place
//	DB__pre_RUN   the old target, after the swap and until retention ends
//
// A database is known by the system identifier of its server and its number
// there, which no rename changes. Those of the engine's are marked by a comment
// in JSON, see mark; what is not marked is never dropped.
//
// The copy is of one instant. One session of the source exports a snapshot and
// holds it to the end; every other reads that, and so does pg_dump, which writes
// the schema in two sections. Between the two come the rows, in COPY's binary
// format from one server to the other: they are not taken apart, but for columns
// with addresses, which are masked on the way, so that no real address is ever
// written to the target's disk. A table is filled in the transaction that empties
// it, with rows that count as old at once; its keys and indexes are built as soon
// as it is full, while others are being copied. See queue for who does what when.
//
// What is proved is what goes by: the hashes of a table's rows, added up. The
// verification reads the new database back in the same format and adds up again;
// that costs no more than reading it.
//
// A copy that is cut off, by a kill of the engine or of either server or by a full
// disk, is begun anew: a new database that is marked as being filled is dropped
// with whoever is still in it. The source's sessions write nothing, whatever their
// role may do; a role that can't is recommended by the survey.
//
// The target's own rows, which a run keeps, stand in the new database in a schema
// kept until the run is over, for the tasks to put them into their places.
//
// Left behind on purpose is what leads out of a copy into the world: subscriptions,
// the passwords for foreign servers (user mappings), and rows of foreign tables.
// What belonged to the owner of the source belongs to the owner of the target;
// see roles. Materialised views are filled anew, each as its owner. In large objects,
// which stand in no table of the client's, addresses are masked where the profile
// says so of pg_largeobject.data.
//
// The swap is two renames in one transaction, with sessions shut out of the target;
// see Driver.Swap.
package postgres
