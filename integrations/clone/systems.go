package clone

import "path/filepath"

// Systems says where the embedded defaults of the side systems keep their state.
// It is the configuration's section engine.systems:
//
//	systems:
//	  directory: systems/directory.json    # tenants, sign-in, users
//	  objects: systems/objects             # folder: <environment>/<store>/<key>
//	  mail: systems/mail.json              # routes and mailboxes
//	  mask_key: systems/mask.key           # made at the first use
//	  apps:
//	    url: ""                            # of the listener; empty: there is none
//	    secret_file: ""                    # required with a url
//	    ledger: systems/apps/ledger.json   # what became of every event
//	    nodes: systems/apps/nodes          # folder: <environment>/<node>.json
type Systems struct {
	Directory string
	Objects   string
	Mail      string
	MaskKey   string
	Apps      AppSystems
}

// AppSystems says where apps and nodes are.
type AppSystems struct {
	URL        string
	SecretFile string
	Ledger     string
	Nodes      string
}

// WithDefaults returns the systems with what is empty put into the folder
// "systems" of dir: the one that the target's database is in.
func (s Systems) WithDefaults(dir string) Systems {
	dir = filepath.Join(dir, "systems")
	for _, d := range []struct {
		path *string
		name string
	}{
		{&s.Directory, "directory.json"},
		{&s.Objects, "objects"},
		{&s.Mail, "mail.json"},
		{&s.MaskKey, "mask.key"},
		{&s.Apps.Ledger, "apps/ledger.json"},
		{&s.Apps.Nodes, "apps/nodes"},
	} {
		if *d.path == "" {
			*d.path = filepath.Join(dir, d.name)
		}
	}
	return s
}
