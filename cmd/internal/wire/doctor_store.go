package wire

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
	"github.com/refreshbot/refreshbot/store/boltstore"
)

const (
	// leastRoom is how many bytes have to be free on the store's disk, and as many as
	// it has itself: for what comes in, and for a copy of it.
	leastRoom = 64 << 20
	// oldBackup is from when on a last backup is worth a word.
	oldBackup = 7 * 24 * time.Hour
)

// examineStore asks the daemon where one runs, since it has the store open. A
// store that is not there yet is not made.
func (a *App) examineStore(ctx context.Context, o Options) []Finding {
	path := storePath(a.config)
	fail := func(err error) []Finding { return findings("store", path, []string{err.Error()}) }
	client, running, err := control.Dial(SocketOf(a.config))
	if err != nil {
		return fail(err)
	}
	if running {
		defer client.Close()
		return a.examineKept(ctx, path+", which the daemon has open", client)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return absentStore(path)
	}
	st, err := openStore(a.config, o)
	if err != nil {
		return fail(err)
	}
	defer func() { _ = st.Close() }() // nothing was written
	return a.examineKept(ctx, path+", no daemon runs", Office{Store: st})
}

// absentStore says whether a store could be made.
func absentStore(path string) []Finding {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return findings("store", path, []string{"there is no folder " + folder + ": make it, for the daemon's user alone"})
	}
	return findings("store", path+", which the first start makes", nil)
}

// A recordKeeper knows what is in the store, and the store.
type recordKeeper interface {
	control.Records
	control.Keep
}

// examineKept looks at what is in a store, at its pages, and around it.
func (a *App) examineKept(ctx context.Context, about string, k recordKeeper) []Finding {
	all := deadLetters(ctx, about, k)
	state, err := k.CheckStore(ctx, false)
	if err != nil {
		return append(all, findings("store", "its pages", []string{err.Error()})...)
	}
	for _, wrong := range state.Wrong {
		all = append(all, Finding{Part: "store", About: "its pages", Missing: wrong + "; `refreshbot store check` tells more"})
	}
	return append(all, examineRoom(storePath(a.config), state), a.examineBackup(state))
}

// examineRoom looks for room on the disk.
func examineRoom(path string, s control.StoreState) Finding {
	f := Finding{Part: "store"}
	free, err := boltstore.Room(path)
	f.About = fmt.Sprintf("%d MB on disk, %d MB more are free", s.Bytes>>20, free>>20)
	switch {
	case err != nil:
		f.Missing = err.Error()
	case free < max(leastRoom, s.Bytes):
		f.Missing = "room on the disk of " + path
	}
	return f
}

// examineBackup says how old the last backup is.
func (a *App) examineBackup(s control.StoreState) Finding {
	f := Finding{Part: "store", About: "`refreshbot store backup` takes one"}
	if s.LastBackup.IsZero() {
		f.Beware = "no backup was ever taken of it"
		return f
	}
	age := a.clock.Now().Sub(s.LastBackup)
	f.About = fmt.Sprintf("last backup %s ago", age.Round(time.Minute))
	if age > oldBackup {
		f.Beware = "the last backup is old"
	}
	return f
}

// deadLetters names messages that were given up.
func deadLetters(ctx context.Context, about string, r control.Records) []Finding {
	rows, err := r.Messages(ctx, []bot.DeliveryState{bot.Dead})
	var missing []string
	switch {
	case err != nil:
		missing = append(missing, err.Error())
	case len(rows) > 0:
		missing = append(missing, fmt.Sprintf(
			"messages that were given up: %d, the last one to %s; `refreshbot outbox list --state dead` tells why",
			len(rows), rows[len(rows)-1].Message.Ticket))
	}
	return findings("store", about, missing)
}
