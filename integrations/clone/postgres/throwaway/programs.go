package throwaway

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// errMissing is the error of a machine without a server.
var errMissing = errors.New(
	"PostgreSQL's server is not installed: run `make postgres` as root, or `apt-get install postgresql`")

// programs returns the folder of the newest server's programs that is installed.
// Debian keeps each version in a folder of its own, outside the search path.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL's server: %w", err)
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
	}
	elsewhere, err := exec.LookPath("postgres")
	if err != nil {
		return "", errMissing
	}
	real, err := filepath.EvalSymlinks(elsewhere)
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL's server: %w", err)
	}
	return filepath.Dir(real), nil
}

// version returns the version in the path of a server; 0 where there is none.
func version(path string) float64 {
	v, err := strconv.ParseFloat(filepath.Base(filepath.Dir(filepath.Dir(path))), 64)
	if err != nil {
		return 0
	}
	return v
}
