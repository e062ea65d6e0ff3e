//go:build !race

package clone_test

// How thoroughly the engine is killed.
var killPoints = []string{beforeStarted, afterStarted, afterDo, afterDone}

const cutStep = 11
