// Package directory is the embedded default of the tenant directory and sign-in
// service: one JSON file.
//
//	{"tenants": {"ABCD_test": {"mode": "running", "sign_in": "normal", …}}}
//
// Every write is a new file that takes the old one's place, so that a reader
// sees a whole one and a kill leaves one. A record is changed by compare-and-swap
// on its version, under a lock that other processes respect too.
package directory

import (
	"context"
	"fmt"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

// A Directory is a directory in a file. It is safe for concurrent use, by
// several processes as well.
type Directory struct {
	path string
}

var _ clone.Directory = (*Directory)(nil)

// New returns the directory in the file. There need not be one yet.
func New(path string) *Directory { return &Directory{path: path} }

type book struct {
	Tenants map[string]clone.Tenant `json:"tenants"`
}

// Tenant implements clone.Directory.
func (d *Directory) Tenant(_ context.Context, environment string) (clone.Tenant, error) {
	b, err := d.read()
	if err != nil {
		return clone.Tenant{}, err
	}
	return b.tenant(environment), nil
}

// Put implements clone.Directory.
func (d *Directory) Put(_ context.Context, t clone.Tenant) error {
	unlock, err := file.Lock(d.path)
	if err != nil {
		return fmt.Errorf("put %s into directory: %w", t.Environment, err)
	}
	defer unlock()
	b, err := d.read()
	if err != nil {
		return err
	}
	if is := b.tenant(t.Environment); is.Version != t.Version {
		return bot.Errorf(bot.Conflict, "directory: put "+t.Environment, "version is %d, not %d", is.Version, t.Version)
	}
	t.Version++
	b.Tenants[t.Environment] = t
	if err := file.WriteJSON(d.path, b); err != nil {
		return fmt.Errorf("put %s into directory: %w", t.Environment, err)
	}
	return nil
}

func (d *Directory) read() (book, error) {
	var b book
	err := file.ReadJSON("directory: read", d.path, &b)
	if b.Tenants == nil { // there is no file, or it says null
		b.Tenants = map[string]clone.Tenant{}
	}
	return b, err
}

// tenant returns a record, or that of an environment that nobody touched yet.
func (b book) tenant(environment string) clone.Tenant {
	t, ok := b.Tenants[environment]
	if !ok {
		return clone.Tenant{Environment: environment, Mode: clone.Running, SignIn: clone.Normal, Cluster: "main"}
	}
	return t
}
