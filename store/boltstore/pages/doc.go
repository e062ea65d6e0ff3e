// Package pages holds the pages of a bbolt file to account without trusting any of
// them.
//
// bbolt asserts what it reads and follows every page number through a memory map:
// on a damaged file it panics, faults, runs out of memory, or finds less than was
// there and says nothing. Here the same pages are read with bounds: every page that
// can be reached from the header is there, is what it says to be, is reached once
// and has its keys in order; every other page is known to be free. What passes can
// be opened.
//
// The layout is that of version 2 of the format, which bbolt has had from its
// beginning. Numbers are in the byte order of the machine, as bbolt writes them.
package pages
