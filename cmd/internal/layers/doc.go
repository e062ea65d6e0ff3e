// Package layers holds no code, only the test that guards the house: who may
// import whom, which packages touch nothing of the outside world, and a few habits
// that keep every package readable.
//
// The rules are a table, and what the table does not allow is refused. The test
// parses the files itself instead of asking the go command, so that a cached
// result can't hide a violation.
package layers
