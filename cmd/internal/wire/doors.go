package wire

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"
)

// renewal is how long before its end a certificate has to be renewed.
const renewal = 14 * 24 * time.Hour

// examineDoors looks at where the bot can be reached and what it calls, as far as
// the configuration tells: what is encrypted, and what is not and had better be.
func (a *App) examineDoors(context.Context) []Finding {
	vendors, admin := a.config.Listen, a.config.AdminListen
	all := a.examineVendorsDoor(vendors)
	door := Finding{Part: "admin", About: "listens on " + admin + " in the clear"}
	if !local(admin) {
		door.Beware = "metrics are shown to whoever reaches it: listen on 127.0.0.1, or let nobody but operators through"
	}
	all = append(all, door)
	for _, way := range []struct{ part, key, address string }{
		{"jira", "jira.url", a.config.Jira.URL},
		{"slack", "slack.api_url", a.config.Slack.APIURL},
		{"engine", "engine.systems.apps.url", a.config.Engine.Systems.Apps.URL},
	} {
		if u, err := url.Parse(way.address); err == nil && u.Scheme == "http" && !local(cmp.Or(u.Host, way.address)) {
			all = append(all, Finding{Part: way.part, About: way.address, Beware: way.key + " is not encrypted: tokens and signatures can be read on the way, want https"})
		}
	}
	return all
}

// examineVendorsDoor looks at the vendors' listener.
func (a *App) examineVendorsDoor(address string) []Finding {
	door := Finding{Part: "listen", About: "listens on " + address + " in the clear"}
	pair, err := a.config.TLS.Pair()
	switch {
	case err != nil:
		door.Missing = err.Error()
	case pair != nil:
		ends, now := pair.Leaf.NotAfter, a.clock.Now()
		door.About = fmt.Sprintf("listens on %s, encrypted, with a certificate that is good until %s", address, ends.UTC().Format(time.RFC3339))
		if now.Add(renewal).After(ends) {
			door.Missing = "renew the certificate, and reload"
		}
	case !local(address):
		door.Beware = "others may read what the vendors send: give tls, or listen on 127.0.0.1 behind a proxy that encrypts"
	}
	return []Finding{door}
}

// local reports whether a host, with or without a port, is this machine alone.
func local(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
