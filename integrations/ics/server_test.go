package ics_test

import (
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/ics"
)

// read reads a calendar from a server of its own, twice.
func read(t *testing.T, h http.HandlerFunc) error {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := ics.Open(ics.Config{
		Sources: []ics.Source{{Region: "SG", URL: s.URL + "/days.ics", Zone: zone(t, "Asia/Singapore")}},
		Folder:  filepath.Join(t.TempDir(), "calendars"),
		Clock:   &clock{now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)},
	})
	require.NoError(t, err)
	if _, err := c.Reload(t.Context()); err != nil {
		return err
	}
	_, err = c.Reload(t.Context())
	return err
}

// A redirect leads to no other server, not even on the same machine.
func TestNoOtherServerIsAsked(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a stranger was called")
	}))
	defer elsewhere.Close()
	err := read(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	})
	require.Equal(t, bot.Unavailable, bot.KindOf(err))
	require.ErrorContains(t, err, "it redirects to another host")
}

// An answer that was made small for the way is not unpacked beyond what a calendar
// may have.
func TestABombIsNotUnpacked(t *testing.T) {
	err := read(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 200 {
			if _, err := packed.Write(zeros); err != nil {
				return // the reader has had enough
			}
		}
	})
	require.Equal(t, bot.Invalid, bot.KindOf(err))
	require.ErrorContains(t, err, "larger than 5 MB")
}

// A mark that is longer than any is not sent back.
func TestLongMarksAreNotSentBack(t *testing.T) {
	require.NoError(t, read(t, func(w http.ResponseWriter, r *http.Request) {
		require.Empty(t, r.Header.Get("If-None-Match"))
		w.Header().Set("ETag", strings.Repeat("x", 5000))
		_, _ = w.Write([]byte(file("DTSTART:20260809")))
	}))
}
