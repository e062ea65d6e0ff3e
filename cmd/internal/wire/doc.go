// Package wire builds the product out of its parts: a configuration goes in, an
// App that can be run comes out. The product and the demo share it, so that what
// the demo shows is what runs.
//
// Nothing is decided here. Each file builds one part; wire.go puts them together
// and serve.go runs them until it is told to stop.
package wire
