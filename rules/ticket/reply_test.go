package ticket_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// said is a Monday.
var said = time.Date(2026, 5, 11, 8, 0, 0, 0, time.UTC)

// table returns the windows of a text, as they lie on the table.
func table(text string) []ticket.Window {
	return ticket.Read("Refresh X_test from X_prod. "+text, said.Add(-time.Hour)).Windows
}

// reply prints what a comment says, one thing a line.
func reply(r ticket.Reply) string {
	lines := []string{}
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if r.Intent != ticket.NoIntent {
		add("intent %s", r.Intent)
	}
	if len(r.Choices) > 0 {
		add("choices %v", r.Choices)
	}
	if len(r.Letters) > 0 {
		add("letters %v", r.Letters)
	}
	if r.Confirm != ticket.NotStated {
		add("confirm %s", r.Confirm)
	}
	said := strings.Split(strings.TrimSpace(render(r.Answers)), "\n")
	if r.Kind == ticket.Unknown && !r.Mixed {
		said = said[1:]
	}
	return strings.Join(append(lines, said...), "\n")
}

func TestReadReply(t *testing.T) {
	offer := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskWindows}, Options: []int{1, 2}, Letters: []string{"A", "B"}, Windows: table("18 May 2026 10:00-12:00 UTC or 19 May 2026 14:00-16:00 UTC")}
	later := offer
	later.Options = []int{3, 4}
	target := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskTarget}}
	source := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskSource}}
	users := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskPreserve}}
	zone := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskConfirm}, Windows: table("18 May 2026 10:00-12:00 SGT or 19 May 2026 10:00-12:00 SGT")}
	doubtful := ticket.Asked{Kind: ticket.Standard, Questions: []ticket.Question{ticket.AskWindows}, Windows: table("06/07/2026 10:00-12:00 UTC or 19 May 2026 10:00-12:00 IST")}
	instant := ticket.Asked{Kind: ticket.PointInTime, Questions: []ticket.Question{ticket.AskPointInTime}}
	schema := ticket.Asked{Kind: ticket.SchemaUpdate, Questions: []ticket.Question{ticket.AskEnvironments}}
	nothing := ticket.Asked{Kind: ticket.Standard}
	var got strings.Builder
	for _, c := range []struct {
		text  string
		asked ticket.Asked
	}{
		{"1", offer},
		{"2 please", offer},
		{"option 1", offer},
		{"Option 2 works for us, thanks!", offer},
		{"We take option #2.", offer},
		{"the second one", offer},
		{"First one please", offer},
		{"1 or 2, whatever is better", offer},
		{"Both are fine", offer},
		{"1) is good", offer},
		{"2.", offer},
		{"2nd option", offer},
		{"not 1 but 2", offer},
		{"Hi team,\n\n4\n\nRegards, Ann", later},
		{"the first one", later},
		{"1", nothing},
		{"A is fine", offer},
		{"Let's keep window B", offer},
		{"a", offer},
		{"We need a refresh", offer},
		{"20 May 2026 10:00-12:00 UTC please", offer},
		{"make it Thursday same time", offer},
		{"Can we move B to 22 May, same time?", offer},
		{"make it 16:00-18:00 UTC instead", offer},
		{"Window 1: 20 May 2026 10:00-12:00 UTC\nWindow 2: 21 May 2026 10:00-12:00 UTC", offer},
		{"next week would be better", offer},
		{"it should be ABCD_uat", target},
		{"ABCD_uat", target},
		{"UAT", target},
		{"Sorry, target is ABCD_uat, not ABCD_test", nothing},
		{"The source should be ABCD_prod2", nothing},
		{"ABCD_prod", source},
		{"Please use ABCD_preprod as source instead", nothing},
		{"Source: ABCD_prod\nTarget: ABCD_test\nPreserve users: yes", nothing},
		{"yes", users},
		{"No.", users},
		{"Please keep them", users},
		{"not sure, what is usual?", users},
		{"no to users", offer},
		{"users: yes", offer},
		{"do not preserve the users, and option 2", offer},
		{"yes, UTC", zone},
		{"Yes that is correct", zone},
		{"no, I meant UTC", zone},
		{"confirmed", zone},
		{"I meant 6 July", doubtful},
		{"7 June of course, and India time", doubtful},
		{"30 April 2026 18:00 UTC", instant},
		{"as of 30 April 2026, 18:00 UTC", nothing},
		{"ABCD_test and ABCD_uat", schema},
		{"Please cancel this request", offer},
		{"We no longer need this, sorry", offer},
		{"please don't cancel, option 1", offer},
		{"cancel window 1, we take option 2", offer},
		{"any update?", offer},
		{"What is the status of this?", offer},
		{"Can I talk to a human please", offer},
		{"I would like to speak to someone", offer},
		{"Automatic reply: I am out of office until 20 May 2026 10:00. For urgent matters option 1 is my colleague.", offer},
		{"Thanks a lot!", offer},
		{"2\n\nOn Mon, 11 May 2026 at 07:00, Help Center wrote:\n> 1: Wednesday 20 May 2026 01:30 to 03:30 UTC\n> 2: Thursday", offer},
		{"{quote}1: Wed 20 May 2026 01:30-03:30 UTC{quote}\nthis one please: option 1", offer},
	} {
		fmt.Fprintf(&got, "%q\n\t%s\n", c.text, strings.ReplaceAll(reply(ticket.ReadReply(c.text, said, c.asked)), "\n", "\n\t"))
	}
	const golden = "testdata/replies.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}
