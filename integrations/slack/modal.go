package slack

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules"
)

// The forms and their fields, by the names that Slack returns them under. Errors
// are keyed by the block, not by the action.
const (
	formReason = "reason"
	formWindow = "window"

	blockReason = "reason"
	blockChoice = "choice"
	blockDate   = "date"
	blockTime   = "time"
	field       = "field" // the action of every block
)

// needsForm reports whether a command can't be given by a click alone.
func (p pointer) needsForm() bool { return p.Reason || p.Verb == bot.Propose }

// openForm opens the form for a command. It decides nothing, so it is done here
// at once: the trigger dies within three seconds.
func (in *Intake) openForm(ctx context.Context, w interactionWire, p pointer) error {
	p.Origin = w.Container.ChannelID
	view, err := form(p, in.choices(ctx, p))
	if err == nil {
		_, err = in.client.api.OpenViewContext(ctx, w.TriggerID, view)
	}
	if err != nil {
		in.client.config.Log.Warn("slack: form not opened", "ticket", p.Ticket, "verb", p.Verb, "err", err)
		in.client.tell(ctx, w.place(), w.User.ID, wordNoForm)
	}
	return nil // nothing was to be kept
}

// form draws the form for a command. Its private metadata says for which command
// on which card it is. The choices are of Propose alone.
func form(p pointer, choices bot.Choices) (slack.ModalViewRequest, error) {
	metadata, err := p.encode(maxMetadata)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	words := wordsOf(p.Verb)
	view := slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      formReason,
		PrivateMetadata: metadata,
		Title:           plain(words.title+" "+string(p.Ticket), maxViewTitle),
		Submit:          plain(words.submit, maxViewTitle),
		Close:           plain(wordBack, maxViewTitle),
	}
	if p.Verb == bot.Propose {
		view.CallbackID = formWindow
		view.Blocks.BlockSet = windowFields(choices)
	}
	input := slack.NewPlainTextInputBlockElement(nil, field)
	input.Multiline, input.MaxLength = true, bot.MaxReason
	reason := slack.NewInputBlock(blockReason, plain(words.label, maxField), plain(words.hint, maxField), input)
	view.Blocks.BlockSet = append(view.Blocks.BlockSet, reason.WithOptional(!p.Reason))
	return view, nil
}

// submission takes in a form. What is wrong with it, and that it could not be
// kept, is said in the form itself, which stays open with what was typed.
func (in *Intake) submission(ctx context.Context, w interactionWire) (any, error) {
	if w.View.CallbackID != formReason && w.View.CallbackID != formWindow {
		return nil, nil
	}
	p, err := pointed(w.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	now := in.client.config.Clock.Now()
	c, problems := w.View.command(p, in.client.config.Window, now)
	if len(problems) == 0 && w.View.CallbackID == formWindow {
		problems = in.against(ctx, p.Ticket, w.View, c.Window)
	}
	if len(problems) > 0 {
		return slack.NewErrorsViewSubmissionResponse(problems), nil
	}
	e, err := submitted(w, p, c, now)
	if err != nil {
		return nil, err
	}
	if err := in.keep(ctx, e); err != nil {
		in.client.config.Log.Error("slack: form not kept", "event", e.ID, "err", err)
		return slack.NewErrorsViewSubmissionResponse(map[string]string{blockReason: wordNotKept}), nil
	}
	return nil, nil
}

// command reads what was filled in, or says by block what is wrong with it.
func (v viewWire) command(p pointer, length time.Duration, now time.Time) (bot.Command, map[string]string) {
	c := bot.Command{Verb: p.Verb, Choice: p.Choice, Token: p.Token}
	problems := map[string]string{}
	c.Reason = strings.TrimSpace(v.State.Values[blockReason][field].Value)
	if problem := reasonProblem(c.Reason, p.Reason); problem != "" {
		problems[blockReason] = problem
	}
	if v.CallbackID == formWindow {
		start, block, problem := v.start(now)
		if problem != "" {
			problems[block] = problem
		}
		c.Window = rules.Interval{Start: start, End: start.Add(length)}
	}
	return c, problems
}

// startOf reads a day and a time of day as an instant in UTC.
func startOf(day, clock string) (time.Time, bool) {
	start, err := time.Parse("2006-01-02 15:04", day+" "+clock)
	return start, err == nil
}

func reasonProblem(reason string, needed bool) string {
	switch {
	case reason == "" && needed:
		return wordNoReason
	case utf8.RuneCountInString(reason) > bot.MaxReason:
		return wordLong(bot.MaxReason)
	}
	return ""
}
