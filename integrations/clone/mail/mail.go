// Package mail is the embedded default of the mail service: a table of routes
// and mailboxes in one JSON file.
//
//	{"environments": {"ABCD_test": {"routes": […], "mailboxes": […]}}}
package mail

import (
	"context"
	"fmt"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

// A Table is the mail service's table in a file. It is safe for concurrent use,
// by several processes as well.
type Table struct {
	path string
}

var _ clone.Mail = (*Table)(nil)

// New returns the table in the file. There need not be one yet.
func New(path string) *Table { return &Table{path: path} }

type setups struct {
	Environments map[string]clone.MailSetup `json:"environments"`
}

// Setup implements clone.Mail.
func (t *Table) Setup(_ context.Context, environment string) (clone.MailSetup, error) {
	s, err := t.read()
	return s.Environments[environment], err
}

// Replace implements clone.Mail.
func (t *Table) Replace(_ context.Context, environment string, setup clone.MailSetup) error {
	unlock, err := file.Lock(t.path)
	if err != nil {
		return fmt.Errorf("replace mail setup of %s: %w", environment, err)
	}
	defer unlock()
	s, err := t.read()
	if err != nil {
		return err
	}
	s.Environments[environment] = setup
	if setup.Routes == nil && setup.Mailboxes == nil {
		delete(s.Environments, environment)
	}
	if err := file.WriteJSON(t.path, s); err != nil {
		return fmt.Errorf("replace mail setup of %s: %w", environment, err)
	}
	return nil
}

func (t *Table) read() (setups, error) {
	var s setups
	err := file.ReadJSON("mail: read table", t.path, &s)
	if s.Environments == nil { // there is no file, or it says null
		s.Environments = map[string]clone.MailSetup{}
	}
	return s, err
}
