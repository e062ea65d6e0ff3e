package ticket

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// adfNode is a node of an Atlassian document.
type adfNode struct {
	Type    string         `json:"type"`
	Text    string         `json:"text"`
	Attrs   map[string]any `json:"attrs"`
	Content []adfNode      `json:"content"`
}

// PlainText turns an Atlassian document (ADF, the JSON in which Jira Cloud keeps
// descriptions and comments) into the plain text that [Read] takes: a line for
// each block, | between cells, > before what is quoted. Kinds of nodes that it
// does not know give the text of what they hold.
func PlainText(adf []byte) (string, error) {
	var doc adfNode
	if err := json.Unmarshal(adf, &doc); err != nil {
		return "", fmt.Errorf("parse the document: %w", err)
	}
	var w adfWriter
	w.block(&doc, "", 0)
	return strings.Trim(w.b.String(), "\n") + "\n", nil
}

// deepestNode bounds the nesting that is followed; Jira itself allows far less.
const deepestNode = 200

// adfWriter writes the text of nodes, block by block.
type adfWriter struct {
	b      strings.Builder
	prefix string // before each line of a quoted block
}

// block writes a node that stands on lines of its own. Marker is what its first
// line begins with.
func (w *adfWriter) block(n *adfNode, marker string, depth int) {
	if depth > deepestNode {
		return
	}
	switch n.Type {
	case "paragraph", "heading", "codeBlock", "taskItem", "decisionItem", "caption":
		w.line(marker + box(n) + inline(n, depth))
	case "bulletList", "taskList", "decisionList":
		w.blocks(n, "- ", depth)
	case "orderedList":
		w.numbered(n, depth)
	case "listItem":
		for i := range n.Content {
			w.block(&n.Content[i], marker, depth+1)
			marker = ""
		}
	case "tableRow":
		w.row(n, depth)
	case "blockquote":
		before := w.prefix
		w.prefix = "> " + before
		w.blocks(n, "", depth)
		w.prefix = before
	case "rule":
		w.line("")
	case "mediaSingle", "mediaGroup", "media":
	default:
		if len(n.Content) == 0 {
			if s := inline(n, depth); s != "" {
				w.line(marker + s)
			}
			return
		}
		w.blocks(n, marker, depth)
	}
}

// blocks writes what a node holds. Text right in a block is a line of it.
func (w *adfWriter) blocks(n *adfNode, marker string, depth int) {
	for i := range n.Content {
		w.block(&n.Content[i], marker, depth+1)
	}
}

// numbered writes an ordered list with its numbers.
func (w *adfWriter) numbered(n *adfNode, depth int) {
	first := 1
	if order, ok := n.Attrs["order"].(float64); ok {
		first = int(order)
	}
	for i := range n.Content {
		w.block(&n.Content[i], strconv.Itoa(first+i)+". ", depth+1)
	}
}

// row writes a table's row on one line.
func (w *adfWriter) row(n *adfNode, depth int) {
	var b strings.Builder
	b.WriteByte('|')
	for i := range n.Content {
		var cell adfWriter
		cell.blocks(&n.Content[i], "", depth+1)
		b.WriteString(strings.ReplaceAll(strings.Trim(cell.b.String(), "\n"), "\n", " , "))
		b.WriteByte('|')
	}
	w.line(b.String())
}

func (w *adfWriter) line(s string) {
	for part := range strings.SplitSeq(s, "\n") {
		w.b.WriteString(w.prefix)
		w.b.WriteString(part)
		w.b.WriteByte('\n')
	}
}

// box is the check box of a task.
func box(n *adfNode) string {
	if n.Type != "taskItem" {
		return ""
	}
	if n.Attrs["state"] == "DONE" {
		return "[x] "
	}
	return "[ ] "
}

// inline returns the text of a node within a line.
func inline(n *adfNode, depth int) string {
	switch n.Type {
	case "text":
		return n.Text
	case "hardBreak":
		return "\n"
	case "mention":
		return " "
	case "emoji", "status":
		return attr(n, "text", "shortName")
	case "inlineCard", "blockCard", "embedCard":
		return attr(n, "url")
	case "date":
		return dateText(attr(n, "timestamp"))
	}
	if depth > deepestNode {
		return ""
	}
	var b strings.Builder
	for i := range n.Content {
		b.WriteString(inline(&n.Content[i], depth+1))
	}
	return b.String()
}

// attr returns the first attribute of these that is a text.
func attr(n *adfNode, names ...string) string {
	for _, name := range names {
		if s, ok := n.Attrs[name].(string); ok {
			return s
		}
	}
	return ""
}

// dateText writes the date of a date node, given in milliseconds, so that it has
// one reading.
func dateText(ms string) string {
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return ms
	}
	return time.UnixMilli(n).UTC().Format("2 January 2006")
}
