package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"

	"github.com/refreshbot/refreshbot/bot"
)

// A Client calls the daemon. It is a Handler.
type Client struct {
	http *http.Client
}

var _ Handler = (*Client)(nil)

// Dial reports whether a daemon answers on the socket at path, and returns a
// client for it. No socket, or one that a killed process left behind, is no error;
// a socket that this user may not use is.
func Dial(path string) (c *Client, running bool, err error) {
	conn, err := connect(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("reach the daemon: %w", err)
	}
	_ = conn.Close() // it was only to see if somebody is there
	transport := &http.Transport{
		DialContext:           func(context.Context, string, string) (net.Conn, error) { return connect(path) },
		ResponseHeaderTimeout: answerTime,
	}
	return &Client{http: &http.Client{Transport: transport}}, true, nil
}

// Close lets go of the connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Plan is Handler's.
func (c *Client) Plan(ctx context.Context, o bot.RunOrder) (text string, err error) {
	err = c.call(ctx, callPlan, o, &text)
	return text, err
}

// Order is Handler's.
func (c *Client) Order(ctx context.Context, r bot.Run) error {
	return c.call(ctx, callOrder, r, &nothing{})
}

// Wish is Handler's.
func (c *Client) Wish(ctx context.Context, w bot.WishFor) error {
	return c.call(ctx, callWish, w, &nothing{})
}

// Report is Handler's.
func (c *Client) Report(ctx context.Context, id bot.RunID) (r bot.RunReport, err error) {
	err = c.call(ctx, callReport, id, &r)
	return r, err
}

// Command is Handler's.
func (c *Client) Command(ctx context.Context, e bot.Event) error {
	return c.call(ctx, callCommand, e, &nothing{})
}

// call puts a question and reads the answer.
func (c *Client) call(ctx context.Context, path string, question, answer any) error {
	resp, err := c.ask(ctx, path, question)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, largestAnswer))
	if err != nil {
		return &bot.Error{Kind: bot.Ambiguous, Op: "call the daemon", Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		return faultOf(text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("call the daemon: read %s: %w", path, err)
	}
	return nil
}

// ask puts a question. Whoever asks closes the answer.
func (c *Client) ask(ctx context.Context, path string, question any) (*http.Response, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, fmt.Errorf("call the daemon: write %s: %w", path, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://daemon"+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call the daemon: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &bot.Error{Kind: bot.Ambiguous, Op: "call the daemon", Err: err}
	}
	return resp, nil
}

// faultOf returns the error that the daemon answered with, of the same kind.
func faultOf(text []byte) error {
	var f fault
	if err := json.Unmarshal(text, &f); err != nil || f.Kind == "" {
		return errors.New("call the daemon: it does not know the call; is it of another version?")
	}
	return bot.Errorf(f.Kind, "daemon", "%s", f.Text)
}
