package layers_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is what our import paths begin with.
const module = "github.com/refreshbot/refreshbot"

// A house is every package of the module, by folder.
type house struct {
	set      *token.FileSet
	packages map[string]*pkg
	broken   []string // what could not be parsed
}

// A pkg is the files of one folder that are not tests.
type pkg struct {
	folder string
	files  []*ast.File
}

// openHouse parses every file below root, but for test files, test data, hidden
// folders and nested modules.
func openHouse(root string) (*house, error) {
	h := &house{set: token.NewFileSet(), packages: map[string]*pkg{}}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return h.enter(root, name, d.Name())
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			h.parse(root, name)
		}
		return nil
	})
	return h, err
}

// enter says whether to look into a folder.
func (h *house) enter(root, name, base string) error {
	if name == root {
		return nil
	}
	_, err := os.Stat(filepath.Join(name, "go.mod"))
	if base == "testdata" || strings.HasPrefix(base, ".") || err == nil {
		return filepath.SkipDir
	}
	return nil
}

func (h *house) parse(root, name string) {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		rel = name
	}
	rel = filepath.ToSlash(rel)
	src, err := os.ReadFile(name)
	if err != nil {
		h.broken = append(h.broken, err.Error())
		return
	}
	file, err := parser.ParseFile(h.set, rel, src, parser.ParseComments)
	if err != nil {
		h.broken = append(h.broken, err.Error())
		return
	}
	h.put(path.Dir(rel), file)
}

func (h *house) put(folder string, file *ast.File) {
	if h.packages[folder] == nil {
		h.packages[folder] = &pkg{folder: folder}
	}
	h.packages[folder].files = append(h.packages[folder].files, file)
}

// violations returns everything that breaks a rule, sorted, each with its place.
func (h *house) violations() []string {
	found := slices.Clone(h.broken)
	for _, p := range h.packages {
		found = append(found, h.importsOf(p)...)
		found = append(found, h.clockOf(p)...)
		found = append(found, h.commentOf(p)...)
		found = append(found, h.initOf(p)...)
		if slices.Contains(vague[:], path.Base(p.folder)) || slices.Contains(vague[:], p.files[0].Name.Name) {
			found = append(found, p.folder+": the name says nothing about what the package is for")
		}
	}
	found = append(found, h.linked("cmd/refreshbot")...)
	slices.Sort(found)
	return found
}

// importsOf holds a package's imports against the table.
func (h *house) importsOf(p *pkg) []string {
	var found []string
	l, known := layerOf(p.folder)
	if !known {
		found = append(found, p.folder+": belongs to no layer: give it one in the table")
	}
	for _, file := range p.files {
		for _, spec := range file.Imports {
			to := unquote(spec)
			ours, isOurs := strings.CutPrefix(to, module+"/")
			if reason := refusal(p.folder, ours); isOurs && known && reason != "" {
				found = append(found, h.at(spec, "imports %s: %s %s", ours, p.folder, reason))
			}
			if l.impure(to) {
				found = append(found, h.at(spec, "imports %s: %s is pure", to, p.folder))
			}
		}
	}
	return found
}

// clockOf finds where a pure package asks for the time.
func (h *house) clockOf(p *pkg) []string {
	if l, _ := layerOf(p.folder); !l.pure {
		return nil
	}
	var found []string
	for _, file := range p.files {
		name := nameOf(file, "time")
		if name == "." {
			found = append(found, h.at(file, "imports time into its own names, where its clock can't be seen"))
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock[:], s.Sel.Name) {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
					found = append(found, h.at(s, "uses time.%s: %s is pure", s.Sel.Name, p.folder))
				}
			}
			return true
		})
	}
	return found
}

// commentOf holds that a package is explained in exactly one place.
func (h *house) commentOf(p *pkg) []string {
	var comments []*ast.File
	for _, file := range p.files {
		if file.Doc != nil {
			comments = append(comments, file)
		}
	}
	name := p.files[0].Name.Name
	switch {
	case len(comments) == 0:
		return []string{p.folder + ": has no package comment"}
	case len(comments) > 1:
		return []string{h.at(comments[1].Doc, "is a second package comment of %s", p.folder)}
	case name != "main" && !strings.HasPrefix(comments[0].Doc.Text(), "Package "+name+" "):
		return []string{h.at(comments[0].Doc, "the package comment does not begin with \"Package %s\"", name)}
	}
	return nil
}

// initOf finds functions that run by themselves.
func (h *house) initOf(p *pkg) []string {
	var found []string
	for _, file := range p.files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, h.at(f, "runs by itself: nothing is named init"))
			}
		}
	}
	return found
}

// linked finds what a program must not link, along the imports of our packages.
func (h *house) linked(program string) []string {
	var found []string
	seen := map[string]bool{program: true}
	for todo := []string{program}; len(todo) > 0; todo = todo[1:] {
		p := h.packages[todo[0]]
		if p == nil {
			continue
		}
		for _, file := range p.files {
			for _, spec := range file.Imports {
				to := unquote(spec)
				if unlinked(to) {
					found = append(found, h.at(spec, "imports %s: %s must not link it", to, program))
				}
				if ours, isOurs := strings.CutPrefix(to, module+"/"); isOurs && !seen[ours] {
					seen[ours] = true
					todo = append(todo, ours)
				}
			}
		}
	}
	return found
}

// at returns a complaint with its place.
func (h *house) at(n ast.Node, format string, args ...any) string {
	where := h.set.Position(n.Pos())
	return fmt.Sprintf("%s:%d: %s", where.Filename, where.Line, fmt.Sprintf(format, args...))
}

// nameOf returns the name under which a file knows an import; empty if it has none.
func nameOf(file *ast.File, importPath string) string {
	for _, spec := range file.Imports {
		if unquote(spec) != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

func unquote(spec *ast.ImportSpec) string {
	s, _ := strconv.Unquote(spec.Path.Value)
	return s
}
