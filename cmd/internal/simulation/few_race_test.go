//go:build race

package simulation_test

// few is how many seeds are played where nobody says how many. SQLite is 25 times
// slower under the race detector.
const few = 1
