package slack

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// The form for a reason, by the names that Slack returns its fields under. Errors
// are keyed by the block, not by the action.
const (
	formReason  = "reason"
	blockReason = "reason"
	fieldReason = "text"
)

// openForm opens the form for a command's reason. It decides nothing, so it is
// done here at once: the trigger dies within three seconds.
func (in *Intake) openForm(ctx context.Context, w interactionWire, p pointer) error {
	p.Origin = w.Container.ChannelID
	view, err := reasonForm(p)
	if err == nil {
		_, err = in.client.api.OpenViewContext(ctx, w.TriggerID, view)
	}
	if err != nil {
		in.client.config.Log.Warn("slack: form not opened", "ticket", p.Ticket, "verb", p.Verb, "err", err)
		in.client.tell(ctx, w.place(), w.User.ID, wordNoForm)
	}
	return nil // nothing was to be kept
}

// reasonForm draws the form. Its private metadata says for which command on which
// card it is.
func reasonForm(p pointer) (slack.ModalViewRequest, error) {
	metadata, err := p.encode(maxMetadata)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	words := wordsOf(p.Verb)
	input := slack.NewPlainTextInputBlockElement(nil, fieldReason)
	input.Multiline, input.MaxLength = true, maxReason
	return slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      formReason,
		PrivateMetadata: metadata,
		Title:           plain(words.title+" "+string(p.Ticket), maxViewTitle),
		Submit:          plain(words.submit, maxViewTitle),
		Close:           plain(wordBack, maxViewTitle),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock(blockReason, plain(words.label, maxField), plain(words.hint, maxField), input),
		}},
	}, nil
}

// submission takes in a form. What is wrong with it, and that it could not be
// kept, is said in the form itself, which stays open with what was typed.
func (in *Intake) submission(ctx context.Context, w interactionWire) (any, error) {
	if w.View.CallbackID != formReason {
		return nil, nil
	}
	p, err := pointed(w.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(w.View.State.Values[blockReason][fieldReason].Value)
	if problem := reasonProblem(reason); problem != "" {
		return fieldError(problem), nil
	}
	e, err := submitted(w, p, reason, in.client.config.Clock.Now())
	if err != nil {
		return nil, err
	}
	if err := in.keep(ctx, e); err != nil {
		in.client.config.Log.Error("slack: form not kept", "event", e.ID, "err", err)
		return fieldError(wordNotKept), nil
	}
	return nil, nil
}

func reasonProblem(reason string) string {
	switch {
	case reason == "":
		return wordNoReason
	case utf8.RuneCountInString(reason) > maxReason:
		return wordLong(maxReason)
	}
	return ""
}

func fieldError(problem string) any {
	return slack.NewErrorsViewSubmissionResponse(map[string]string{blockReason: problem})
}
