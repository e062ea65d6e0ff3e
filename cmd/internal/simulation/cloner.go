package simulation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// A cloner is the clone engine that remembers its estimates for as long as the
// databases are the same files: looking at both for each decision anew would take
// half of a play's time.
type cloner struct {
	bot.Cloner
	play  *play
	known map[string]bot.Estimate
}

// newCloner makes the engine of a process.
func (p *play) newCloner(runs bot.Store) bot.Cloner {
	engine, err := wire.Engine(p.stored(), runs, p.stage.Clock)
	if err != nil {
		p.errs = append(p.errs, err)
	}
	return cloner{engine, p, p.estimates}
}

// stored is the configuration with the place of the store in it.
func (p *play) stored() *config.Config {
	c := *p.config
	c.Store = config.Connection("bolt:" + filepath.Join(p.folder, "refreshbot.db"))
	c.Slack.Mode, c.Slack.APIURL = config.HTTPMode, "http://slack.sim/api/"
	return &c
}

// Estimate implements bot.Cloner.
func (c cloner) Estimate(ctx context.Context, o bot.RunOrder) (bot.Estimate, error) {
	key := fmt.Sprint(o.PreserveUsers, o.GoLive, o.Source, c.stamp(o.Source), o.Target, c.stamp(o.Target))
	e, ok := c.known[key]
	if ok {
		return e, nil
	}
	e, err := c.Cloner.Estimate(ctx, o)
	if err == nil {
		c.known[key] = e
	}
	return e, err
}

// stamp tells an environment's database from the one that it was.
func (c cloner) stamp(environment string) any {
	info, err := os.Stat(c.play.town.database(c.play.folder, environment))
	if err != nil {
		return err
	}
	return info.ModTime()
}
