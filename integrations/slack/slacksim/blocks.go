package slacksim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Text is a text object.
type Text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim *bool  `json:"verbatim,omitempty"`
}

// A Button is a button of a message.
type Button struct {
	Type     string   `json:"type"`
	ActionID string   `json:"action_id"`
	Text     Text     `json:"text"`
	Value    string   `json:"value,omitempty"`
	URL      string   `json:"url,omitempty"`
	Style    string   `json:"style,omitempty"`
	Confirm  *Confirm `json:"confirm,omitempty"`
}

// A Confirm is the question before a button's click counts.
type Confirm struct {
	Title   Text   `json:"title"`
	Text    Text   `json:"text"`
	Confirm Text   `json:"confirm"`
	Deny    Text   `json:"deny"`
	Style   string `json:"style,omitempty"`
}

// A Task is a card of a plan.
type Task struct {
	Type    string          `json:"type,omitempty"`
	TaskID  string          `json:"task_id"`
	Title   string          `json:"title"`
	Status  string          `json:"status,omitempty"`
	Output  json.RawMessage `json:"output,omitempty"` // rich text
	Details json.RawMessage `json:"details,omitempty"`
}

// A Block is a block of a message or a form, as far as the workspace knows them.
type Block struct {
	Type    string `json:"type"`
	BlockID string `json:"block_id,omitempty"`

	// What a block of some type has; nil or empty for the others.
	Text     *Text             `json:"text,omitempty"`     // header, section
	Fields   []Text            `json:"fields,omitempty"`   // section
	Elements []json.RawMessage `json:"elements,omitempty"` // actions, context
	Title    string            `json:"title,omitempty"`    // plan
	Tasks    []Task            `json:"tasks,omitempty"`    // plan
	Label    *Text             `json:"label,omitempty"`    // input
	Hint     *Text             `json:"hint,omitempty"`
	Element  *Input            `json:"element,omitempty"`
	Optional bool              `json:"optional,omitempty"`

	Buttons []Button `json:"-"` // Elements of an actions block
	Context []Text   `json:"-"` // Elements of a context block
}

// A checker collects what is wrong with blocks, in Slack's words.
type checker struct {
	problems []string
	ids      map[string]bool
}

func (k *checker) wrong(at, format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// atMost wants 1 to limit characters, counted as Slack counts them.
func (k *checker) atMost(at, s string, limit int) {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		k.wrong(at, "must be more than 0 characters")
	case n > limit:
		k.wrong(at, "must be less than %d characters", limit+1)
	}
}

// parseBlocks reads blocks strictly: a key or a type that is not known is wrong.
// most is how many there may be; form says that they are for a form.
func parseBlocks(raw string, most int, form bool) ([]Block, []string) {
	k := &checker{ids: map[string]bool{}}
	var blocks []Block
	if err := strict([]byte(raw), &blocks); err != nil {
		k.wrong("/blocks", "%s", err)
		return nil, k.problems
	}
	if len(blocks) > most {
		k.wrong("/blocks", "no more than %d items allowed [%d]", most, len(blocks))
	}
	for i := range blocks {
		k.block(fmt.Sprintf("/blocks/%d", i), &blocks[i], form)
	}
	return blocks, k.problems
}

// strict decodes JSON of known keys alone: Slack refuses additional properties.
func strict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// block checks one block. The limits are those of the pages below
// docs.slack.dev/reference/block-kit; a message has 50 blocks, a view 100.
func (k *checker) block(at string, b *Block, form bool) {
	if len(b.BlockID) > 255 {
		k.wrong(at+"/block_id", "must be less than 256 characters")
	}
	if b.BlockID != "" && k.ids[b.BlockID] {
		k.wrong(at+"/block_id", "`block_id` already exists in another block")
	}
	k.ids[b.BlockID] = true
	switch b.Type {
	case "header":
		k.text(at+"/text", b.Text, 150, "plain_text")
	case "section":
		k.section(at, b)
	case "divider":
	case "context":
		k.context(at, b)
	case "actions":
		k.actions(at, b)
	case "plan":
		k.plan(at, b)
	case "input":
		k.input(at, b, form)
	default:
		k.wrong(at+"/type", "unsupported type: %s", b.Type)
	}
}

// text wants a text object of one of the types, or of any where none is named.
func (k *checker) text(at string, t *Text, limit int, types ...string) {
	if t == nil {
		k.wrong(at, "missing required field")
		return
	}
	if len(types) == 0 {
		types = []string{"plain_text", "mrkdwn"}
	}
	if !strings.Contains(strings.Join(types, " "), t.Type) || t.Type == "" {
		k.wrong(at+"/type", "unsupported type: %s", t.Type)
	}
	if t.Type == "mrkdwn" && t.Emoji != nil || t.Type == "plain_text" && t.Verbatim != nil {
		k.wrong(at, "invalid additional property")
	}
	k.atMost(at+"/text", t.Text, limit)
}

