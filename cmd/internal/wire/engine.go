package wire

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/apps"
	"github.com/refreshbot/refreshbot/integrations/clone/directory"
	"github.com/refreshbot/refreshbot/integrations/clone/mail"
	"github.com/refreshbot/refreshbot/integrations/clone/objects"
	"github.com/refreshbot/refreshbot/integrations/clone/postgres"
	"github.com/refreshbot/refreshbot/integrations/clone/profile"
	"github.com/refreshbot/refreshbot/integrations/clone/sqlite"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Engine builds the clone engine over the journal in runs. Systems that the
// configuration does not place are kept in the folder "systems" beside the
// store.
func Engine(c *config.Config, runs bot.Runs, clock bot.Clock) (*clone.Engine, error) {
	at := systemsOf(c)
	if err := os.MkdirAll(at.folder, 0o700); err != nil {
		return nil, fmt.Errorf("wire the clone engine: %w", err)
	}
	prof, err := loadProfile(string(c.Engine.Profile))
	if err != nil {
		return nil, fmt.Errorf("wire the clone engine: %w", err)
	}
	key, err := maskKey(filepath.Join(at.folder, "mask.key"))
	if err != nil {
		return nil, fmt.Errorf("wire the clone engine: %w", err)
	}
	around, err := apps.New(apps.Config{
		URL: c.Engine.Systems.Apps.URL, Secret: []byte(c.Engine.Systems.Apps.Secret),
		Ledger: at.ledger, Nodes: at.nodes, Clock: clock,
		Client: &http.Client{Transport: outgoing()},
	})
	if err != nil {
		return nil, fmt.Errorf("wire the clone engine: %w", err)
	}
	return clone.New(clone.Config{
		Environments: environments(c),
		Profile:      prof,
		MailDomain:   c.Engine.MailDomain,
		MaskKey:      key,
		Retention:    c.Engine.Retention,
	}, clone.Ports{
		Runs: runs, Clock: clock,
		Databases: map[string]clone.Database{
			sqlite.Scheme:   sqlite.Driver{},
			postgres.Scheme: postgres.Driver{Passwords: passwords(c)},
		},
		Directory: directory.New(at.directory),
		Objects:   objects.New(at.objects),
		Mail:      mail.New(at.mail),
		Apps:      around,
	})
}

// environments lists every environment of every tenant.
func environments(c *config.Config) (all []clone.Environment) {
	for _, t := range c.Tenants {
		for _, e := range t.Environments {
			all = append(all, clone.Environment{
				Name: e.Name, Database: string(e.Database), SchemaVersion: e.SchemaVersion,
				Production: ticket.Role(e.Role) == ticket.Production,
			})
		}
	}
	return all
}

// passwords are those of the databases, by their names as configured.
func passwords(c *config.Config) map[string]bot.Secret {
	all := map[string]bot.Secret{}
	for _, t := range c.Tenants {
		for _, e := range t.Environments {
			if e.Password != "" {
				all[string(e.Database)] = e.Password
			}
		}
	}
	return all
}

// systems are where a tenant's other systems are kept.
type systems struct {
	folder, directory, objects, mail, ledger, nodes string
}

func systemsOf(c *config.Config) systems {
	s := c.Engine.Systems
	folder := filepath.Join(filepath.Dir(storePath(c)), "systems")
	or := func(p config.Path, name string) string {
		if p != "" {
			return string(p)
		}
		return filepath.Join(folder, name)
	}
	return systems{
		folder:    folder,
		directory: or(s.Directory, "directory.json"),
		objects:   or(s.Objects, "objects"),
		mail:      or(s.Mail, "mail.json"),
		ledger:    filepath.Join(folder, "apps", "ledger.json"),
		nodes:     or(s.Apps.Nodes, filepath.Join("apps", "nodes")),
	}
}

// storePath returns the path of the store's file.
func storePath(c *config.Config) string { return strings.TrimPrefix(string(c.Store), "bolt:") }

// loadProfile reads the profile of a file, or the shipped example's.
func loadProfile(path string) (*profile.Profile, error) {
	if path == "" {
		return profile.Example()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	defer f.Close()
	p, err := profile.Parse(f)
	if err != nil {
		return nil, fmt.Errorf("read profile %s: %w", path, err)
	}
	return p, nil
}

// keySize is the length of the mask key, in bytes.
const keySize = 32

// maskKey reads the key that makes the suffixes of masked addresses, and makes
// it the first time: random bytes that only the owner may read. It stays the
// same, so that an address is masked alike in every run.
func maskKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) != keySize:
		return nil, fmt.Errorf("%s has %d bytes and not %d: restore it, or remove it to have a new one made", path, len(key), keySize)
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	}
	key = make([]byte, keySize)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	if err := createWhole(path, key); errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path) // another process was first
	} else if err != nil {
		return nil, err
	}
	return key, nil
}

// createWhole makes a file that is never seen without its content, unless it is
// there already.
func createWhole(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(content)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Link(temp.Name(), path)
}
