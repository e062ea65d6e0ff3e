package clone

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/refreshbot/refreshbot/bot"
	"github.com/refreshbot/refreshbot/integrations/clone/mask"
)

// A Forecast is what a run would do, as `refreshbot clone plan` prints it. The
// verification of the run holds the result against exactly these tables.
type Forecast struct {
	Source      string        `json:"source"`
	Target      string        `json:"target"`
	Plan        int           `json:"plan"` // its version
	Tasks       []Forestep    `json:"tasks"`
	Tables      []Outcome     `json:"tables"`
	Loose       []Outcome     `json:"loose,omitempty"` // of values that stand in no table
	SourceBytes int64         `json:"source_bytes"`
	TargetBytes int64         `json:"target_bytes"`
	FreeBytes   int64         `json:"free_bytes"` // on the target's disk; below zero: not known
	Estimate    time.Duration `json:"estimate_ns"`
	Window      time.Duration `json:"window_ns"` // 0: any time
	Missing     []string      `json:"missing"`   // what stands in the way, a line each
	Notes       []string      `json:"notes,omitempty"`
}

// A Forestep is one task of a forecast.
type Forestep struct {
	Number int    `json:"number"`
	ID     TaskID `json:"id"`
	Title  string `json:"title"`
}

// Forecast says what a run of the order would do. What stands in its way is not
// an error but in Missing.
func (e *Engine) Forecast(ctx context.Context, o bot.RunOrder) (Forecast, error) {
	j, err := e.job(bot.Run{Order: o}, newProgress(e.plan))
	if err != nil {
		return Forecast{}, err
	}
	f, s, err := j.forecast(ctx)
	if err != nil && ctx.Err() == nil {
		f.Missing = append(f.Missing, err.Error())
	}
	f.Plan = e.plan.version
	past := e.experience(ctx, j.Target.Name)
	for _, t := range e.plan.tasks {
		f.Tasks = append(f.Tasks, Forestep{Number: t.Number, ID: t.ID, Title: t.Title})
		f.Estimate += past.expect(t.ID, load{f.SourceBytes, s.Rate})
	}
	if w := f.Window; w > 0 && f.Estimate > w {
		f.Missing = append(f.Missing, fmt.Sprintf("about %s are needed, the window has %s", f.Estimate, w))
	}
	return f, ctx.Err()
}

// Estimate implements bot.Cloner.
func (e *Engine) Estimate(ctx context.Context, o bot.RunOrder) (bot.Estimate, error) {
	f, err := e.estimates.recall(o, e.ports.Clock.Now(), func() (Forecast, error) { return e.Forecast(ctx, o) })
	if bot.KindOf(err) == bot.Invalid {
		return bot.Estimate{Missing: []string{err.Error()}}, nil
	}
	return bot.Estimate{Length: f.Estimate, Missing: f.Missing}, err
}

// forecast surveys both databases and says what becomes of the tables and what
// stands in the way.
func (j *Job) forecast(ctx context.Context) (Forecast, Survey, error) {
	o := j.Run.Order
	f := Forecast{Source: j.Source.Name, Target: j.Target.Name, Missing: j.refusals()}
	if !o.Window.End.IsZero() {
		f.Window = o.Window.End.Sub(o.Window.Start)
	}
	s, err := j.DB.Survey(ctx, j.site())
	if err != nil {
		return f, s, err
	}
	f.SourceBytes, f.TargetBytes, f.FreeBytes = s.Source.Bytes, s.Target.Bytes, s.Free
	f.Notes = s.Notes
	f.Tables, f.Loose = outcomes(j.Profile, s, o.PreserveUsers), loose(j.Profile, s.Source)
	f.Missing = append(f.Missing, misfits(j.Profile, s, o.PreserveUsers)...)
	m, err := mask.New(j.Config.MailDomain, j.Config.MaskKey)
	if err != nil {
		return f, s, err
	}
	f.Missing = append(f.Missing, tight(f.Tables, m.MinLength())...)
	if need := s.Source.Bytes + s.Source.Bytes/2; s.Free >= 0 && s.Free < need {
		f.Missing = append(f.Missing, fmt.Sprintf("the target's disk has %s free, %s are needed", size(s.Free), size(need)))
	}
	return f, s, nil
}

