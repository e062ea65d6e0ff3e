package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/refreshbot/refreshbot/cmd/internal/config"
	"github.com/refreshbot/refreshbot/cmd/internal/wire"
)

// notified counts the signed notices that reached the apps.
type notified struct{ good, bad atomic.Int64 }

// appListener is a partner's app: it takes the notice that a tenant's database
// was replaced, if it is signed.
func (s *stage) appListener() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		mac := hmac.New(sha256.New, []byte(appsSecret))
		mac.Write([]byte(r.Header.Get("X-Refreshbot-Timestamp") + "."))
		mac.Write(body)
		signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
		if err != nil || !hmac.Equal([]byte(signature), []byte(r.Header.Get("X-Refreshbot-Signature"))) {
			s.apps.bad.Add(1)
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		s.apps.good.Add(1)
	})
}

// socket returns the path of the bot's local socket.
func (s *stage) socket() string {
	c := config.Defaults()
	c.Store = config.Connection("bolt:" + s.dir + "/refreshbot.db")
	return wire.SocketOf(c)
}

// inDays writes the date so many days ahead of the world's today.
func (s *stage) inDays(n int) string {
	return s.clock.Now().AddDate(0, 0, n).Format("2 January 2006")
}

// noneTwice complains of a text that the bot wrote twice, on the ticket or in
// the channel.
func (s *stage) noneTwice(key string) error {
	seen := map[string]bool{}
	t, _ := s.desk.Ticket(key)
	for _, c := range t.Comments {
		effect := string(bytes.TrimSpace(c.Properties["refreshbot.effect"]))
		if c.ByBot && seen[effect] {
			return fmt.Errorf("comment %s carries the key of another: %s", c.ID, effect)
		}
		seen[effect] = true
	}
	cards := 0
	for _, m := range s.chat.Channel(channel).Messages() {
		if strings.Contains(m.Header(), key) {
			cards++
		}
	}
	for _, m := range s.thread(key) {
		if seen[m.Metadata] {
			return fmt.Errorf("a message in the thread carries the key of another: %s", m.Metadata)
		}
		seen[m.Metadata] = true
	}
	return want(cards == 1, fmt.Sprintf("the request has %d cards", cards))
}

// lookBack tells what holds of all the stories together.
func (s *stage) lookBack() {
	s.out.story("*", "Looking back")
	s.out.check("the help center was asked nothing that it does not know", strays(s.desk.Strays()))
	s.out.check("nor was Slack", strays(s.chat.Strays()))
	s.out.check("the partner's app was told of both refreshes, signed, and once each",
		want(s.apps.good.Load() == 2 && s.apps.bad.Load() == 0, fmt.Sprintf("%d signed, %d not", s.apps.good.Load(), s.apps.bad.Load())))
}

func strays(list []string) error {
	return want(len(list) == 0, strings.Join(list, "; "))
}

// stayOpen keeps the pages open until ctx ends. The clock goes on by itself, and
// jumps ahead whenever nobody is asked anything and something is due.
func (s *stage) stayOpen(ctx context.Context) error {
	fmt.Fprintf(s.out.out, `
The help center:  http://%s/     file a ticket, answer it
Slack:            http://%s/     approve it as Alice or Bob
Metrics:          http://%s/metrics

The clock jumps to a confirmed window by itself. Ctrl-C ends the demo.
`, s.doors.desk, s.doors.chat, s.doors.admin)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			fmt.Fprintln(s.out.out)
			return nil
		case err := <-s.bot.Ended():
			return fmt.Errorf("the bot ended by itself: %w", err)
		case <-tick.C:
		}
		if p, settled := s.clock.Pulse(); settled && p.Idle && !p.Open && !p.Next.IsZero() {
			s.clock.JumpTo(p.Next)
		}
	}
}
