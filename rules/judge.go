package rules

import (
	"slices"
	"time"

	"github.com/refreshbot/refreshbot/rules/ticket"
)

// Judge says what the rules make of the answers at an instant: every finding at
// once, each window judged on its own, and windows that would work wherever one
// of the client's does not or is missing. Findings stand in the order of the
// codes.
//
// A ticket of no known kind gets the one finding that says so.
func Judge(a ticket.Answers, w World, now time.Time) Verdict {
	j := &judgement{world: w, answers: a, Verdict: Verdict{Kind: a.Kind}}
	if a.Kind == ticket.Unknown {
		j.find(RequestUnknownKind, Error, Facts{})
		j.Outcome = Ignored
		return j.Verdict
	}
	j.tenant()
	j.environments()
	j.preserve()
	j.remarks()
	j.windows(now)
	sortByCode(j.Findings)
	j.Outcome = j.outcome()
	if j.wantsSuggestions() {
		j.Suggestions, j.NoSuggestion = Suggest(j.Ask(), w, now, w.Policy.WindowsRequired)
	}
	return j.Verdict
}

// A judgement is a verdict in the making.
type judgement struct {
	Verdict
	world          World
	answers        ticket.Answers
	source, target *Environment // of the registry; nil where not found there
}

func (j *judgement) find(code Code, severity Severity, facts Facts) {
	j.Findings = append(j.Findings, Finding{code, severity, facts})
}

// refresh reports whether a database is to be copied.
func (j *judgement) refresh() bool { return j.Kind != ticket.SchemaUpdate }

// remarks says back what was asked for beside the answers, and asks about those
// that contradict each other.
func (j *judgement) remarks() {
	if j.answers.Mixed {
		j.find(RequestMixed, Info, Facts{})
	}
	if remark := j.answers.CopiesConfiguration; remark != nil {
		j.find(RequestCopiesConfiguration, Info, Facts{Written: remark.Written})
	}
	if remark := j.answers.VersionChosen; remark != nil {
		j.find(SchemaVersionChosen, Info, Facts{Written: remark.Written})
	}
	for _, c := range j.answers.Contradictions {
		j.find(AnswerContradictsField, Error, Facts{Question: c.Question, Written: c.Text, Field: c.Field})
	}
}

// windows judges the windows, each on its own and all together.
func (j *judgement) windows(now time.Time) {
	j.instant()
	v := newView(j.world, j.Ask(), now)
	var broken []Finding // of the point in time, each code once
	for _, win := range j.answers.Windows {
		window, pit := v.judge(win)
		j.Windows = append(j.Windows, window)
		for _, f := range pit {
			if !slices.ContainsFunc(broken, func(b Finding) bool { return b.Code == f.Code }) {
				broken = append(broken, f)
			}
		}
	}
	j.Findings = append(j.Findings, v.explain(broken)...)
	j.count()
	j.overlaps()
}

// instant takes over the point in time.
func (j *judgement) instant() {
	if j.Kind != ticket.PointInTime {
		return
	}
	switch at := j.answers.PointInTime; {
	case at == nil:
		j.find(PITMissing, Error, Facts{})
	case at.At.IsZero():
		j.find(PITUnreadable, Error, Facts{Written: at.Written, Readings: at.Readings})
	default:
		j.PointInTime = at.At.UTC()
	}
}

// count asks for the windows that are missing. A suggestion that was taken is
// enough by itself.
func (j *judgement) count() {
	needed, got := j.world.Policy.WindowsRequired, len(j.Windows)
	taken := slices.ContainsFunc(j.Windows, func(w Window) bool { return w.Written == "" })
	switch {
	case got == 0 && needed > 0:
		j.find(WindowsMissing, Error, Facts{Needed: needed})
	case got < needed && !taken:
		j.find(WindowsTooFew, Error, Facts{Needed: needed, Found: got})
	}
}

// overlaps names each window that shares an instant with one before it.
func (j *judgement) overlaps() {
	for i, w := range j.Windows {
		before := slices.IndexFunc(j.Windows[:i], func(o Window) bool { return o.Overlaps(w.Interval) })
		if before >= 0 && !w.Start.IsZero() {
			j.find(WindowsOverlap, Error, Facts{Window: j.Windows[before].Interval, Other: w.Interval})
		}
	}
}

// outcome returns the first row of the table that fits.
func (j *judgement) outcome() Outcome {
	feasible := slices.ContainsFunc(j.Windows, func(w Window) bool { return w.Feasible })
	asIs := slices.ContainsFunc(j.Windows, func(w Window) bool { return w.Feasible && !w.NeedsApproval })
	switch {
	case j.ForeignEnvironment != "" || j.has(EnvironmentOnPremise):
		return Declined
	case j.asks():
		return NeedsInfo
	case asIs:
		return Ready
	case feasible:
		return Exception
	default:
		return Reschedule
	}
}

func (j *judgement) has(code Code) bool {
	return slices.ContainsFunc(j.Findings, func(f Finding) bool { return f.Code == code })
}

// asks reports whether an answer has to be given, mended or confirmed.
func (j *judgement) asks() bool {
	asking := func(f Finding) bool { return f.Severity == Error && f.Code.aboutAnswer() }
	if slices.ContainsFunc(j.Findings, asking) {
		return true
	}
	return slices.ContainsFunc(j.Windows, func(w Window) bool { return slices.ContainsFunc(w.Findings, asking) })
}

// wantsSuggestions reports whether a window fell out or is missing. That a name is
// another tenant's makes no difference: it is answered like one that nobody has.
func (j *judgement) wantsSuggestions() bool {
	if j.has(EnvironmentOnPremise) {
		return false
	}
	return j.has(WindowsMissing) || j.has(WindowsTooFew) ||
		slices.ContainsFunc(j.Windows, func(w Window) bool { return !w.Feasible })
}
