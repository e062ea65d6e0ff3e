package bot

import (
	"slices"
	"strings"
	"unicode"

	"github.com/refreshbot/refreshbot/rules"
	"github.com/refreshbot/refreshbot/rules/ticket"
)

// heard is what a turn's new words came to.
type heard struct {
	changed []ticket.Question // answers that are not what they were
	chosen  bool              // a suggestion was taken
	settled bool              // a doubt was confirmed, or denied
	kept    bool              // the client likes a window that is on the table
	unknown []int             // numbers that were never offered
	again   bool              // nobody spoke: the bot takes the ticket back
	intent  ticket.Intent
	words   []words // messages from which nothing else was read
}

// words are a client's, for a person to read.
type words struct{ by, text string }

func (h heard) nothing() bool {
	return !h.shapes() && h.intent == ticket.NoIntent && len(h.words) == 0
}

// shapes reports whether the request has to be judged again.
func (h heard) shapes() bool {
	return len(h.changed) > 0 || h.chosen || h.settled || h.kept || len(h.unknown) > 0
}

// anew reports whether there is something that a request which was declined can
// be judged by again.
func (h heard) anew() bool { return len(h.changed) > 0 || h.chosen || h.settled }

// weight grows with everything that is heard.
func (h heard) weight() int {
	n := len(h.changed) + len(h.unknown)
	for _, said := range []bool{h.chosen, h.settled, h.kept} {
		if said {
			n++
		}
	}
	return n
}

func (h *heard) change(q ticket.Question) {
	if !slices.Contains(h.changed, q) {
		h.changed = append(h.changed, q)
	}
}

// read reads whatever of the ticket has not been dealt with: the description
// where its text is another, then new and edited comments, oldest first.
func (t *turn) read() heard {
	var h heard
	t.readDescription(&h)
	for _, c := range t.f.Ticket.Comments {
		if c.Own || !c.Public || c.Insider {
			continue // not a client's, and not worth remembering
		}
		hash := commentHash(c)
		if t.c.Seen.Comments[c.ID] == hash {
			continue
		}
		if t.c.Seen.Comments == nil {
			t.c.Seen.Comments = map[string]string{}
		}
		t.c.Seen.Comments[c.ID] = hash
		if t.counts(c) {
			t.readComment(c, &h)
		}
	}
	return h
}

// counts reports whether a public comment is the client's word: by the reporter,
// a participant or a member of the same organisation.
func (t *turn) counts(c Comment) bool {
	if t.f.House.same(c.Author, t.c.Reporter) {
		return true
	}
	if slices.ContainsFunc(t.f.Ticket.Participants, func(p Person) bool { return t.f.House.same(c.Author, p) }) {
		return true
	}
	return t.colleague(c.Author)
}

// colleague reports whether somebody's e-mail address is of the reporter's own
// tenant.
func (t *turn) colleague(p Person) bool {
	registry, mine := t.f.World.Registry, t.tenant()
	if registry == nil || mine == nil || p.Email == "" {
		return false
	}
	theirs, ok := registry.TenantOf(nil, p.Email)
	return ok && theirs.Name == mine.Name
}

// readDescription reads the summary, the description and the form's fields. What
// was answered in a comment since stays, unless the edit changes that answer.
func (t *turn) readDescription(h *heard) {
	k, hash := t.f.Ticket, describedHash(t.f.Ticket)
	if t.c.Seen.Description == hash {
		return
	}
	at := k.Created
	if k.DescribedAt.After(at) {
		at = k.DescribedAt
	}
	answers := ticket.Read(k.Summary+"\n\n"+k.Description, at)
	joinFields(&answers, k.Fields, at)
	old := t.c.Seen.Read
	firstTime := t.c.Seen.Description == ""
	t.c.Seen.Description, t.c.Seen.Read = hash, answers
	if firstTime {
		old = ticket.Answers{Kind: ticket.Unknown}
		t.c.Answers = old
	}
	t.merge(edit(old, answers), Origin{At: at}, h)
	t.edited(old.Windows, answers.Windows, h)
}

// edited carries an edit's windows over to the table: those that the edit took
// away go, and new ones come with the edit's time.
func (t *turn) edited(old, now []ticket.Window, h *heard) {
	removed := missing(old, now)
	added := missing(now, old)
	if len(removed)+len(added) == 0 {
		return
	}
	h.change(ticket.AskWindows)
	t.keep(func(w ticket.Window) bool { return !contains(removed, w) })
	for _, w := range added {
		t.put(w, t.letter())
	}
}

// readComment merges what a comment says.
func (t *turn) readComment(c Comment, h *heard) {
	at := c.Created
	if c.Edited.After(at) {
		at = c.Edited
	}
	reply := ticket.ReadReply(c.Body, at, t.asked())
	if reply.Intent == ticket.OutOfOffice {
		return
	}
	before := h.weight()
	t.merge(reply.Answers, Origin{Comment: c.ID, At: at}, h)
	if len(reply.Windows) > 0 {
		t.propose(reply.Windows, h)
	}
	t.choose(reply.Choices, h)
	t.confirmDoubts(reply.Confirm, h)
	h.kept = h.kept || len(reply.Letters) > 0 && t.c.Asking()
	if reply.Intent != ticket.NoIntent && h.intent != ticket.Cancel {
		h.intent = reply.Intent
	}
	if h.weight() == before && reply.Intent == ticket.NoIntent && !smallTalk(c.Body) {
		h.words = append(h.words, words{display(c.Author), c.Body})
	}
}

// smallTalk reports whether a comment is a mere "thanks": a few words, no
// figure, no question.
func smallTalk(body string) bool {
	return len(body) < 60 && !strings.ContainsFunc(body, func(r rune) bool {
		return unicode.IsDigit(r) || r == '?'
	})
}

