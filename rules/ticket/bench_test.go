package ticket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// oneKilobyte is a ticket of 1 kB as clients write them.
var oneKilobyte = strings.Repeat("We have checked the matter with our colleagues in operations, who agree. ", 8) + `
Source: PELICAN_prod
Target: PELICAN_test
Window 1: Tuesday 19 May 2026, 09:00 - 11:00 UTC
Window 2: Wednesday 20 May 2026, 14:00 - 16:00 UTC
Preserve users: no

The background is that our chartering team wants to try the new pooling rules with
real data before the end of the quarter. Please tell us when it is done, so that we can tell the team in Bergen and in Singapore.

Kind regards,
Ida Holm, Pelican Chartering
+47 55 55 01 99
`

func BenchmarkRead(b *testing.B) {
	for _, size := range []int{1, 10, 100, 1000} {
		text := oneKilobyte + strings.Repeat(oneKilobyte[:1000]+"\n", size-1)
		b.Run(fmt.Sprintf("%dkB", size), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				ticket.Read(text, said)
			}
		})
	}
}

func BenchmarkReadForm(b *testing.B) {
	text := "1. What is the source environment/database name?\nPELICAN_prod\n2. What is the target environment/database name?\nPELICAN_test\n" +
		"3. What is the date and time in UTC time zone for this to be carried out? Please propose two window times with 2-hour interval each between 01:30 and 20:30 UTC on Mondays to Fridays.\n" +
		"19 May 2026 09:00-11:00\n20 May 2026 09:00-11:00\n4. Do you want to preserve user info (security list) on the target environment?\nNo\n"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		ticket.Read(text, said)
	}
}

// BenchmarkReadHostile holds the cost of texts that are made to be slow.
func BenchmarkReadHostile(b *testing.B) {
	for name, piece := range hostile {
		for _, size := range []int{100_000, 1_000_000} {
			text := strings.Repeat(piece, size/len(piece))
			b.Run(fmt.Sprintf("%s/%dkB", name, size/1000), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					ticket.Read(text, said)
				}
			})
		}
	}
}
