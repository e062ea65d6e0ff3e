package simulation

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/refreshbot/refreshbot/integrations/jira/jirasim"
	"github.com/refreshbot/refreshbot/integrations/slack/slacksim"
)

var quiet = slog.New(slog.DiscardHandler)

// webhook delivers what the help center has to tell next: in any order, twice,
// late, or not at all.
func (p *play) webhook() bool {
	if n, _ := p.stage.Desk.Pending(); n > 0 && p.dice.fault(p.dice.weather.spoiled, "webhook spoiled") {
		p.stage.Desk.Spoil(jirasim.Mishaps[p.dice.IntN(len(jirasim.Mishaps))])
	}
	did := p.stage.Desk.Deliver()
	if did {
		p.story.tell("webhook")
	}
	return did
}

// A post carries what Slack has to tell to the process.
type post struct {
	play *play
	// gone is until when Slack has no way to the process.
	gone time.Time
}

var (
	errNobody   = errors.New("connection refused: no process is there")
	errCut      = errors.New("connection cut")
	errNoAnswer = errors.New("no answer came")
)

// RoundTrip implements http.RoundTripper.
func (o *post) RoundTrip(r *http.Request) (*http.Response, error) {
	p := o.play
	switch {
	case p.stage.App == nil, p.dice.dead:
		return nil, errNobody
	case p.stage.Clock.Now().Before(o.gone):
		return nil, errCut
	case p.dice.fault(60, "Slack disconnected"):
		o.gone = p.stage.Clock.Now().Add(p.dice.upTo(20 * time.Minute))
		return nil, errCut
	case p.dice.fault(20, "delivery cut"):
		return nil, errCut
	}
	resp, err := slacksim.Transport(p.stage.App.Routes()).RoundTrip(r)
	switch {
	case err != nil:
	case p.dice.dead:
		resp.Body.Close()
		return nil, errNobody
	case p.dice.fault(20, "acknowledgement lost"):
		resp.Body.Close()
		return nil, errNoAnswer
	}
	return resp, err
}

// deliverAgain sends a click once more, as Slack does where it got no
// acknowledgement over a socket, and sometimes where it did. It reports whether
// Slack got one in the end.
func (p *play) deliverAgain(ack slacksim.Ack, err error, tried func()) bool {
	if ack.OK && err == nil && !p.dice.fault(8, "delivered twice") {
		return true
	}
	if !ack.OK || err != nil {
		tried() // whoever clicked may have been told that it was not kept
	}
	again, againErr := p.stage.Chat.Redeliver()
	return ack.OK && err == nil || again.OK && againErr == nil
}
