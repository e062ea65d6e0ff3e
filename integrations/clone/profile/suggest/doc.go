// Package suggest proposes a profile for a database that nobody has described
// yet, from the names and types of its columns, the references between its
// tables, and what a sample of its values looks like. It touches no database:
// drivers describe one to it as [Table]s.
//
// A proposal is a draft for a person. Every line says why it stands there, what
// could not be decided stands at the end, and what is not proposed is copied.
// Two rules keep a wrong guess from doing harm:
//
//   - Addresses are told by values first and by names second, and whatever holds
//     any is named: a column too many costs nothing, one too few would end the
//     clone's plan.
//   - A table becomes one that is not copied only where its columns bear out what
//     its name says.
//
// No value of the database gets into the proposal, but for login keys of service
// accounts.
package suggest
