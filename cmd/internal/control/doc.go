// Package control is the local socket beside the store: how a command on the same
// machine reaches the daemon, since bbolt lets only one process have the store
// open.
//
// A [Handler] does the work. The daemon serves its own by [Serve]; a command asks
// [Dial] whether one is there and then calls the [Client], which is a Handler too.
// Where none is there, the command opens the store and is its own Handler.
//
// The socket is for the store's owner alone (mode 0600, from its first moment on).
// What travels is JSON over HTTP, one call a request; an error keeps its bot.Kind.
package control
