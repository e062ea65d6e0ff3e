package runner_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/bot/runner"
)

// hangingChat answers nobody until it is let go.
type hangingChat struct {
	bot.Chat
	leave chan bool
}

func (c *hangingChat) Post(ctx context.Context, m bot.Message, thread bot.RemoteID) (bot.RemoteID, error) {
	<-c.leave
	return c.Chat.Post(ctx, m, thread)
}

// However much waits for a Slack that hangs, a reply on a ticket goes out at once.
func TestRunOneVendorDoesNotHoldUpTheOther(t *testing.T) {
	const tickets = 25
	var hanging *hangingChat
	wishes := []wish{func(c *runner.Config) {
		hanging = &hangingChat{Chat: c.Chat, leave: make(chan bool)} // a channel of the bubble's
		c.Chat = hanging
	}}
	bubble(t, wishes, func(t *testing.T, s *stage) {
		s.plays(
			say{kind: bot.ChatCard, text: "card", living: bot.RequestCard},
			say{kind: bot.ChatAlert, text: "alert"},
			say{kind: bot.TicketReply, text: "hello"},
		)
		synctest.Wait()
		began := time.Now()
		for i := range tickets {
			key := bot.TicketKey(fmt.Sprintf("HELP-%d", i+1))
			s.desk.file(key, bot.Person{Jira: "client"}, "please")
			_, err := s.Receive(t.Context(), bot.Event{ID: string(key), Kind: bot.TicketTouched, Ticket: key, At: began})
			require.NoError(t, err)
		}
		synctest.Wait()
		require.Len(t, s.texts(), tickets)
		require.Zero(t, time.Since(began))
		require.Empty(t, s.chat.posted())
		close(hanging.leave)
		synctest.Wait()
		require.Len(t, s.chat.posted(), 2*tickets)
	})
}

// A loop whose every worker hangs comes round no more, and the others do.
func TestRunKnowsWhichLoopIsStuck(t *testing.T) {
	var hanging *hangingChat
	wishes := []wish{func(c *runner.Config) {
		hanging = &hangingChat{Chat: c.Chat, leave: make(chan bool)}
		c.Chat = hanging
	}}
	bubble(t, wishes, func(t *testing.T, s *stage) {
		defer close(hanging.leave)
		s.plays(say{kind: bot.ChatAlert, text: "alert"})
		synctest.Wait()
		require.Empty(t, s.Stuck())
		require.Len(t, s.LoopsSeen(), 4)
		for i := range 10 {
			key := bot.TicketKey(fmt.Sprintf("HELP-%d", i+1))
			s.desk.file(key, bot.Person{Jira: "client"}, "please")
			_, err := s.Receive(t.Context(), bot.Event{ID: string(key), Kind: bot.TicketTouched, Ticket: key})
			require.NoError(t, err)
		}
		synctest.Wait()
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), time.Now().Add(5*time.Minute)))
		synctest.Wait()
		require.Empty(t, s.Stuck())
		require.NoError(t, runner.SystemClock{}.Until(t.Context(), time.Now().Add(time.Second)))
		require.Equal(t, []string{"outbox_chat"}, s.Stuck())
	})
}
