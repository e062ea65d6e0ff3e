package wording

import (
	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// status is the living reply: how things stand, drawn from the conversation
// alone. Up to the engineers' decision it is the first reply itself.
func status(c bot.Conversation) bot.Text {
	r := requestOf(c)
	switch c.State {
	case bot.Confirmed:
		return confirmed(c)
	case bot.Running:
		return running(c)
	case bot.Done:
		return done(c)
	case bot.Failed:
		return duringRun(c, bot.TellClient{Topic: bot.ToldFailed})
	case bot.Cancelled:
		if c.Run != nil && c.Run.State == bot.RunRolledBack {
			return duringRun(c, bot.TellClient{Topic: bot.ToldRolledBack})
		}
		return bot.Text{para(says("This request is cancelled."))}
	case bot.HandedOver:
		return handedOver(c)
	case bot.Lapsed:
		return lapsed(c)
	case bot.Declined:
		if d, ok := lastDeed(c, bot.Reject); ok {
			return rejected(d.Reason)
		}
	case bot.Collecting:
		if o, ok := proposed(r.offers); ok {
			return proposal(c, bot.TellClient{Number: o.Number})
		}
	}
	return r.reply(r.opening())
}

// proposed returns the window that the engineers wait for an answer about.
func proposed(offers []bot.Offer) (bot.Offer, bool) {
	for _, o := range offers {
		if o.By != "" {
			return o, true
		}
	}
	return bot.Offer{}, false
}

// lastDeed returns the last decision, if it is of that verb.
func lastDeed(c bot.Conversation, v bot.Verb) (bot.Deed, bool) {
	if n := len(c.Deeds); n > 0 && c.Deeds[n-1].Verb == v {
		return c.Deeds[n-1], true
	}
	return bot.Deed{}, false
}

// lapsed says that a window has passed or, while the engineers had not decided,
// that none of the client's is left; and asks for others.
func lapsed(c bot.Conversation) bot.Text {
	r := requestOf(c)
	if c.State == bot.Lapsed {
		return append(bot.Text{para(says("I'm sorry, the confirmed window passed and the %s was not done. Nothing has changed on %s.",
			plain(r.work()), name(r.target())))}, r.again()...)
	}
	return append(bot.Text{para(says("I'm sorry, none of your windows can be had any more.")), bullets(r.windows()...)}, r.again()...)
}

// confirmed says what is going to happen and what it asks of the client.
func confirmed(c bot.Conversation) bot.Text {
	r := requestOf(c)
	when := strong(spanIn(c.Booked.Window, r.Zone))
	if r.Kind == ticket.SchemaUpdate {
		return bot.Text{
			para(join(says("%s", strong("Confirmed:")), names(r.Environments, "and"), says("will be updated to the latest schema version on %s.", when))),
			bullets(
				join(says("Please have all users logged out of"), names(r.Environments, "and"), says("during the whole window.")),
				says("It usually takes an hour. Data and users stay as they are."),
			),
			para(says("I will remind you before the window and write here when it is done.")),
		}
	}
	return bot.Text{
		para(says("%s %s will be refreshed from %s%s on %s.", strong("Confirmed:"), name(r.Target), name(r.Source), plain(r.asOf()), when)),
		bullets(
			says("Please have all users logged out of %s during the whole window; it usually takes an hour. %s is not touched.", name(r.Target), name(r.Source)),
			r.kept(),
			says("If you have users for API calls: please note down their e-mail addresses before. Afterwards set them back in the user's profile, log out and log in again."),
		),
		para(says("I will remind you before the window and write here when it is done.")),
	}
}

func (r request) asOf() string {
	if r.PointInTime.IsZero() {
		return ""
	}
	return " with the data of " + at(r.PointInTime)
}

// kept says what of the target outlives the refresh.
func (r request) kept() bot.Line {
	if r.Preserve == ticket.Yes {
		return says("%s keeps its configuration flags, its messaging configuration and its users (security list).", name(r.Target))
	}
	return says("%s keeps its configuration flags and its messaging configuration. Its users are replaced by those of %s.", name(r.Target), name(r.Source))
}

func reminder(c bot.Conversation, e bot.TellClient) bot.Text {
	r := requestOf(c)
	text := bot.Text{para(says("A reminder: the %s of %s begins in %s: %s.",
		plain(r.work()), name(r.target()), plain(length(e.Ahead)), strong(spanIn(c.Booked.Window, r.Zone))))}
	logOut := says("Please have all users logged out of %s by then.", name(r.target()))
	if r.Kind != ticket.SchemaUpdate {
		logOut = join(logOut, says("If you have users for API calls, note down their e-mail addresses."))
	}
	return append(text, para(logOut))
}

func running(c bot.Conversation) bot.Text {
	r := requestOf(c)
	if c.Run.Wish == bot.WishStop || c.Run.Wish == bot.WishRollBack {
		return bot.Text{para(says("The %s of %s is being taken back. Please stay logged out until I write here that you can log in again.", plain(r.work()), name(r.target())))}
	}
	return bot.Text{para(says("The %s of %s is running since %s. Please stay logged out until I write here that it is done.",
		plain(r.work()), name(r.target()), plain(at(c.Run.Started))))}
}

// late says that the window will not do. Before the swap the run is stopped at
// the window's end, after it it goes on.
func late(c bot.Conversation) bot.Text {
	r := requestOf(c)
	line := says("The %s of %s takes longer than its window", plain(r.work()), name(r.target()))
	switch finish := c.Run.Finish; {
	case c.Run.ID != "" && !c.Run.Swapped && !c.Run.Overtime:
		line = join(append(line, plain(", it seems.")), says("If it can't be finished by %s it will be stopped, %s stays as it was, and I will suggest other windows.",
			plain(at(c.Booked.Window.End)), name(r.target())))
	case finish.After(c.Booked.Window.End):
		line = append(line, says("; it is now expected to end at %s.", plain(at(finish)))...)
	default:
		line = append(line, plain("."))
	}
	return bot.Text{para(join(line, says("Please stay logged out until I write here that it is done.")))}
}

// done says what the target is now, and what is left to do.
func done(c bot.Conversation) bot.Text {
	r := requestOf(c)
	if r.Kind == ticket.SchemaUpdate {
		return bot.Text{para(join(says("%s", strong("Done:")), names(r.Environments, "and"),
			says("is on the latest schema version. You can log in again.")))}
	}
	lines := []bot.Line{r.keptNow()}
	if c.Run != nil && c.Run.ID != "" && !c.GoLive() {
		lines = append(lines, says("Scheduled tasks are switched off and e-mail addresses are masked, so that nothing is sent to real people."))
	}
	lines = append(lines, says("If you have users for API calls: set their e-mail addresses back in the user's profile, log out and log in again."))
	return bot.Text{
		para(says("%s %s is now a copy of %s%s. You can log in again.", strong("Done:"), name(r.Target), name(r.Source), plain(r.asOf()))),
		bullets(lines...),
	}
}

func (r request) keptNow() bot.Line {
	if r.Preserve == ticket.Yes {
		return says("It has kept its configuration flags, its messaging configuration and its users (security list).")
	}
	return says("It has kept its configuration flags and its messaging configuration. Its users are now those of %s.", name(r.Source))
}
