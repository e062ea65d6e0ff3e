package slacksim

import "fmt"

// An Option is one of a field's choices.
type Option struct {
	Text        Text   `json:"text"`
	Value       string `json:"value"`
	Description *Text  `json:"description,omitempty"`
}

// An Input is a field of a form: plain_text_input, datepicker, timepicker,
// radio_buttons or static_select.
type Input struct {
	Type         string `json:"type"`
	ActionID     string `json:"action_id"`
	Multiline    bool   `json:"multiline,omitempty"`
	MinLength    int    `json:"min_length,omitempty"`
	MaxLength    int    `json:"max_length,omitempty"`
	InitialValue string `json:"initial_value,omitempty"`
	InitialDate  string `json:"initial_date,omitempty"`
	InitialTime  string `json:"initial_time,omitempty"`
	Placeholder  *Text  `json:"placeholder,omitempty"`

	Options       []Option `json:"options,omitempty"` // radio_buttons, static_select
	InitialOption *Option  `json:"initial_option,omitempty"`
}

// input: a field of a form. Messages can have such fields too, with an action for
// each change; an app that wants none of that has one by mistake.
func (k *checker) input(at string, b *Block, form bool) {
	if !form {
		k.wrong(at+"/type", "unsupported type: input")
		return
	}
	k.text(at+"/label", b.Label, 2000, "plain_text")
	if b.Hint != nil {
		k.text(at+"/hint", b.Hint, 2000, "plain_text")
	}
	if b.Element == nil || b.Element.key() == "" {
		k.wrong(at+"/element", "unsupported type")
		return
	}
	if n := b.Element.MaxLength; n < 0 || n > 3000 {
		k.wrong(at+"/element/max_length", "must be between 1 and 3000")
	}
	k.options(at+"/element/options", b.Element)
}

// options: one to ten radio buttons or a hundred lines of a menu, each with a text
// and a description of 75 characters and a value of 150 of its own.
func (k *checker) options(at string, e *Input) {
	most := map[string]int{"radio_buttons": 10, "static_select": 100}[e.Type]
	if n := len(e.Options); n > most || n == 0 && most > 0 {
		k.wrong(at, "must have 1 to %d items [%d]", most, n)
	}
	values := map[string]bool{}
	for i := range e.Options {
		o, here := &e.Options[i], fmt.Sprintf("%s/%d", at, i)
		k.text(here+"/text", &o.Text, 75)
		k.atMost(here+"/value", o.Value, 150)
		if o.Description != nil {
			k.text(here+"/description", o.Description, 75)
		}
		if values[o.Value] {
			k.wrong(here+"/value", "must be unique")
		}
		values[o.Value] = true
	}
}

// key is under which name a form's state holds what a field was filled in with;
// empty for a type that is not known.
func (e Input) key() string {
	return map[string]string{
		"plain_text_input": "value", "datepicker": "selected_date", "timepicker": "selected_time",
		"radio_buttons": "selected_option", "static_select": "selected_option",
	}[e.Type]
}

// filled is what a form's state holds for a field: null where nothing was filled
// in. A choice is given by its value or by its words.
func (e Input) filled(typed string) any {
	if typed == "" {
		return nil
	}
	if e.key() != "selected_option" {
		return typed
	}
	for _, o := range e.Options {
		if typed == o.Value || typed == o.Text.Text {
			return o
		}
	}
	return nil
}
