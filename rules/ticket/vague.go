package ticket

import (
	"slices"
	"sort"
)

// keepVague drops the dates without a time that are no proposals: they are kept
// under a label for windows, next to a window, and, where the text holds no
// window at all, in a sentence that asks for the work.
func (r *reader) keepVague(raw []rawWindow, fields []field) []rawWindow {
	timed := false
	for k := range raw {
		timed = timed || !raw[k].vague
	}
	kept := raw[:0:0]
	for k := range raw {
		w := &raw[k]
		if !w.vague || r.inWindowField(fields, w.start) || r.besideWindow(raw, k) || !timed && r.isProposed(w.start) {
			kept = append(kept, *w)
		}
	}
	return kept
}

// inWindowField tells whether the token at i answers a question about windows.
func (r *reader) inWindowField(fields []field, i int) bool {
	behind := sort.Search(len(fields), func(k int) bool { return fields[k].start > i })
	for k := behind - 1; k >= 0 && fields[k].end > i; k-- {
		f := &fields[k]
		if (f.slot == windowSlot || f.slot == schemaWindowSlot || f.slot == noSlot && f.mark == 3) && i < r.answerEnd(f.start, f.end) {
			return true
		}
	}
	return false
}

// besideWindow tells whether a date without a time is joined to a window.
func (r *reader) besideWindow(raw []rawWindow, k int) bool {
	if k > 0 && !raw[k-1].vague && r.gapBetween(raw[k-1].end, raw[k].start) == near {
		return true
	}
	return k+1 < len(raw) && !raw[k+1].vague && r.gapBetween(raw[k].end, raw[k+1].start) == near
}

// isProposed tells whether the sentence around i asks for the work, or is
// nothing but dates.
func (r *reader) isProposed(i int) bool {
	start, end := r.sentence(i)
	only := true
	for k := start; k < end; k++ {
		t := r.tok(k)
		if t.has(isRefresh|isCopy|isSchema|isUpgrade|isSlot) || t.kind == aName {
			return true
		}
		if t.kind == aWord && !t.has(joins|isMonth|isWeekday|isNext|isThis) && !looseTimes[lowerString(r.text(t))] {
			only = false
		}
	}
	return only
}

// addVague adds the labelled windows that give no date at all: "Window 2: next
// week".
func (r *reader) addVague(raw []rawWindow, fields []field) []rawWindow {
	if len(raw) == 0 {
		return raw
	}
	at := 0
	for k := range fields {
		f := &fields[k]
		if len(raw) > mostWindows {
			break
		}
		if f.slot != windowSlot || f.form {
			continue
		}
		end := r.answerEnd(f.start, f.end)
		for at < len(raw) && raw[at].end <= f.start {
			at++
		}
		if at < len(raw) && raw[at].start < end {
			continue
		}
		for i := f.start; i < end; i++ {
			if n := r.vaguePhrase(i); n > 0 {
				raw = slices.Insert(raw, at, rawWindow{start: i, end: i + n, vague: true})
				break
			}
		}
	}
	return raw
}

// looseTimes are the words of a time that is none.
var looseTimes = setOf("week weekend month sometime some anytime any evening morning afternoon during early mid late end beginning over within")

// vagueAnswers quotes what stands where windows were asked for, and phrases such
// as "next week" in a text without any window.
func (r *reader) vagueAnswers(fields []field) []Window {
	var out []Window
	for k := range fields {
		f := &fields[k]
		if f.slot != windowSlot && f.slot != schemaWindowSlot || len(out) > mostWindows {
			continue
		}
		i, j := r.trim(f.start, r.answerEnd(f.start, f.end))
		if i < j && !r.isOpen(i, j) && !r.isDefault(i, j) && !r.isOnlyZone(i, j) {
			out = append(out, r.unread(i, j))
		}
	}
	for i := 0; i < len(r.toks) && len(out) == 0; i++ {
		if n := r.vaguePhrase(i); n > 0 && r.isProposed(i) {
			out = append(out, r.unread(i, i+n))
		}
	}
	return out
}

// isOnlyZone tells an answer that is the rest of a label: "(UTC)".
func (r *reader) isOnlyZone(i, j int) bool {
	_, next, ok := r.zoneAt(i)
	return ok && next >= j
}

func (r *reader) unread(i, j int) Window {
	return r.window(&rawWindow{start: i, end: j, vague: true})
}

// vaguePhrase returns the length of words at i that name a time too loosely.
func (r *reader) vaguePhrase(i int) int {
	t := r.tok(i)
	if t.kind != aWord || t.flags&aside != 0 {
		return 0
	}
	if !t.has(isNext|isThis|isWeekday|isRelative|isMonth) && !looseTimes[lowerString(r.text(t))] {
		return 0
	}
	for _, p := range vaguePhrases {
		if r.phrase(i, p...) {
			return len(p)
		}
	}
	switch {
	case t.has(isNext|isThis) && r.tok(i+1).has(isWeekday):
		return 2
	case t.has(isRelative), t.has(isWeekday) && !r.weekdaySpan(i+1, 1) && !r.weekdaySpan(i-1, -1):
		return 1
	}
	return 0
}

var vaguePhrases = [][]string{
	{"sometime", "next", "week"}, {"some", "time", "next", "week"}, {"any", "time", "next", "week"}, {"anytime", "next", "week"},
	{"early", "next", "week"}, {"late", "next", "week"}, {"end", "of", "next", "week"},
	{"beginning", "of", "next", "week"}, {"next", "week"}, {"next", "month"}, {"this", "week"}, {"this", "month"}, {"this", "weekend"},
	{"next", "weekend"}, {"over", "the", "weekend"},
	{"end", "of", "the", "month"}, {"end", "of", "month"}, {"end", "of", "the", "week"}, {"end", "of", "week"}, {"end", "of", "this",
		"week"}, {"nächste", "woche"}, {"neste", "uke"}, {"næste", "uge"}, {"nästa", "vecka"},
	{"volgende", "week"}, {"la", "semaine", "prochaine"}, {"ensi", "viikolla"}, {"any", "evening"}, {"any", "morning"}, {"any", "day"},
	{"within", "the", "next", "days"},
}
