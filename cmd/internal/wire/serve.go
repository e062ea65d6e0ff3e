package wire

import (
	"context"
	"crypto/tls"
	"net"

	"golang.org/x/sync/errgroup"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/control"
)

// Run serves until ctx ends: the vendors' calls, the operators' pages, the local
// socket, and the loops. When ctx ends no new work is taken, what is in hand is
// finished, and Run returns nil; the rest stays in the store for the next start.
func (a *App) Run(ctx context.Context) error {
	if err := a.Runner.Begin(ctx); err != nil { // before the first event comes in
		return err
	}
	vendors, err := net.Listen("tcp", a.config.Listen)
	if err != nil {
		return err
	}
	admin, err := net.Listen("tcp", a.config.AdminListen)
	if err != nil {
		vendors.Close()
		return err
	}
	a.log.Info("serving", "vendors", vendors.Addr().String(), "admin", admin.Addr().String())

	g, ctx := errgroup.WithContext(ctx)
	defer context.AfterFunc(ctx, func() { a.stopping.Store(true) })()
	g.Go(func() error { return a.serveVendors(ctx, vendors) })
	g.Go(func() error { return a.serveAdmin(ctx, admin) })
	g.Go(func() error { return control.Serve(ctx, SocketOf(a.config), a.office()) })
	first := make(chan struct{})
	g.Go(func() error { return a.keepCalendars(ctx, first) })
	g.Go(func() error { return a.heedHangups(ctx) })
	g.Go(func() error { a.untilCalendars(ctx, first); return a.Runner.Run(ctx) })
	g.Go(func() error { return a.sweep(ctx) })
	g.Go(func() error { return a.forget(ctx) })
	g.Go(func() error { return a.intake.KeepHomes(ctx) })
	if a.config.Slack.Mode == config.SocketMode {
		g.Go(func() error { return a.Listen(ctx) })
	}
	err = g.Wait()
	a.log.Info("stopped")
	return err
}

// serveVendors answers the vendors, encrypted where there is a certificate.
func (a *App) serveVendors(ctx context.Context, l net.Listener) error {
	s := server{listener: l, handler: a.Routes(), limits: usual(), log: a.log}
	if a.config.TLS.On() {
		s.certificate = func() *tls.Certificate { return a.setup.Load().certificate }
	}
	return s.serve(ctx)
}

// serveAdmin answers the operators. It has a listener and connections of its own:
// what floods the vendors' does not reach it.
func (a *App) serveAdmin(ctx context.Context, l net.Listener) error {
	return server{listener: l, handler: a.adminRoutes(), limits: usual(), log: a.log}.serve(ctx)
}

// Listen takes in what Slack sends over Socket Mode, until ctx ends.
func (a *App) Listen(ctx context.Context) error { return a.intake.Listen(ctx) }

// SocketOf returns the path of the local socket: beside the store.
func SocketOf(c *config.Config) string { return storePath(c) + ".sock" }
