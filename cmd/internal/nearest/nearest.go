// Package nearest finds the word that somebody probably meant, so that a message
// about an unknown key, flag or command can name it.
package nearest

import "strings"

// To returns the known word with the fewest letters to insert, delete, change or
// swap with a neighbour, regardless of case; the earlier of two that are as near.
// Near reports whether it may well have been meant: at most a third of the letters
// differ.
func To(word string, known []string) (best string, near bool) {
	fewest := -1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); fewest < 0 || d < fewest {
			best, fewest = k, d
		}
	}
	return best, fewest >= 0 && fewest <= len(word)/3
}

// Hint returns "; did you mean WORD?" where a known word may well have been
// meant, or nothing.
func Hint(word string, known []string) string {
	if k, near := To(word, known); near {
		return "; did you mean " + k + "?"
	}
	return ""
}

// distance is the optimal string alignment distance of two words, by bytes. It
// keeps three rows of the usual table: a swap looks two rows back.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
