package slack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/refreshbot/refreshbot/bot"
)

// maxTasks is how many tasks a plan block takes.
const maxTasks = 50

// drawProgress draws a run: how far it is, every task, what is wrong, and when it is
// expected to be over. (What was verified is told in the thread at its end.) With
// simple it uses sections, for a workspace that takes no plan block.
func drawProgress(ticket bot.TicketKey, r bot.RunReport, simple bool) drawing {
	title := progressTitle(ticket, r)
	d := drawing{text: escape(title)}
	if simple {
		d.blocks = simpleTasks(title, r)
	} else {
		d.blocks = []slack.Block{planBlock(title, r)}
		if sizeOf(d.blocks...) > maxWhole/2 { // what else there is to say has room behind it
			d.blocks = []slack.Block{planBlock(title, briefly(r))}
		}
	}
	if r.Problem != "" {
		d.blocks = append(d.blocks, section("⚠  "+escape(r.Problem)))
	}
	if r.Question != "" {
		d.blocks = append(d.blocks, section("*?*  "+escape(r.Question)))
	}
	if line := outlook(r); line != "" {
		d.blocks = append(d.blocks, slack.NewContextBlock("outlook", mrkdwn(escape(line), maxField)))
	}
	d.blocks = fit(d.blocks)
	return d
}

// briefly leaves out of a report what there is to say of tasks that are done.
func briefly(r bot.RunReport) bot.RunReport {
	r.Tasks = slices.Clone(r.Tasks)
	for i := range r.Tasks {
		if r.Tasks[i].State == bot.TaskDone {
			r.Tasks[i].Detail = ""
		}
	}
	return r
}

// progressTitle is a run in a line: "HELP-7: 12 of 31 tasks done".
func progressTitle(ticket bot.TicketKey, r bot.RunReport) string {
	of := fmt.Sprintf("%d of %d tasks", finished(r), len(r.Tasks))
	what := map[bot.RunState]string{
		bot.RunPending:    "about to start",
		bot.RunRunning:    of + " done",
		bot.RunSucceeded:  "all " + fmt.Sprint(len(r.Tasks)) + " tasks done",
		bot.RunFailed:     "stands still after " + of,
		bot.RunRolledBack: "rolled back",
	}[r.State]
	if what == "" {
		what = of + " done"
	}
	if ticket == "" {
		return string(r.Run) + ": " + what
	}
	return string(ticket) + ": " + what
}

func finished(r bot.RunReport) int {
	n := 0
	for _, t := range r.Tasks {
		if t.State == bot.TaskDone || t.State == bot.TaskSkipped {
			n++
		}
	}
	return n
}

// outlook says when a run is expected to be over, and whether there is a way back.
func outlook(r bot.RunReport) string {
	var parts []string
	if !r.State.Over() && !r.Finish.IsZero() {
		parts = append(parts, "expected to be over at "+r.Finish.UTC().Format("15:04")+" UTC")
	}
	if r.Swapped && r.State != bot.RunRolledBack {
		parts = append(parts, "the new database is in place, the old one is parked")
	} else if !r.State.Over() {
		parts = append(parts, "the target is untouched so far")
	}
	return strings.Join(parts, "  ·  ")
}

// planBlock shows the tasks as Slack shows plans: one card each, drawn again in
// place as they go on.
func planBlock(title string, r bot.RunReport) *slack.PlanBlock {
	tasks := r.Tasks[:min(len(r.Tasks), maxTasks)]
	cards := make([]*slack.TaskCardBlock, len(tasks))
	for i, t := range tasks {
		card := slack.NewTaskCardBlock(t.ID, clip(printable(taskTitle(t)), maxHeader)).
			WithStatus(taskStatus(t.State))
		if note := taskNote(t); note != "" {
			card = card.WithOutput(richText(clip(printable(note), 500)))
		}
		cards[i] = card
	}
	return slack.NewPlanBlock(clip(printable(title), maxHeader), slack.PlanBlockOptionBlockID("plan")).
		WithTasks(cards...)
}

// taskStatus maps a task's state to the four that Slack has. The word for done is
// "complete"; "completed" would be refused.
func taskStatus(s bot.TaskState) slack.TaskCardStatus {
	switch s {
	case bot.TaskRunning:
		return slack.TaskCardStatusInProgress
	case bot.TaskDone, bot.TaskSkipped:
		return slack.TaskCardStatusComplete
	case bot.TaskFailed, bot.TaskUnknown:
		return slack.TaskCardStatusError
	default:
		return slack.TaskCardStatusPending
	}
}

func taskTitle(t bot.TaskReport) string { return fmt.Sprintf("%02d  %s", t.Number, t.Name) }

// taskNote is what stands under a task: why it is not simply done.
func taskNote(t bot.TaskReport) string {
	var parts []string
	switch t.State {
	case bot.TaskSkipped:
		parts = append(parts, "skipped")
	case bot.TaskUnknown:
		parts = append(parts, "outcome not known")
	default:
	}
	if t.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("attempt %d", t.Attempts))
	}
	if t.Detail != "" {
		parts = append(parts, t.Detail)
	}
	return strings.Join(parts, ": ")
}

// richText is a text in which nothing has a meaning, as task cards want it.
func richText(s string) *slack.RichTextBlock {
	return slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(s, nil)))
}

// simpleTasks shows the same with sections: a bar, then the tasks, sixteen to a
// section so that none comes near the limit.
func simpleTasks(title string, r bot.RunReport) []slack.Block {
	const perSection, width = 16, 100
	head := styled(bot.Piece{Text: title, Style: bot.Strong})
	blocks := []slack.Block{section(head + "\n" + bar(finished(r), len(r.Tasks)))}
	tasks := r.Tasks[:min(len(r.Tasks), maxTasks)]
	for len(tasks) > 0 {
		n := min(len(tasks), perSection)
		lines := make([]string, n)
		for i, t := range tasks[:n] {
			lines[i] = taskMark(t.State) + "  " + clip(escape(taskTitle(t)), width)
			if note := taskNote(t); note != "" && t.State != bot.TaskDone {
				lines[i] += " — " + clip(escape(note), width/2)
			}
		}
		blocks = append(blocks, section(strings.Join(lines, "\n")))
		tasks = tasks[n:]
	}
	return blocks
}

func taskMark(s bot.TaskState) string {
	switch s {
	case bot.TaskDone:
		return "✓"
	case bot.TaskSkipped:
		return "–"
	case bot.TaskRunning:
		return "▸"
	case bot.TaskFailed:
		return "✕"
	case bot.TaskUnknown:
		return "?"
	default:
		return "○"
	}
}

// bar draws done of all in twenty steps.
func bar(done, all int) string {
	const steps = 20
	full := 0
	if all > 0 {
		full = done * steps / all
	}
	return strings.Repeat("▰", full) + strings.Repeat("▱", steps-full)
}
