// Package postgres is the clone engine's driver for PostgreSQL, from version 13.
//
// Beside a target DB a run has up to two databases more on the target's server:
//
//	DB__new_RUN   the new database, until it takes the target's place
//	DB__pre_RUN   the old target, after the swap and until retention ends
//
// A database is known by the system identifier of its server and its number
// there, which no rename changes. Those of the engine's are marked by a comment
// in JSON, see mark; what is not marked is never dropped.
package postgres
