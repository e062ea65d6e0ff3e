package tenants

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// createSystems makes the files of the side systems, as the engine's embedded
// defaults keep them.
func createSystems(dir string, environments []Environment) error {
	tenants, setups := map[string]any{}, map[string]any{}
	for _, e := range environments {
		tenants[e.Name] = map[string]any{
			"environment": e.Name, "version": 1, "mode": "running", "sign_in": "normal",
			"cluster": "north", "generation": "first", "users": []any{},
		}
		desk := "desk@" + e.Role + "." + e.Domain
		setups[e.Name] = map[string]any{
			"routes":    []any{map[string]any{"pattern": "@" + e.Role + "." + e.Domain, "to": desk}},
			"mailboxes": []any{map[string]any{"address": desk}, map[string]any{"address": "billing@" + e.Role + "." + e.Domain}},
		}
		for _, node := range []string{"node-1", "node-2"} {
			path := filepath.Join(dir, "apps", "nodes", e.Name, node+".json")
			if err := writeJSON(path, map[string]any{"wanted": "first", "applied": "first"}); err != nil {
				return err
			}
		}
		if err := createObjects(filepath.Join(dir, "objects", e.Name), e); err != nil {
			return err
		}
	}
	if err := writeJSON(filepath.Join(dir, "directory.json"), map[string]any{"tenants": tenants}); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, "mail.json"), map[string]any{"environments": setups})
}

// createObjects makes the objects that an environment's rows name.
func createObjects(dir string, e Environment) error {
	names := []string{
		"templates/letter.odt", "templates/invoice.odt", "templates/laytime.odt",
		"packages/routes-3.1.pkg", "packages/ports-8.0.pkg",
	}
	for i := 1; i <= blobs; i++ {
		names = append(names, "archive/"+documentKey(i))
	}
	for _, name := range names {
		content := fmt.Sprintf("%s of %s\n", name, e.Name)
		if err := write(filepath.Join(dir, name), []byte(strings.Repeat(content, 20))); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return write(path, append(text, '\n'))
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
