//go:build !race

package simulation_test

// few is how many seeds are played where nobody says how many.
const few = 40
