// Package kill kills the product hundreds of times and looks what is lost.
//
// The daemon runs as a process of its own, on a real configuration with a store
// that syncs and tenants in SQLite files; the help center, Slack and a partner's
// app are served from this process, over HTTP on loopback. People file tickets,
// correct, cancel, approve, reject, propose and take back, all the while; and at
// moments of a seed's choosing the daemon gets a SIGKILL and is started again on
// what it left.
//
// Three ideas:
//
//   - Moments are aimed (see aim.go). A kill at any time would mostly hit a process
//     that waits; so it is also lured into a trap: a call to a vendor, before or
//     after it takes effect, a webhook on its way in, the taking back of a clone,
//     a task of one, where those have their turn first that were hit seldom.
//   - Where a kill has hit is read from what is left behind, the store and the
//     calls that were cut, and counted: a phase that was never hit proves nothing.
//   - What the product has promised is judged by package promise, which sees the
//     outside alone, once every request has reached its end.
package kill
