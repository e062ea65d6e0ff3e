package main

import (
	"context"
	"io"

	"github.com/refreshbot/refreshbot/cmd/refreshbot-demo/process"
)

// botArgument makes this program the bot's process.
const botArgument = process.Argument

// runBot is the bot's process.
func runBot(ctx context.Context, args []string, log io.Writer) error {
	return process.Run(ctx, args, log)
}
