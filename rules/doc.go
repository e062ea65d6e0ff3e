// Package rules decides what a request must say and when it can run: the policy,
// as arithmetic over instants, without a clock, a network or a store.
//
// [Judge] takes the answers that package ticket read, the facts of the world
// (tenants, bookings, holidays, freezes) and the present instant, and returns a
// [Verdict]: every finding at once, each with the facts that explain it, and
// windows that would work. [Suggest] finds such windows.
//
// All instants are UTC; all intervals are half-open.
package rules