// section: a text of 3,000 characters, or ten fields of 2,000, or both.
func (k *checker) section(at string, b *Block) {
	if b.Text == nil && len(b.Fields) == 0 {
		k.wrong(at, "must have text or fields")
	}
	if b.Text != nil {
		k.text(at+"/text", b.Text, 3000)
	}
	if len(b.Fields) > 10 {
		k.wrong(at+"/fields", "no more than 10 items allowed [%d]", len(b.Fields))
	}
	for i := range b.Fields {
		k.text(fmt.Sprintf("%s/fields/%d", at, i), &b.Fields[i], 2000)
	}
}

// context: one to ten texts. (Images, which Slack allows too, are not known here.)
func (k *checker) context(at string, b *Block) {
	if n := len(b.Elements); n == 0 || n > 10 {
		k.wrong(at+"/elements", "must have 1 to 10 items [%d]", n)
	}
	b.Context = make([]Text, len(b.Elements))
	for i, raw := range b.Elements {
		here := fmt.Sprintf("%s/elements/%d", at, i)
		if err := strict(raw, &b.Context[i]); err != nil {
			k.wrong(here, "%s", err)
			continue
		}
		k.text(here, &b.Context[i], 3000)
	}
}

// actions: one to 25 elements, of which buttons alone are known here. An action id
// is unique in its block, since a click is told by it.
func (k *checker) actions(at string, b *Block) {
	if n := len(b.Elements); n == 0 || n > 25 {
		k.wrong(at+"/elements", "must have 1 to 25 items [%d]", n)
	}
	actions := map[string]bool{}
	b.Buttons = make([]Button, len(b.Elements))
	for i, raw := range b.Elements {
		here := fmt.Sprintf("%s/elements/%d", at, i)
		e := &b.Buttons[i]
		if err := strict(raw, e); err != nil {
			k.wrong(here, "%s", err)
			continue
		}
		if actions[e.ActionID] {
			k.wrong(here+"/action_id", "`action_id` already exists in this block")
		}
		actions[e.ActionID] = true
		k.button(here, e)
	}
}

// button: a label of 75 characters, a value of 2,000, an action id of 255.
func (k *checker) button(at string, e *Button) {
	if e.Type != "button" {
		k.wrong(at+"/type", "unsupported type: %s", e.Type)
	}
	k.text(at+"/text", &e.Text, 75, "plain_text")
	if len(e.ActionID) > 255 {
		k.wrong(at+"/action_id", "must be less than 256 characters")
	}
	if utf8.RuneCountInString(e.Value) > 2000 {
		k.wrong(at+"/value", "must be less than 2001 characters")
	}
	if e.Style != "" && e.Style != "primary" && e.Style != "danger" {
		k.wrong(at+"/style", "must be one of primary, danger")
	}
	if c := e.Confirm; c != nil {
		k.text(at+"/confirm/title", &c.Title, 100, "plain_text")
		k.text(at+"/confirm/text", &c.Text, 300, "plain_text")
		k.text(at+"/confirm/confirm", &c.Confirm, 30, "plain_text")
		k.text(at+"/confirm/deny", &c.Deny, 30, "plain_text")
	}
}

// plan: 50 tasks with ids of their own. Slack's pages give no limit for titles;
// that of headers is demanded, which is the careful guess.
func (k *checker) plan(at string, b *Block) {
	k.atMost(at+"/title", b.Title, 150)
	if len(b.Tasks) > 50 {
		k.wrong(at+"/tasks", "no more than 50 items allowed [%d]", len(b.Tasks))
	}
	ids := map[string]bool{}
	for i, t := range b.Tasks {
		here := fmt.Sprintf("%s/tasks/%d", at, i)
		if t.TaskID == "" || ids[t.TaskID] {
			k.wrong(here+"/task_id", "must be there and unique")
		}
		ids[t.TaskID] = true
		k.atMost(here+"/title", t.Title, 150)
		switch t.Status {
		case "", "pending", "in_progress", "complete", "error":
		default:
			k.wrong(here+"/status", "must be one of pending, in_progress, complete, error")
		}
		if t.Type != "" && t.Type != "task_card" {
			k.wrong(here+"/type", "unsupported type: %s", t.Type)
		}
	}
}

// hasPlan reports whether a plan block is among blocks.
func hasPlan(blocks []Block) bool {
	for _, b := range blocks {
		if b.Type == "plan" {
			return true
		}
	}
	return false
}

// richText returns the words of a rich text object, whatever its structure.
func richText(raw json.RawMessage) string {
	var node struct {
		Text     string            `json:"text"`
		Elements []json.RawMessage `json:"elements"`
	}
	if json.Unmarshal(raw, &node) != nil {
		return ""
	}
	words := node.Text
	for _, e := range node.Elements {
		words += richText(e)
	}
	return words
}
