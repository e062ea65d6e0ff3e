package layers_test

import (
	"path"
	"slices"
	"strings"
)

// A layer says what the packages of one part of the house may import of the
// others. Parts are named by folder; the deepest one that holds a package counts.
type layer struct {
	folder string
	may    []string // folders; "/..." behind one stands for everything below it too
	pure   bool     // touches nothing of the outside world and knows no clock
	embed  bool     // a pure one that carries data in the program
}

// layers is the house (design, section 1). A package that is in none is refused.
func layers() []layer {
	return []layer{
		{folder: "rules", may: []string{"rules/calendar", "rules/ticket"}, pure: true},
		{folder: "rules/calendar", pure: true, embed: true},
		{folder: "rules/ticket", pure: true},

		{folder: "bot", may: []string{"rules/..."}, pure: true},
		{folder: "bot/wording", may: []string{"bot", "rules/..."}, pure: true},
		{folder: "bot/runner", may: []string{"bot", "bot/wording", "rules/..."}},

		{folder: "integrations/jira", may: []string{"bot", "rules/..."}},
		{folder: "integrations/slack", may: []string{"bot", "rules/..."}},
		{folder: "integrations/ics", may: []string{"bot", "rules/..."}},
		{folder: "integrations/console", may: []string{"bot", "rules/..."}},
		{folder: "integrations/clone", may: []string{"bot", "rules/...", "integrations/clone/..."}},

		{folder: "store", may: []string{"bot", "rules/...", "store/boltstore", "store/pgstore"}},
		{folder: "store/boltstore", may: []string{"bot", "rules/...", "store/boltstore/pages"}},
		{folder: "store/boltstore/pages"},
		{folder: "store/pgstore", may: []string{"bot", "rules/..."}},
		{folder: "store/storetest", may: []string{"bot", "rules/..."}},

		{folder: "cmd", may: []string{"cmd/internal/...", "bot/...", "rules/...", "integrations/...", "store/..."}},
		{folder: "cmd/refreshbot-demo", may: []string{"cmd/internal/...", "cmd/refreshbot-demo/...", "bot/...", "rules/...", "integrations/...", "store/..."}},
	}
}

// layerOf returns the layer that a folder belongs to.
func layerOf(folder string) (deepest layer, found bool) {
	for _, l := range layers() {
		if within(folder, l.folder) && len(l.folder) > len(deepest.folder) {
			deepest, found = l, true
		}
	}
	return deepest, found
}

// refusal says why one of our packages may not import another; empty: it may.
// Simulators stand apart: they import nothing of ours, so that a wrong wire type
// can't agree with itself, and only what plays links them: the demo, and the
// stages of whole-program tests.
func refusal(from, to string) string {
	l, known := layerOf(from)
	switch {
	case !known:
		return "belongs to no layer"
	case simulator(from):
		return "is a simulator, which imports nothing of ours"
	case simulator(to) && !slices.ContainsFunc(plays[:], func(p string) bool { return within(from, p) }):
		return "must not link a simulator"
	case !slices.ContainsFunc(l.may, func(pattern string) bool { return matches(to, pattern) }):
		return "may not import it"
	default:
		return ""
	}
}

// plays lists what may link a simulator.
var plays = [...]string{"cmd/refreshbot-demo", "cmd/internal/promise", "cmd/internal/simulation", "cmd/internal/stage"}

func matches(folder, pattern string) bool {
	tree, below := strings.CutSuffix(pattern, "/...")
	return folder == tree || below && within(folder, tree)
}

func within(folder, of string) bool { return folder == of || strings.HasPrefix(folder, of+"/") }

func simulator(folder string) bool { return strings.HasSuffix(path.Base(folder), "sim") }

// outside lists what a pure package does not import, with everything below it.
var outside = [...]string{
	"os", "net", "log", "database/sql", "syscall", "plugin", "runtime", "unsafe",
	"math/rand", "crypto/rand", "embed", "testing",
}

// impure reports whether a package of the layer may not import one of the
// standard library's.
func (l layer) impure(importPath string) bool {
	if !l.pure || l.embed && importPath == "embed" {
		return false
	}
	return slices.ContainsFunc(outside[:], func(of string) bool { return within(importPath, of) })
}

// clock lists what a pure package does not use of package time: the present
// moment, waiting for one, and the machine's own zone.
var clock = [...]string{
	"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local",
}

// unlinked reports whether the product must not link a package.
func unlinked(importPath string) bool {
	return simulator(importPath) || path.Base(importPath) == "storetest" || within(importPath, "testing") ||
		within(importPath, "github.com/stretchr/testify") || within(importPath, "net/http/httptest")
}

// vague lists names that say nothing about what a package is for.
var vague = [...]string{"util", "utils", "common", "helper", "helpers", "base", "types", "models", "misc", "shared", "lib"}
