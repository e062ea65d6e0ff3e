package control

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

// Keep is the part of a Handler that looks after the store.
type Keep interface {
	// Snapshot writes the store as it stands at one moment, while work goes on. To
	// is told the size in bytes, before, and returns where they go.
	Snapshot(ctx context.Context, to func(size int64) io.Writer) error
	// Saved notes when a backup was taken that is on disk by now.
	Saved(ctx context.Context, at time.Time) error
	// CheckStore looks at every page of the store, at every row too if rows says
	// so. What is wrong is in the state.
	CheckStore(ctx context.Context, rows bool) (StoreState, error)
}

// A StoreState is what is known of the store. Its JSON is what `refreshbot store
// check` prints.
type StoreState struct {
	boltstore.Report
	LastBackup time.Time `json:"last_backup,omitzero"` // UTC; zero: never, as far as the store knows
}

// The calls of Keep.
const (
	callSnapshot = "/store/snapshot"
	callSaved    = "/store/saved"
	callCheck    = "/store/check"
)

// Snapshot is Keep's. What is cut short on its way is an error.
func (c *Client) Snapshot(ctx context.Context, to func(size int64) io.Writer) error {
	resp, err := c.ask(ctx, callSnapshot, nothing{})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, largestQuestion)) // what is missing is no fault that can be read
		return faultOf(text)
	}
	n, err := io.Copy(to(resp.ContentLength), resp.Body)
	if err == nil && n != resp.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return &bot.Error{Kind: bot.Unavailable, Op: "take a snapshot from the daemon", Err: err}
	}
	return nil
}

// Saved is Keep's.
func (c *Client) Saved(ctx context.Context, at time.Time) error {
	return c.call(ctx, callSaved, at, &nothing{})
}

// CheckStore is Keep's.
func (c *Client) CheckStore(ctx context.Context, rows bool) (s StoreState, err error) {
	err = c.call(ctx, callCheck, rows, &s)
	return s, err
}

// snapshot answers with the bytes of the store, and how many they are. A connection
// that breaks off says that they are not all.
func snapshot(k Keep) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := false
		err := k.Snapshot(r.Context(), func(size int64) io.Writer {
			begun = true
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
			return w
		})
		switch {
		case err != nil && begun:
			panic(http.ErrAbortHandler)
		case err != nil:
			refuse(w, err)
		}
	})
}
