// Package clone is the clone engine: it replaces a target environment with a
// copy of a source, in 31 tasks, and ends with the target either new or as it
// was, whatever dies when.
//
// Three ideas:
//
// The plan is data. [NewPlan] lays the tasks in the order in which they are
// done; their numbers are labels from the published list. A task does one thing
// through a port ([Database], [Directory], [Objects], [Mail], [Apps]) and says
// how to look whether it was done and how to take it back.
//
// The journal is the truth. [Engine.Advance] reads it, decides one move by a
// pure function, and writes down what it begins before it begins:
//
//	planned -> started(attempt) -> done(result) | failed | unknown -> decided
//
// A task that is done is never done again; one that was begun and has no end is
// looked at; where looking does not tell, a person is asked. An append that
// fails ends the call.
//
// Build beside, swap late. The new database grows beside the live target, is
// verified there, and takes its place in one step. Up to that step every failure
// leads back, by undoing what was done, last task first; from there the way is
// forward, and the old database is parked until its retention ends.
//
//	isolate -> build -> prepare -> furnish -> verify -> SWAP -> reopen
//	\____________ failure, stop: undo ______________/     \__ finish __/
//
// What is known of the product lies in package profile, the masking of addresses
// in package mask, the drivers and the embedded defaults of the side systems in
// the packages below. Package clone imports none of those drivers.
package clone
