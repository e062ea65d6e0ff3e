// Package race sets the clone engine beside the tools that people copy
// PostgreSQL databases with, in one run, on one throwaway server, by turns.
//
// What is measured of ours is the whole run: the 31 tasks in a process of their
// own, with the kept rows captured, addresses masked, everything verified by
// reading the new database back, and the swap. The others copy the same database
// and do nothing else. Copying the files, and having the server copy them, show
// how far everybody is from the limit of the machine.
//
// Nobody wins by being wrong: after a lap the copy is held against the source by
// row counts and checksums that the server computes, and by the text of its
// schema.
//
// A [Run] makes its databases by arithmetic inside the server, unless it is given
// a script that makes one.
package race
