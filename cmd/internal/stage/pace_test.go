//go:build !race

package stage_test

// Every how many-th script is played in each way but the plain one.
const sparsely = 1
