package ticket

import (
	"slices"
	"time"
)

// ReadReply reads a comment: what it corrects, chooses, confirms or wants of
// the conversation. At is when it was written, asked what was open then.
//
// Windows holds the windows that the comment names, not those that stay as they
// were.
func ReadReply(text string, at time.Time, asked Asked) Reply {
	r := &replyReader{reader: newReader(text, at), asked: asked}
	out := Reply{Answers: Answers{Kind: Unknown}, Intent: r.intent()}
	if out.Intent == OutOfOffice {
		return out
	}
	out.Choices = r.choices()
	out.Letters = r.letters()
	r.fields = r.layout()
	r.list = r.items()
	out.Confirm = r.confirm()
	r.readInstant(&out)
	r.readEnvironments(&out)
	out.Windows = bounded(r.readWindows(out.Confirm))
	out.Preserve = r.readPreserve(out.Confirm)
	r.readKind(&out)
	out.CopiesConfiguration = r.copiesConfiguration()
	out.OnPremise = r.onPremise()
	return out
}

// replyReader reads a text with an eye to what was asked.
type replyReader struct {
	*reader
	asked  Asked
	fields []field
	list   []item
}

// asks tells whether one of the questions is open.
func (r *replyReader) asks(q Question) bool { return slices.Contains(r.asked.Questions, q) }

// readInstant finds the point in time: with its announcement, or alone where it
// was asked for.
func (r *replyReader) readInstant(out *Reply) {
	out.PointInTime = r.point(r.list, r.fields, r.asked.Kind == PointInTime)
	if out.PointInTime == nil && r.asks(AskPointInTime) {
		if p, ok := r.instantIn(r.list, 0, len(r.toks)); ok {
			out.PointInTime = p
		}
	}
}

// readEnvironments finds the environments that a comment names. One that stands
// alone answers the question that was asked; failing that, production is a
// source and all else a target.
func (r *replyReader) readEnvironments(out *Reply) {
	if r.asked.Kind == SchemaUpdate {
		out.Environments = r.allNames(0, len(r.toks), nil)
		if len(out.Environments) == 0 && r.asks(AskEnvironments) {
			out.Environments = r.allRoles(0, len(r.toks), nil)
		}
		return
	}
	var s sides
	r.labelled(r.fields, &s)
	all := r.mentions()
	r.judge(all)
	if s.source == nil {
		s.source = best(all, 1, s.target)
	}
	if s.target == nil {
		s.target = best(all, -1, s.source)
	}
	if s.source == nil && s.target == nil {
		r.assign(all, &s)
	}
	out.Source, out.Target = s.source, s.target
}

// assign gives the environments without a cue to the questions.
func (r *replyReader) assign(all []mention, s *sides) {
	names := distinct(r.notDenied(all))
	if len(names) == 0 && (r.asks(AskSource) != r.asks(AskTarget)) && len(all) > 0 {
		names = all[:1] // a role word, as asked
	}
	switch {
	case len(names) == 2 && r.asks(AskSource) && r.asks(AskTarget):
		s.source, s.target = &names[0].env, &names[1].env
	case len(names) != 1:
	case r.asks(AskSource) && !r.asks(AskTarget):
		s.source = &names[0].env
	case r.asks(AskTarget) && !r.asks(AskSource):
		s.target = &names[0].env
	case names[0].isName && isProduction(names[0]):
		s.source = &names[0].env
	default:
		s.target = &names[0].env
	}
}

// notDenied drops what a comment says it is not: "X_uat, not X_test".
func (r *replyReader) notDenied(all []mention) []mention {
	return slices.DeleteFunc(slices.Clone(all), func(m mention) bool {
		return r.tok(m.tok-1).has(isNot) || r.phrase(m.tok-2, "instead", "of") || r.phrase(m.tok-2, "rather", "than")
	})
}

// readPreserve reads the answer about users; a plain yes or no is one where
// nothing else that takes a yes or no was asked.
func (r *replyReader) readPreserve(plain YesNo) Preserve {
	for k := range r.fields {
		if f := &r.fields[k]; f.slot == preserveSlot {
			if p := r.answerAbout(f.start, r.answerEnd(f.start, f.end), r.asksToWipe(f)); p.Answer != NotStated {
				return p
			}
		}
	}
	if p := r.aboutUsers(); p.Answer != NotStated {
		return p
	}
	if p := r.answerToUsers(); p.Answer != NotStated {
		return p
	}
	if !r.asks(AskPreserve) || r.asks(AskConfirm) && plain != NotStated {
		return Preserve{}
	}
	if plain == NotStated && !r.mayBePreserve() {
		return Preserve{}
	}
	return r.answerAbout(0, r.answerEnd(0, len(r.toks)), false)
}

// answerToUsers reads "no to users", "yes for the security list".
func (r *replyReader) answerToUsers() Preserve {
	for k := range r.toks {
		if !r.tok(k).has(isYes | isNo) {
			continue
		}
		for n := k + 1; n < k+6 && !r.tok(n).breaks() && !r.tok(n).is('.') && !r.tok(n).is(','); n++ {
			if r.tok(n).has(isUsers) {
				return r.answerAbout(k, k+1, false)
			}
		}
	}
	return Preserve{}
}

// mayBePreserve tells whether a comment that is no plain yes or no can still be
// about the users: it names neither dates nor environments, and says something
// of keeping or of doubt.
func (r *replyReader) mayBePreserve() bool {
	if len(r.list) > 0 {
		return false
	}
	for k := range r.toks {
		t := r.tok(k)
		if t.kind == aName {
			return false
		}
		if t.has(isKeep|isWipe|isUnsure) || r.isHedge(k) || t.kind == aBox {
			return true
		}
	}
	return len(r.asked.Questions) == 1 && len(r.toks) < 12 && !r.hasGreeting()
}

// hasGreeting tells a comment of mere thanks.
func (r *replyReader) hasGreeting() bool {
	for k := range r.toks {
		if r.isOneOf(k, "thanks", "thank", "thx", "great", "hello", "hi", "ok", "okay", "noted", "received") {
			return true
		}
	}
	return false
}

// readKind notes where a comment changes the kind of request.
func (r *replyReader) readKind(out *Reply) {
	c := r.cues()
	switch r.asked.Kind {
	case Standard, PointInTime:
		out.Mixed = c.schema && (c.refresh || out.Source == nil && out.Target == nil)
		if r.asked.Kind == Standard && out.PointInTime != nil {
			out.Kind = PointInTime
		}
	case SchemaUpdate:
		out.VersionChosen = r.versionChosen()
	default:
		out.Kind, out.Mixed = kindOf(c, sides{source: out.Source, target: out.Target}, anyTimed(out.Windows), out.PointInTime)
	}
}
