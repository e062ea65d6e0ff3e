package clone

import (
	"context"
	"time"

	"github.com/refreshbot/refreshbot/bot"
)

// A Directory is where tenants are registered: whether one runs, who may sign
// in, and which generation of its database is the right one.
type Directory interface {
	// Tenant returns the record of an environment. One that was never written
	// has version 0 and is running.
	Tenant(ctx context.Context, environment string) (Tenant, error)
	// Put writes a record whose Version is the one that was read, and counts it
	// up. Conflict: somebody else wrote meanwhile.
	Put(ctx context.Context, t Tenant) error
}

// A Tenant is the record of one environment in the directory.
type Tenant struct {
	Environment string    `json:"environment"`
	Version     int       `json:"version"` // of the record, for compare-and-swap
	Mode        Mode      `json:"mode"`
	SignIn      SignIn    `json:"sign_in"`
	Cluster     string    `json:"cluster"`    // where its requests go
	Generation  string    `json:"generation"` // the run that made its database
	Origin      *Origin   `json:"origin,omitempty"`
	Users       []Account `json:"users"` // who is known to the sign-in service, by id
}

// An Origin says what an environment is a copy of.
type Origin struct {
	Source string    `json:"source"`
	AsOf   time.Time `json:"as_of"` // UTC
}

// An Account is a user as the sign-in service knows them.
type Account struct {
	ID     string `json:"id"` // immutable
	Login  string `json:"login"`
	Active bool   `json:"active"`
}

// A Mode says whether a tenant's application runs.
type Mode string

// The modes.
const (
	Running     Mode = "running"
	Maintenance Mode = "maintenance"
)

// A SignIn says whether people can sign in.
type SignIn string

// The states of sign-in.
const (
	Normal      SignIn = "normal"
	InMigration SignIn = "in_migration"
)

// Objects are the object stores of environments: documents' templates, packages,
// the archive. An object never changes under its key.
type Objects interface {
	// Stage copies the named objects of the source beside the target's. What is
	// there with the same content is not copied again.
	Stage(ctx context.Context, s Store, keys []string) (Staged, error)
	// Publish puts the staged objects in the place of the target's, which are
	// parked. Nothing happens where that was done. At is the instant of parking.
	Publish(ctx context.Context, s Store, at time.Time) error
	// Restore takes away what Stage made and brings back what Publish parked.
	// Nothing happens where there is neither.
	Restore(ctx context.Context, s Store) error
	// Sweep removes what was parked for an environment before an instant, and
	// returns what that was.
	Sweep(ctx context.Context, environment string, before time.Time) ([]string, error)
}

// A Store names an object store of both environments in a run.
type Store struct {
	Run            bot.RunID
	Name           string // templates, packages, archive
	Source, Target string // environments
}

// Staged is what came of staging.
type Staged struct {
	Count   int      `json:"count"`
	Bytes   int64    `json:"bytes"`
	Digest  string   `json:"digest"`            // of keys and contents
	Missing []string `json:"missing,omitempty"` // rows name them, the source's store has them not
}

// Mail is the mail service's table of routes and mailboxes.
type Mail interface {
	Setup(ctx context.Context, environment string) (MailSetup, error)
	// Replace makes the setup of an environment the given one.
	Replace(ctx context.Context, environment string, s MailSetup) error
}

// A MailSetup is what the mail service knows of one environment.
type MailSetup struct {
	Routes    []Route   `json:"routes"`
	Mailboxes []Mailbox `json:"mailboxes"`
}

// A Route says where mail for a pattern goes.
type Route struct {
	Pattern string `json:"pattern"` // "@test.client.example"
	To      string `json:"to"`      // a mailbox
}

// A Mailbox is one that the service reads.
type Mailbox struct {
	Address string `json:"address"`
	Test    bool   `json:"test"`
}

// Apps are the programs around a tenant: partners' apps that want to be told,
// and the application's own nodes.
type Apps interface {
	// Notify tells the apps of an event, at least once; an event is known by its
	// id. That nobody could be reached is not an error but told.
	Notify(ctx context.Context, e Event) (Delivery, error)
	// Delivery returns what became of an event, if it was ever sent.
	Delivery(ctx context.Context, id string) (Delivery, bool, error)
	// Recycle orders every node of an environment to open its database anew.
	Recycle(ctx context.Context, environment, generation string) error
	// Nodes returns the nodes of an environment, sorted by name.
	Nodes(ctx context.Context, environment string) ([]Node, error)
}

// An Event is news for apps.
type Event struct {
	ID          string    `json:"id"`
	Kind        EventKind `json:"kind"`
	Environment string    `json:"environment"`
	At          time.Time `json:"at"` // UTC
}

// An EventKind is what has happened.
type EventKind string

// The kinds of event.
const (
	BackupRestored EventKind = "backup_restored"
	RolledBack     EventKind = "refresh_rolled_back"
)

// A Delivery is what became of an event.
type Delivery struct {
	Acknowledged bool   `json:"acknowledged"`
	Attempts     int    `json:"attempts"`
	Status       string `json:"status"` // for people: what the listener said last
}

// A Node is one host of the application.
type Node struct {
	Name    string `json:"name"`
	Wanted  string `json:"wanted"`  // the generation that it was ordered to open
	Applied string `json:"applied"` // the one that it has open
}
