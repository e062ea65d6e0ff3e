//go:build race

package stage_test

// The race detector makes a play ten times as long: each way but the plain one plays
// scripts of its own there.
const sparsely = 4
