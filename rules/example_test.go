package rules_test

import (
	"fmt"
	"time"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/calendar"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

func ExampleJudge() {
	holidays, err := calendar.New(calendar.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	raised := time.Date(2024, time.October, 7, 2, 0, 0, 0, time.UTC)
	window := func(month time.Month, day, hour int) ticket.Window {
		start := time.Date(2024, month, day, hour, 0, 0, 0, time.UTC)
		return ticket.Window{Start: start, End: start.Add(2 * time.Hour), Written: start.String(), ProposedAt: raised}
	}
	verdict := rules.Judge(ticket.Answers{
		Kind:    ticket.Standard,
		Source:  &ticket.Environment{Written: "ABCD_prod"},
		Target:  &ticket.Environment{Written: "ABCD_test"},
		Windows: []ticket.Window{window(time.October, 9, 2), window(time.October, 31, 10)},
	}, rules.World{
		Policy:   rules.DefaultPolicy(),
		Calendar: holidays,
		Regions:  []string{"SG"},
	}, raised)

	fmt.Println(verdict.Outcome)
	for _, w := range verdict.Windows {
		fmt.Println(w.Start.Format("2 January 15:04"), w.Feasible)
		for _, f := range w.Findings {
			fmt.Println(" ", f.Code, f.Facts.Holiday, f.Facts.Region)
		}
	}
	for _, s := range verdict.Suggestions {
		fmt.Println("or", s.Start.Format("2 January 15:04"))
	}
	// Output:
	// ready
	// 9 October 02:00 true
	// 31 October 10:00 false
	//   window.holiday Deepavali SG
	// or 1 November 10:00
	// or 9 October 04:00
}
