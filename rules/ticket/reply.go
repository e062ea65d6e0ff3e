package ticket

import "time"

// ReadReply reads a comment: what it corrects, chooses, confirms or wants of
// the conversation. At is when it was written, asked what was open then.
func ReadReply(text string, at time.Time, asked Asked) Reply {
	return Reply{Answers: Answers{Kind: Unknown}}
}