// merge takes over the answers that a message gives; windows go their own way.
func (t *turn) merge(said ticket.Answers, from Origin, h *heard) {
	a := &t.c.Answers
	set := func(q ticket.Question) {
		h.change(q)
		if t.c.Origins == nil {
			t.c.Origins = map[ticket.Question]Origin{}
		}
		t.c.Origins[q] = from
		a.Contradictions = without(a.Contradictions, q)
	}
	if said.Source != nil {
		a.Source = said.Source
		set(ticket.AskSource)
	}
	if said.Target != nil {
		a.Target = said.Target
		set(ticket.AskTarget)
	}
	if len(said.Environments) > 0 {
		a.Environments = said.Environments
		set(ticket.AskEnvironments)
	}
	if said.Preserve.Answer != ticket.NotStated {
		a.Preserve = said.Preserve
		set(ticket.AskPreserve)
	}
	if said.PointInTime != nil {
		a.PointInTime = said.PointInTime
		set(ticket.AskPointInTime)
	}
	t.mergeRemarks(said, h)
}

// mergeRemarks takes over what a message says beside the answers.
func (t *turn) mergeRemarks(said ticket.Answers, h *heard) {
	a := &t.c.Answers
	if said.Kind != ticket.Unknown && said.Kind != "" && said.Kind != a.Kind {
		a.Kind = said.Kind
		h.settled = true
	}
	a.Mixed = a.Mixed || said.Mixed
	if said.CopiesConfiguration != nil {
		a.CopiesConfiguration = said.CopiesConfiguration
	}
	if said.VersionChosen != nil {
		a.VersionChosen = said.VersionChosen
	}
	if said.OnPremise != nil {
		a.OnPremise = said.OnPremise
		h.settled = true
	}
	if len(said.Contradictions) > 0 {
		a.Contradictions = said.Contradictions
	}
}

// confirmDoubts settles what a plain yes or no answers: windows that were
// converted from another zone, or put into a year that was not stated.
func (t *turn) confirmDoubts(answer ticket.YesNo, h *heard) {
	if answer != ticket.Yes && answer != ticket.No || !slices.Contains(t.asked().Questions, ticket.AskConfirm) {
		return
	}
	h.settled = true
	for i := range t.c.Answers.Windows {
		w := &t.c.Answers.Windows[i]
		if answer == ticket.Yes && (slices.Contains(w.Doubts, ticket.NotUTC) || slices.Contains(w.Doubts, ticket.YearAssumed)) {
			w.Confirmed = true
		}
	}
}

// asked is what is open: it tells the reader how to take a bare "no" or "2".
func (t *turn) asked() ticket.Asked {
	asked := ticket.Asked{Kind: t.c.Answers.Kind, Windows: t.c.Answers.Windows}
	all := slices.Clone(t.c.Verdict.Findings)
	for _, w := range t.c.Verdict.Windows {
		all = append(all, w.Findings...)
	}
	for _, f := range errorsIn(all) {
		if q := questionOf(f); q != "" && !slices.Contains(asked.Questions, q) {
			asked.Questions = append(asked.Questions, q)
		}
	}
	for _, o := range t.c.Offers {
		asked.Options = append(asked.Options, o.Number)
	}
	for _, label := range t.c.Labels {
		if isLetter(label) {
			asked.Letters = append(asked.Letters, label)
		}
	}
	return asked
}

// questionOf returns the question that a finding leaves open.
func questionOf(f rules.Finding) ticket.Question {
	switch f.Code {
	case rules.SourceMissing, rules.SourceUnknown:
		return ticket.AskSource
	case rules.TargetMissing, rules.TargetUnknown, rules.TargetSameAsSource:
		return ticket.AskTarget
	case rules.EnvironmentsMissing, rules.EnvironmentsOnePerSlot:
		return ticket.AskEnvironments
	case rules.PreserveUnreadable, rules.PreserveSchemaMismatch:
		return ticket.AskPreserve
	case rules.PITMissing, rules.PITUnreadable, rules.PITTooOld, rules.PITAfterWindow:
		return ticket.AskPointInTime
	case rules.WindowNotUTC, rules.WindowYearAssumed:
		return ticket.AskConfirm
	case rules.AnswerContradictsField:
		return f.Facts.Question
	default:
		if strings.HasPrefix(string(f.Code), "window") {
			return ticket.AskWindows
		}
		return ""
	}
}

// edit returns the answers that an edit changed, without the windows.
func edit(old, now ticket.Answers) ticket.Answers {
	said := now
	said.Windows = nil
	if old.Source != nil && now.Source != nil && strings.EqualFold(old.Source.Written, now.Source.Written) {
		said.Source = nil
	}
	if old.Target != nil && now.Target != nil && strings.EqualFold(old.Target.Written, now.Target.Written) {
		said.Target = nil
	}
	if slices.EqualFunc(old.Environments, now.Environments, func(a, b ticket.Environment) bool {
		return strings.EqualFold(a.Written, b.Written)
	}) {
		said.Environments = nil
	}
	if old.Preserve.Answer == now.Preserve.Answer {
		said.Preserve = ticket.Preserve{}
	}
	if old.PointInTime != nil && now.PointInTime != nil && old.PointInTime.Written == now.PointInTime.Written {
		said.PointInTime = nil
	}
	return said
}

func without(list []ticket.Contradiction, q ticket.Question) []ticket.Contradiction {
	return slices.DeleteFunc(slices.Clone(list), func(c ticket.Contradiction) bool { return c.Question == q })
}
