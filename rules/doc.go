// Package rules decides what a request must say and when it can run: the policy,
// as arithmetic over instants, without a clock, a network or a store.
//
// [Judge] takes the answers that package ticket read, the facts of the world
// (tenants, bookings, holidays, freezes) and the present instant, and returns a
// [Verdict]: every finding at once, each with the facts that explain it, and
// windows that would work. [JudgeWindow] judges one window again later, [Suggest]
// and [Next] find windows.
//
// The rules stand twice, for two questions: is this window good (window.go), and
// when is the next one that is (search.go). The tests hold both against a third
// reading of the policy that goes minute by minute.
//
// All instants are UTC; all intervals are half-open. A [World] is read and never
// changed. What is not known (a year without holiday data, an environment without
// a schema version) is a finding of its own and never taken for good.
package rules
