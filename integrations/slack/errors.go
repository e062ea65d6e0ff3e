package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// writing translates the outcome of a call that changes something. Whatever
// leaves open whether Slack acted is Ambiguous.
func writing(op string, err error) error { return translate(op, err, bot.Ambiguous) }

// reading translates the outcome of a call that changes nothing, which may be
// repeated at will.
func reading(op string, err error) error { return translate(op, err, bot.Unavailable) }

// translate turns an error into a *bot.Error; unsure is the kind for an outcome
// that is not known.
func translate(op string, err error, unsure bot.Kind) error {
	if err == nil {
		return nil
	}
	e := &bot.Error{Kind: unsure, Op: op, Err: err}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		e.Kind, e.After = bot.RateLimited, limited.RetryAfter
	} else if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		e.Kind = kindOfStatus(status.Code, unsure)
		e.Answered = status.Code == http.StatusInternalServerError || status.Code == http.StatusServiceUnavailable
	} else if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		e.Kind, e.Err = kindOfCode(answer.Err, unsure), explained(answer)
	} else if own, ok := errors.AsType[*bot.Error](err); ok {
		e.Kind = own.Kind
	} else if neverLeft(err) {
		e.Kind = bot.Unavailable
	}
	return e
}

// kindOfStatus is for answers without Slack's own error in them. A 429 arrives
// here when it does not say how long to wait.
func kindOfStatus(status int, unsure bot.Kind) bot.Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return bot.RateLimited
	case status >= 500:
		return unsure
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return bot.Denied
	}
	return bot.Invalid
}

// kindOfCode sorts Slack's error codes (docs.slack.dev/reference/methods). A code
// that is not listed is about the call as it was made.
func kindOfCode(code string, unsure bot.Kind) bot.Kind {
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded":
		return bot.RateLimited
	case "internal_error", "fatal_error", "request_timeout":
		return unsure
	case "service_unavailable", "team_added_to_org":
		return bot.Unavailable
	case "message_not_found", "thread_not_found", "user_not_found", "user_not_visible",
		"no_such_subteam", "not_found":
		return bot.NotFound
	case "channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived",
		"restricted_action", "cant_update_message", "edit_window_closed",
		"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
		"missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "ekm_access_denied":
		return bot.Denied
	}
	return bot.Invalid
}

// explained adds to Slack's code what somebody has to mend, where that is known.
func explained(answer slack.SlackErrorResponse) error {
	hint := ""
	switch answer.Err {
	case "missing_scope":
		hint = fmt.Sprintf("add the scope %q to the app and install it again", answer.Needed)
	case "channel_not_found":
		hint = "slack.channel names no channel that the bot can see; is it the id, and was the bot invited?"
	case "not_in_channel":
		hint = "invite the bot to slack.channel"
	case "is_archived":
		hint = "slack.channel is archived"
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
		hint = "slack.bot_token_file holds no valid token; install the app again"
	case "user_not_in_channel":
		hint = "the member is not in the channel"
	}
	if hint == "" {
		return answer
	}
	return fmt.Errorf("%w: %s", answer, hint)
}

// neverLeft reports whether a request certainly did not reach Slack.
func neverLeft(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	_, unresolved := errors.AsType[*net.DNSError](err)
	return unresolved
}

// code returns Slack's error code in err, or "".
func code(err error) string {
	answer, _ := errors.AsType[slack.SlackErrorResponse](err)
	return answer.Err
}

// ended reports whether err is the end of our own context rather than Slack's
// doing.
func ended(ctx context.Context, err error) bool { return err != nil && ctx.Err() != nil }
