package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// maxBody is how large a delivery may be.
const maxBody = 1 << 20

// Routes registers the vendor's routes: POST /slack/events, /slack/interactions
// and /slack/commands. Each is answered only after what it brought is durable.
//
//	401  no signature, a wrong one, or one older than five minutes of wall time
//	413  more than 1 MB
//	400  signed, but not what it should be
//	503  could not be kept
func (in *Intake) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /slack/events", in.signed(in.event))
	mux.HandleFunc("POST /slack/interactions", in.signed(in.formInteraction))
	mux.HandleFunc("POST /slack/commands", in.signed(in.formCommand))
}

// formInteraction unwraps an interaction from the form that it comes in.
func (in *Intake) formInteraction(ctx context.Context, body []byte) (any, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &bot.Error{Kind: bot.Invalid, Op: "slack: read interaction", Err: err}
	}
	return in.interaction(ctx, []byte(form.Get("payload")))
}

func (in *Intake) formCommand(ctx context.Context, body []byte) (any, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &bot.Error{Kind: bot.Invalid, Op: "slack: read slash command", Err: err}
	}
	return in.slash(ctx, slashOf(form))
}

// signed returns a handler that reads a body, checks its signature, and only then
// looks into it.
func (in *Intake) signed(take func(context.Context, []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "unreadable body", statusOfRead(err))
			return
		}
		if err := verify(r.Header, string(in.client.config.SigningSecret), body); err != nil {
			in.client.config.Log.Warn("slack: delivery refused", "path", r.URL.Path, "from", r.RemoteAddr, "err", err)
			http.Error(w, "bad signature", http.StatusUnauthorized)
			return
		}
		// Slack hangs up after three seconds; what was begun is finished all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerWithin)
		defer cancel()
		answer, err := take(ctx, body)
		in.respond(w, r, answer, err)
	}
}

func statusOfRead(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// verify checks Slack's v0 signature over the raw body. The five minutes are of
// wall time whatever clock the bot runs on, since they are between two machines.
// A replay inside them passes; the event's ID stops it.
func verify(h http.Header, secret string, body []byte) error {
	for _, name := range []string{"X-Slack-Signature", "X-Slack-Request-Timestamp"} {
		if len(h.Values(name)) > 1 { // it is open which of them whoever stands in between has seen
			return fmt.Errorf("check the signature: two headers %s", name)
		}
	}
	v, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

// respond writes the answer. Nothing of an error's text goes out.
func (in *Intake) respond(w http.ResponseWriter, r *http.Request, answer any, err error) {
	switch {
	case err == nil && answer == nil:
		w.WriteHeader(http.StatusOK)
	case err == nil:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			in.client.config.Log.Warn("slack: answer not written", "path", r.URL.Path, "err", err)
		}
	case bot.KindOf(err) == bot.Invalid:
		in.client.config.Log.Warn("slack: delivery not understood", "path", r.URL.Path, "err", err)
		http.Error(w, "not understood", http.StatusBadRequest)
	default:
		in.client.config.Log.Error("slack: delivery not kept", "path", r.URL.Path, "err", err)
		http.Error(w, "not kept, send it again", http.StatusServiceUnavailable)
	}
}