// refusals are the reasons against an order that need no look at a database.
func (j *Job) refusals() []string {
	var lines []string
	o := j.Run.Order
	if j.Target.Production && !o.GoLive {
		lines = append(lines, j.Target.Name+" is a production environment, and the order is not a go-live")
	}
	if !o.AsOf.IsZero() {
		lines = append(lines, "this kind of database can't be copied as of an earlier instant")
	}
	if o.PreserveUsers && j.Source.SchemaVersion != j.Target.SchemaVersion {
		lines = append(lines, fmt.Sprintf("users can't be preserved: %s has schema %s and %s has %s",
			j.Source.Name, j.Source.SchemaVersion, j.Target.Name, j.Target.SchemaVersion))
	}
	return lines
}

// A load is how much there is to be copied, and how fast that usually goes.
type load struct {
	bytes int64
	rate  int64 // bytes a second
}

// usual is how long a task usually takes. To read the new database back takes half
// as long as to fill it.
func usual(id TaskID, l load) time.Duration {
	const step = 2 * time.Second
	if !grows(id) || l.rate <= 0 {
		return step
	}
	filling := time.Duration(float64(l.bytes) / float64(l.rate) * float64(time.Second)).Truncate(time.Second)
	if id == copyTask {
		return step + filling
	}
	return step + filling/2
}

// WriteJSON writes the forecast as one JSON object.
func (f Forecast) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// WriteText writes the forecast for people.
func (f Forecast) WriteText(w io.Writer) error {
	var s strings.Builder
	free := "an unknown size"
	if f.FreeBytes >= 0 {
		free = size(f.FreeBytes)
	}
	fmt.Fprintf(&s, "%s over %s: %s over %s, %s free, about %s", f.Source, f.Target,
		size(f.SourceBytes), size(f.TargetBytes), free, f.Estimate)
	if f.Window > 0 {
		fmt.Fprintf(&s, " of a window of %s", f.Window)
	}
	s.WriteString("\n\ntasks, in their order\n")
	for _, t := range f.Tasks {
		fmt.Fprintf(&s, "  %-28s %s\n", t.ID, t.Title)
	}
	s.WriteString("\ntables\n")
	f.writeTables(&s)
	for _, n := range f.Notes {
		fmt.Fprintf(&s, "\nnote: %s", n)
	}
	for _, m := range f.Missing {
		fmt.Fprintf(&s, "\nmissing: %s", m)
	}
	if len(f.Notes)+len(f.Missing) > 0 {
		s.WriteString("\n")
	}
	if _, err := io.WriteString(w, s.String()); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

func (f Forecast) writeTables(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range slices.Concat(f.Tables, f.Loose) {
		var columns []string
		for _, m := range t.Masks {
			columns = append(columns, m.Column)
		}
		note := ""
		if t.Fate == FateMasked || t.Fate == FateMerged {
			note = strings.Join(columns, ", ")
		}
		fmt.Fprintf(table, "  %s\t%s\t%d rows\t%s\n", t.Table, t.Fate, t.Rows, note)
	}
	// A tabwriter fails when what is below it does: a strings.Builder does not.
	_ = table.Flush()
}

// size writes a number of bytes for people.
func size(n int64) string {
	const unit = 1024
	switch {
	case n < unit:
		return fmt.Sprintf("%d B", n)
	case n < unit*unit:
		return fmt.Sprintf("%.1f KiB", float64(n)/unit)
	case n < unit*unit*unit:
		return fmt.Sprintf("%.1f MiB", float64(n)/(unit*unit))
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/(unit*unit*unit))
}

// trim takes the blanks from a line's end.
func trim(line string) string { return strings.TrimRight(line, " ") }
