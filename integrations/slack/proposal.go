package slack

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// choiceOther is the choice that stands for the day and the time below.
const choiceOther = "other"

// choices looks up the windows that could be proposed. Where that fails the form
// is opened without them: a day and a time can always be given.
func (in *Intake) choices(ctx context.Context, p pointer) bot.Choices {
	c := in.client.config
	if p.Verb != bot.Propose || c.Inquiries == nil {
		return bot.Choices{}
	}
	list, err := c.Inquiries.Choices(ctx, p.Ticket, c.Clock.Now())
	if err != nil {
		c.Log.Warn("slack: no windows to choose from", "ticket", p.Ticket, "err", err)
	}
	return list
}

// windowFields are the fields in which a window is given: one of the choices, or
// a day and a time. Without any choice, why there is none stands above.
func windowFields(choices bot.Choices) []slack.Block {
	day, clock := slack.NewDatePickerBlockElement(field), slack.NewTimePickerBlockElement(field)
	hint := plain(wordTimeHint, maxField)
	if len(choices.Windows) > 0 {
		return []slack.Block{
			slack.NewInputBlock(blockChoice, plain(wordChoice, maxField), nil, slack.NewRadioButtonsBlockElement(field, options(choices.Windows)...)),
			slack.NewInputBlock(blockDate, plain(wordOtherDay, maxField), nil, day).WithOptional(true),
			slack.NewInputBlock(blockTime, plain(wordOtherTime, maxField), hint, clock).WithOptional(true),
		}
	}
	var blocks []slack.Block
	if choices.None != "" {
		blocks = append(blocks, section(escape(choices.None)))
	}
	return append(blocks,
		slack.NewInputBlock(blockDate, plain(wordDate, maxField), nil, day),
		slack.NewInputBlock(blockTime, plain(wordTime, maxField), hint, clock))
}

// options are the choices as radio buttons: UTC, and local time below it. The last
// one is for another time.
func options(windows []bot.Choice) []*slack.OptionBlockObject {
	var list []*slack.OptionBlockObject
	for _, w := range windows[:min(len(windows), maxChoices-1)] {
		o := slack.NewOptionBlockObject(w.Window.Start.UTC().Format(time.RFC3339), plain(w.When, maxOption), nil)
		if w.Local != "" {
			o.Description = plain(w.Local, maxOption)
		}
		list = append(list, o)
	}
	return append(list, slack.NewOptionBlockObject(choiceOther, plain(wordOther, maxOption), plain(wordOtherHint, maxOption)))
}

// start reads when the window that is proposed begins, or says what is wrong with
// which block.
func (v viewWire) start(now time.Time) (start time.Time, block, problem string) {
	day, clock := v.State.Values[blockDate][field].Date, v.State.Values[blockTime][field].Time
	_, choosing := v.State.Values[blockChoice]
	choice, listed := v.choice()
	switch {
	case listed && (day != "" || clock != ""):
		return start, blockChoice, wordTwoChoices
	case listed:
		return chosen(choice, now)
	case choosing && choice == "" && day == "" && clock == "":
		return start, blockChoice, wordNoChoice
	}
	return another(day, clock, now)
}

// choice returns what was chosen, and whether that is one of the windows listed.
func (v viewWire) choice() (choice string, listed bool) {
	choice = v.State.Values[blockChoice][field].Option.Value
	return choice, choice != "" && choice != choiceOther
}

// chosen reads a choice. It was ours when the form was opened, and may have gone
// by since.
func chosen(choice string, now time.Time) (start time.Time, block, problem string) {
	start, err := time.Parse(time.RFC3339, choice)
	if err != nil || !start.After(now) {
		return start, blockChoice, wordPast
	}
	return start.UTC(), "", ""
}

// another reads a day and a time.
func another(day, clock string, now time.Time) (start time.Time, block, problem string) {
	start, ok := startOf(day, clock)
	switch {
	case day == "" || !ok && clock != "":
		return start, blockDate, wordNoDate
	case !ok:
		return start, blockTime, wordNoTime
	case !start.After(now):
		return start, blockDate, wordPast
	}
	return start, "", ""
}

// against says, under the field that it was given in, what speaks against a window
// now. Where that can't be looked up the window goes on: it is judged again when
// it is decided on.
func (in *Intake) against(ctx context.Context, ticket bot.TicketKey, v viewWire, w rules.Interval) map[string]string {
	c := in.client.config
	if c.Inquiries == nil {
		return nil
	}
	reasons, err := c.Inquiries.Against(ctx, ticket, w, c.Clock.Now())
	if err != nil {
		c.Log.Warn("slack: window not judged", "ticket", ticket, "err", err)
	}
	if len(reasons) == 0 {
		return nil
	}
	block := blockDate
	if _, listed := v.choice(); listed {
		block = blockChoice
	}
	return map[string]string{block: clip(printable(strings.Join(reasons, " ")), maxProblem)}
}
