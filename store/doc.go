// Package store opens the store that an address names. The contract of every
// store is bot.Store; package storetest holds each to it.
package store
