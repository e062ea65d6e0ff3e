package slack

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// actionRefresh is the action of the button that draws a home again.
const actionRefresh = "refresh-home"

// homeTab is the type of a view that is a home, and the name of its tab.
const homeTab = "home"

// drawHome draws a home. What is more than Slack takes is left out at the end.
func drawHome(h bot.Home) (slack.HomeTabViewRequest, error) {
	blocks := []slack.Block{
		slack.NewHeaderBlock(plain(h.Title, maxHeader)),
		section(escape(h.Summary)),
		slack.NewActionBlock("home", slack.NewButtonBlockElement(actionRefresh, "", plain(wordRefreshHome, maxLabel))),
	}
	if len(h.Notes) > 0 {
		blocks = append(blocks, section("⚠  "+joined(h.Notes, "\n⚠  ")))
	}
	for i, s := range h.Sections {
		drawn, err := homeSection(fmt.Sprint(i), s)
		if err != nil {
			return slack.HomeTabViewRequest{}, err
		}
		blocks = append(blocks, drawn...)
	}
	if len(blocks) > maxView {
		blocks = append(blocks[:maxView-1], section("…"))
	}
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: homeTab, Blocks: slack.Blocks{BlockSet: blocks}}, nil
}

// homeSection draws a section under its title. The id makes those of its blocks
// unlike all others.
func homeSection(id string, s bot.HomeSection) ([]slack.Block, error) {
	blocks := []slack.Block{slack.NewDividerBlock(), slack.NewHeaderBlock(plain(s.Title, maxHeader))}
	for i, e := range s.Entries {
		blocks = append(blocks, section(entryText(e)))
		if len(e.Buttons) == 0 {
			continue
		}
		elements, err := thrifts[0].drawn(e.Ticket, e.Buttons)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, slack.NewActionBlock(fmt.Sprintf("commands-%s-%d", id, i), elements...))
	}
	if len(s.Lines) > 0 {
		blocks = append(blocks, section(joined(s.Lines, "\n")))
	}
	if s.More != "" {
		blocks = append(blocks, slack.NewContextBlock("more-"+id, mrkdwn(escape(s.More), maxField)))
	}
	return blocks, nil
}

// entryText is a request in a few lines, with the way to its ticket.
func entryText(e bot.HomeEntry) string {
	lines := []string{"*" + linked(e.Link, e.Title) + "*"}
	if strings.ContainsAny(e.Title, "*\n") { // which mrkdwn can't set in bold
		lines[0] = linked(e.Link, e.Title)
	}
	if e.All > 0 {
		lines = append(lines, bar(e.Done, e.All))
	}
	for _, l := range e.Lines {
		lines = append(lines, escape(l))
	}
	return strings.Join(lines, "\n")
}

// homeOpened takes in that a member looks at the bot's home. There is nothing to
// keep: what went wrong is put right by looking again.
func (in *Intake) homeOpened(ctx context.Context, raw []byte) error {
	w, err := decode[homeWire]("read home opened", raw)
	if err != nil || w.Tab != homeTab || w.User == "" {
		return err
	}
	in.client.homes.opened(w.User, w.View.Hash)
	in.publish(ctx, w.User, nil)
	return nil
}

// noted draws a home again after a click on it: what was clicked is said back in
// place of its buttons, as long as there still are any. What comes of it is not
// known yet.
func (in *Intake) noted(ctx context.Context, member string, e bot.Event) {
	in.publish(ctx, member, func(h *bot.Home) {
		for _, s := range h.Sections {
			for i := range s.Entries {
				if entry := &s.Entries[i]; entry.Ticket == e.Ticket && len(entry.Buttons) > 0 {
					entry.Buttons = nil
					entry.Lines = append(entry.Lines, wordNoted(e.Ticket, *e.Command))
				}
			}
		}
	})
}

// publish draws a member's home from what is kept now, after edit where there is
// one. Whether the member may see requests is asked anew.
func (in *Intake) publish(ctx context.Context, member string, edit func(*bot.Home)) {
	c := in.client
	if c.config.Inquiries == nil {
		return
	}
	standing, err := c.Standing(ctx, member)
	if err == nil {
		c.homes.looked(standing, c.config.Clock.Now())
		err = c.publish(ctx, standing, edit)
	}
	if err != nil {
		c.config.Log.Warn("slack: home not published", "member", member, "err", err)
	}
}

// publish draws a home for somebody. It goes out with the hash of the one that it
// was drawn over; where somebody else was faster, it is drawn once more from
// what is kept by then.
func (c *Client) publish(ctx context.Context, viewer bot.Standing, edit func(*bot.Home)) error {
	const op = "slack: publish home"
	member := viewer.Person.Slack
	for _, over := range []string{c.homes.hash(member), ""} {
		h, err := c.config.Inquiries.Home(ctx, viewer, c.config.Clock.Now())
		if err != nil {
			return err
		}
		if edit != nil {
			edit(&h)
		}
		view, err := drawHome(h)
		if err != nil {
			return &bot.Error{Kind: bot.Invalid, Op: op, Err: err}
		}
		request := slack.PublishViewContextRequest{UserID: member, View: view}
		if over != "" {
			request.Hash = &over
		}
		answer, err := c.api.PublishViewContext(ctx, request)
		if err == nil {
			c.homes.published(member, answer.Hash)
			return nil
		}
		if code(err) != "hash_conflict" || over == "" {
			return reading(op, err)
		}
	}
	return nil
}
