package postgres

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCanariesAreFoundWhereverTheyStand holds the search against the obvious one.
func TestCanariesAreFoundWhereverTheyStand(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	letters := func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = "abc"[random.IntN(3)]
		}
		return string(text)
	}
	for round := range 3000 {
		var c canaries
		secrets := make([]string, 1+random.IntN(4))
		for i := range secrets {
			secrets[i] = letters(shortest - 1 + random.IntN(30))
			c.add(secrets[i], fmt.Sprint(i))
		}
		c.prepare()
		text := letters(random.IntN(90))
		if round%2 == 0 {
			at := random.IntN(len(text) + 1)
			text = text[:at] + secrets[0] + text[at:]
		}
		found := false
		for _, s := range secrets {
			found = found || len(s) >= shortest && strings.Contains(text, s)
		}
		require.Equal(t, found, c.find([]byte(text)) != "", "secrets %q, text %q", secrets, text)
	}
}

func TestCanariesThatTheTargetHoldsItselfAreNone(t *testing.T) {
	t.Parallel()
	var c canaries
	c.add("shared-with-the-target", "flag.secret")
	c.add("of-the-source-alone", "user.hash")
	c.drop("shared-with-the-target")
	c.prepare()
	require.Empty(t, c.find([]byte("…shared-with-the-target…")))
	require.Equal(t, "user.hash", c.find([]byte("…of-the-source-alone…")))
}

func BenchmarkCanaries(b *testing.B) {
	row := bytes.Repeat([]byte("0123456789abcdef, some words and 42; "), 6)
	for _, count := range []int{3, 100_000} {
		for _, length := range []int{8, 32} {
			b.Run(fmt.Sprintf("%d secrets of %d", count, length), func(b *testing.B) {
				var c canaries
				for i := range count {
					c.add(fmt.Sprintf("%0*x", length, i*2654435761), "user.hash")
				}
				c.prepare()
				b.SetBytes(int64(len(row)))
				for b.Loop() {
					c.find(row)
				}
			})
		}
	}
}
