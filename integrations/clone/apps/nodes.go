package apps

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/refreshbot/refreshbot/integrations/clone"
	"github.com/refreshbot/refreshbot/integrations/clone/file"
)

// A nodeFile is what a node's file says.
type nodeFile struct {
	Wanted  string `json:"wanted"`
	Applied string `json:"applied"`
	// Agent is set where a program on the node itself writes Applied. Without
	// one the file is all there is of the node, and it follows when looked at.
	Agent bool `json:"agent,omitempty"`
}

// Recycle implements clone.Apps. An environment without a node gets one.
func (a *Apps) Recycle(_ context.Context, environment, generation string) error {
	names, err := a.names(environment)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		names = []string{"local"}
	}
	for _, name := range names {
		n, err := a.read(environment, name)
		if err != nil {
			return err
		}
		if n.Wanted == generation {
			continue
		}
		n.Wanted = generation
		if err := a.write(environment, name, n); err != nil {
			return err
		}
	}
	return nil
}

// Nodes implements clone.Apps. Of the nodes without an agent the first that is
// late follows at each look.
func (a *Apps) Nodes(_ context.Context, environment string) ([]clone.Node, error) {
	names, err := a.names(environment)
	if err != nil {
		return nil, err
	}
	var nodes []clone.Node
	moved := false
	for _, name := range names {
		n, err := a.read(environment, name)
		if err != nil {
			return nil, err
		}
		if !n.Agent && !moved && n.Applied != n.Wanted {
			n.Applied, moved = n.Wanted, true
			if err := a.write(environment, name, n); err != nil {
				return nil, err
			}
		}
		nodes = append(nodes, clone.Node{Name: name, Wanted: n.Wanted, Applied: n.Applied})
	}
	return nodes, nil
}

func (a *Apps) names(environment string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(a.config.Nodes, environment, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list nodes of %s: %w", environment, err)
	}
	for i, path := range found {
		found[i] = strings.TrimSuffix(filepath.Base(path), ".json")
	}
	return found, nil
}

func (a *Apps) path(environment, node string) string {
	return filepath.Join(a.config.Nodes, environment, node+".json")
}

func (a *Apps) read(environment, node string) (nodeFile, error) {
	var n nodeFile
	err := file.ReadJSON("apps: read node", a.path(environment, node), &n)
	return n, err
}

func (a *Apps) write(environment, node string, n nodeFile) error {
	if err := file.WriteJSON(a.path(environment, node), n); err != nil {
		return fmt.Errorf("write node %s of %s: %w", node, environment, err)
	}
	return nil
}
