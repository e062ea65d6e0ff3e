package promise_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/cmd/internal/promise"
)

// clone is the main line from the approval on.
func (w *world) clone(r request) {
	w.Helper()
	w.at(window.Start)
	swap := w.build(r, "ABCD_test")
	swap()
	w.finish(r)
}

func TestNothingIsBrokenOnTheMainLine(t *testing.T) {
	w := newWorld(t)
	r := w.ask(terms)
	w.confirm(r, "U1")
	w.clone(r)
	require.Empty(t, w.testify())
}

func TestWithdrawnAndSilent(t *testing.T) {
	w := newWorld(t)
	r := w.ask(terms)
	w.book.Withdraw(r.key, w.now)
	w.rewrite(r.key, r.reply, "This request is cancelled.")
	w.card(r.card, r.key+header, "Cancelled")
	require.Empty(t, w.testify())
}

func TestRolledBack(t *testing.T) {
	w := newWorld(t)
	r := w.ask(terms)
	w.confirm(r, "U1")
	w.clone(r)
	path := w.database("ABCD_test")
	require.NoError(t, rename(path+".parked-"+r.key+"-1", path))
	w.rewrite(r.key, r.reply, "ABCD_test is as it was before the refresh: everything has been taken back.")
	w.card(r.card, r.key+header, "Cancelled")
	require.Empty(t, w.testify())
}

