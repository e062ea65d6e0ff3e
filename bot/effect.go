package bot

// An Effect is something that a decision does to the world outside. Package
// wording turns it into a Message.
type Effect interface{ effect() }
