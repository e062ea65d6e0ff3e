//go:build race

package clone_test

// The pure-Go SQLite is 25 times slower under the race detector, which has
// nothing to find in where a process dies: the hardest point is enough there.
var killPoints = []string{afterDo}

const cutStep = 400