// Each of these breaks one promise.
func TestPlanted(t *testing.T) {
	for _, c := range []struct {
		name    string
		promise promise.Promise
		what    string // part of what is said
		play    func(*world)
	}{
		{"no answer", promise.Answered, "nothing was said", func(w *world) {
			w.book.File(w.desk.File("Ana", "Refresh", "please"), "Ana", w.now, terms)
		}},
		{"a reply with the mark of another", promise.Once, `"effect {\"key\":\"m\"}" is there twice`, func(w *world) {
			r := w.ask(terms)
			w.reply(r.key, "m", "one")
			w.reply(r.key, "m", "two")
		}},
		{"the same words once more", promise.Once, `said twice: "one"`, func(w *world) {
			r := w.ask(terms)
			w.pass(24 * time.Hour)
			w.reply(r.key, w.mark(), "one")
			w.pass(time.Hour)
			w.reply(r.key, w.mark(), "one")
		}},
		{"the same words, and one cause", promise.Once, "more often than the 1 times", func(w *world) {
			r := w.ask(terms)
			w.reply(r.key, w.mark(), "Thank you, that is all.")
			w.book.Click(r.key, "U1", w.now.Add(time.Second))
			w.pass(time.Minute)
			w.reply(r.key, w.mark(), "Thank you, that is all.")
		}},
		{"a change of which it was told twice, and one that was made", promise.Once, "more often than the 1 times", func(w *world) {
			r := w.ask(terms)
			w.book.Change(r.key, w.now, terms)
			w.replyTwice(r, "The client changed a thing.")
		}},
		{"a reminder twice, and one approval", promise.Once, "more often than the 1 times", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.replyTwice(r, "A reminder: ABCD_test begins in 24 hours: Tue 12 May 2026, 09:00 to 11:00 UTC.")
		}},
		{"an approval after the request was withdrawn", promise.Approved, "nobody had approved what it asked for", func(w *world) {
			r := w.ask(terms)
			w.book.Withdraw(r.key, w.now)
			w.pass(time.Minute)
			w.confirm(r, "U1")
		}},
		{"two cards", promise.Once, "two cards", func(w *world) {
			r := w.ask(terms)
			w.card("", r.key+header, "Waits for approval")
		}},
		{"two answers to a click", promise.Once, "1 commands were answered 2 times", func(w *world) {
			r := w.ask(terms)
			w.book.Click(r.key, "U1", w.now)
			for range 2 {
				w.slack("chat.postEphemeral", url.Values{"channel": {"C1"}, "user": {"U1"}, "text": {"no"}})
			}
		}},
		{"nobody approved", promise.Approved, "at work on ABCD_test", func(w *world) { w.clone(w.ask(terms)) }},
		{"the requester approved", promise.Approved, "at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U3")
			w.clone(r)
		}},
		{"a stranger approved", promise.Approved, "at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U9")
			w.clone(r)
		}},
		{"the approval was for other terms", promise.Approved, "at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.book.Change(r.key, w.now, promise.Terms{Source: "ABCD_prod", Target: "ABCD_test", KeepUsers: true})
			w.clone(r)
		}},
		{"promised on an approval of what was asked for before", promise.Approved, "nobody had approved what it asked for", func(w *world) {
			r := w.ask(terms)
			w.book.Change(r.key, w.now, promise.Terms{Source: "ABCD_prod", Target: "ABCD_test", KeepUsers: true})
			w.pass(time.Second)
			w.confirm(r, "U1")
			w.rewrite(r.key, r.reply, asks)
			w.card(r.card, r.key+header, "Waits for approval")
		}},
		{"the approved window was taken back", promise.Approved, "at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			other := promise.Window{Start: window.Start.Add(24 * time.Hour), End: window.End.Add(24 * time.Hour)}
			w.book.Change(r.key, w.now, promise.Terms{Source: "ABCD_prod", Target: "ABCD_test", Windows: []promise.Window{other}})
			w.clone(r)
		}},
		{"it was withdrawn", promise.Approved, "withdrawn at", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.book.Withdraw(r.key, w.now)
			w.clone(r)
		}},
		{"before the window", promise.Approved, "at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.build(r, "ABCD_test")()
			w.finish(r)
		}},
		{"the swap after the window", promise.InWindow, "swapped at", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.Start)
			swap := w.build(r, "ABCD_test")
			w.at(window.End)
			swap()
			w.finish(r)
		}},
		{"two clones on one approval", promise.Approved, "-2 was at work", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.clone(r)
			w.touch("ABCD_test", ".new-"+r.key+"-2")
			w.pass(time.Minute)
			w.remove("ABCD_test", ".new-"+r.key+"-2")
		}},
		{"nobody asked", promise.Approved, "nobody asked for it", func(w *world) {
			w.touch("ABCD_test", ".new-HELP-9-1")
			w.pass(time.Minute)
			w.remove("ABCD_test", ".new-HELP-9-1")
		}},
		{"two at work, and room for one", promise.NotSold, "2 clones at once", func(w *world) {
			a := w.ask(terms)
			w.confirm(a, "U1")
			w.at(window.Start)
			b := request{key: "HELP-2"}
			w.book.File(b.key, "Ana", w.now, promise.Terms{Source: "ABCD_prod", Target: "ABCD_uat"})
			w.book.Approve(b.key, promise.Approval{Who: "U1", At: w.now, Deal: promise.Deal{Source: "ABCD_prod", Target: "ABCD_uat", Window: window}})
			swap := w.build(a, "ABCD_test")
			w.touch("ABCD_uat", ".new-HELP-2-1")
			w.pass(time.Minute)
			w.remove("ABCD_uat", ".new-HELP-2-1")
			swap()
			w.finish(a)
		}},
		{"two promised, and room for one", promise.NotSold, "2 requests were promised", func(w *world) {
			w.promised.Capacity = 1
			a, b := w.ask(promise.Terms{Source: "X", Target: "ABCD_test"}), w.ask(promise.Terms{Source: "Y", Target: "ABCD_uat"})
			w.confirm(a, "U1")
			w.confirm(b, "U1")
		}},
		{"two offered, and room for one", promise.NotSold, "2 requests are offered", func(w *world) {
			w.promised.Capacity = 1
			for _, target := range []string{"ABCD_test", "ABCD_uat"} {
				w.ask(promise.Terms{Source: target + "_source", Target: target})
			}
			w.witness.Offered(w.now, nil)
		}},
		{"a real address", promise.Masked, "person holds ada@abcd_prod.example", func(w *world) {
			w.mainLineWith("UPDATE person SET email = 'ada@abcd_prod.example' WHERE id = 1")
		}},
		{"rows are missing", promise.Whole, "person is not that of ABCD_prod", func(w *world) {
			w.mainLineWith("DELETE FROM person WHERE id = 2")
		}},
		{"the target's flags are gone", promise.Whole, "flag is not the target's own", func(w *world) {
			w.mainLineWith("UPDATE flag SET value = 'abcd_prod'")
		}},
		{"other users", promise.Whole, "its users are not those of ABCD_prod", func(w *world) {
			w.mainLineWith("INSERT INTO login VALUES ('eve', 1)")
		}},
		{"a job is on", promise.Whole, "a job of job is on", func(w *world) { w.mainLineWith("UPDATE job SET enabled = 1") }},
		{"a target that nobody cloned", promise.Whole, "not those of the start", func(w *world) {
			w.sql(w.database("ABCD_uat"), "DELETE FROM person WHERE id = 1")
		}},
		{"the card lags", promise.Shown, `the card "Waits for approval"`, func(w *world) {
			r := w.ask(terms)
			w.rewrite(r.key, r.reply, "This request is cancelled.")
		}},
		{"the ticket's status lags", promise.Shown, "the ticket is", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.Start)
			w.build(r, "ABCD_test")()
			w.rewrite(r.key, r.reply, done)
			w.card(r.card, r.key+header, "Done", booked)
		}},
		{"another window on the card", promise.Shown, "and the card has", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.card(r.card, r.key+header, "Confirmed for", "✓  *A*  Wed 13 May 2026, 09:00 to 11:00 UTC  —  booked")
		}},
		{"done in words alone", promise.Shown, "no target was replaced", func(w *world) {
			r := w.ask(terms)
			w.finish(r)
		}},
		{"running in words alone", promise.Shown, "and none is", func(w *world) {
			r := w.ask(terms)
			w.rewrite(r.key, r.reply, "The refresh of ABCD_test is running since Tue 12 May 2026, 09:00 UTC.")
			w.card(r.card, r.key+header, "Running", booked)
		}},
		{"done, and nobody knows", promise.Shown, "the target is replaced", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.Start)
			w.build(r, "ABCD_test")()
			w.rewrite(r.key, r.reply, asks)
			w.card(r.card, r.key+header, "Waits for the client", booked)
		}},
		{"still confirmed when it is over", promise.Shown, "which has passed", func(w *world) {
			r := w.ask(terms)
			w.confirm(r, "U1")
			w.at(window.End)
		}},
		{"an argument that Slack does not have", promise.Correct, "Slack", func(w *world) {
			w.slack("chat.postMessage", url.Values{"channel": {"C1"}, "text": {"x"}, "colour": {"red"}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.play(w)
			found := w.testify()
			require.Len(t, found, 1, fmt.Sprint(found))
			require.Equal(t, c.promise, found[0].Promise)
			require.Contains(t, found[0].String(), c.what)
		})
	}
}

// A production target takes two different people.
func TestGoLiveTakesTwo(t *testing.T) {
	for who, broken := range map[string]bool{"U1": true, "U2": false} {
		w := newWorld(t)
		w.promised.Environments[1].GoLive = true
		var err error
		w.witness, err = promise.NewWitness(w.promised, w.book)
		require.NoError(t, err)
		r := w.ask(terms)
		w.book.Approve(r.key, promise.Approval{Who: "U1", At: w.now, Deal: deal})
		w.confirm(r, who)
		w.clone(r)
		require.Equal(t, broken, len(w.testify()) > 0, who)
	}
}
