package promise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// Each of these looks like a broken promise, and the reason that it is none.
func TestAllowed(t *testing.T) {
	for name, play := range map[string]func(*world){
		// A run was taken back, and a backup from before it was restored: the next
		// run has its id, and another window.
		"another run under the id of one that a restore forgot": func(w *world) {
			taken := w.now
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.Start)
			w.touch("ABCD_test", ".new-"+r.key+"-1")
			w.pass(time.Minute)
			w.remove("ABCD_test", ".new-"+r.key+"-1")
			w.pass(time.Minute)
			w.book.Restored(taken, w.now)
			next := deal
			next.Window.Start, next.Window.End = window.Start.Add(24*time.Hour), window.End.Add(24*time.Hour)
			w.book.Approve(r.key, promise.Approval{Who: "U1", At: w.now, Deal: next})
			w.at(next.Window.Start)
			w.build(r, "ABCD_test")()
			w.finish(r)
		},
		// The clone began in its window, then the clock went back to before it.
		"a clone that was seen before its window by a clock set back": func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.Start)
			for range 3 { // further together than once
				was := w.now
				w.pass(-20 * time.Second)
				w.book.SetBack(was, w.now)
			}
			w.touch("ABCD_test", ".new-"+r.key+"-1")
			w.pass(0)
			w.build(r, "ABCD_test")()
			w.at(window.Start)
			w.finish(r)
		},
		// Somebody acted before the words were repeated, as the clock went back.
		"words after an act that the clock puts before them": func(w *world) {
			r := w.ask(terms)
			w.pass(24 * time.Hour)
			w.reply(r.key, w.mark(), "one")
			was := w.now
			w.pass(-20 * time.Second)
			w.book.SetBack(was, w.now)
			w.book.Speak(r.key, w.now.Add(time.Second))
			w.pass(10 * time.Second)
			w.reply(r.key, w.mark(), "one")
		},
		"a request that was closed when a restore had forgotten it": func(w *world) {
			taken := w.now
			w.pass(time.Second)
			r := w.ask(terms)
			w.book.Restored(taken, w.now)
			w.book.Withdraw(r.key, w.now)
			w.desk.Close(r.key, "Mia")
			w.card(r.card, r.key+header, "Cancelled")
		},
		// Whoever reads the first's words reads what a restored store does not know.
		"a promise of a time that a restore forgot": func(w *world) {
			a, b := w.ask(promise.Terms{Source: "X", Target: "ABCD_test"}), w.ask(promise.Terms{Source: "Y", Target: "ABCD_uat"})
			taken := w.now
			w.confirm(a, "U1")
			w.pass(time.Second)
			w.book.Restored(taken, w.now)
			w.confirm(b, "U1")
			w.pass(time.Minute)
			w.rewrite(a.key, a.reply, asks)
			w.card(a.card, a.key+header, "Waits for approval")
		},
		// The client of the first still reads "confirmed" when the second is: the
		// cancellation was on its way before the confirmation was written.
		"a promise whose end was wished before it was written": func(w *world) {
			w.promised.Capacity = 1
			a, b := w.ask(promise.Terms{Source: "X", Target: "ABCD_test"}), w.ask(promise.Terms{Source: "Y", Target: "ABCD_uat"})
			w.book.Approve(a.key, promise.Approval{Who: "U1", At: w.now, Deal: promise.Deal{Source: "X", Target: "ABCD_test", Window: window}})
			w.pass(time.Second)
			w.book.Click(a.key, "U1", w.now)
			w.pass(time.Second)
			w.rewrite(a.key, a.reply, confirmed)
			w.pass(time.Second)
			w.confirm(b, "U1")
			w.pass(time.Minute)
			w.rewrite(a.key, a.reply, "This request is cancelled.")
			w.card(a.card, a.key+header, "Cancelled")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			play(w)
			require.Empty(t, w.testify())
		})
	}
}
