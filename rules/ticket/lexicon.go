package ticket

import (
	"strings"
	"time"
	"unicode/utf8"
)

// class is what a word can be: a set, since one spelling is often several
// things in eleven languages.
type class uint64

const (
	isMonth     class = 1 << iota // a month
	isWeakMonth                   // a month, but a word of its own too ("set")
	isWeekday                     // a weekday
	isShortDay                    // a weekday, only right before a date ("Do")
	isZone                        // a time zone's abbreviation
	isRelative                    // today, tomorrow
	isNext                        // next
	isThis                        // this
	isUntil                       // between the ends of a range
	isOr
	isAnd
	isAt
	isOn
	isFrom  // before the start of a range
	isStart // labels a start
	isEnd   // labels an end
	isClock // hours, Uhr
	isNoon
	isMidnight
	isMeridiem
	isOrdinal // first, second
	isSlot    // labels a window
	isFiller  // says nothing about a window
	isSource
	isTarget
	isFromPrep
	isToPrep
	isRefresh
	isCopy
	isSchema
	isUpgrade
	isDatabase
	isSystem
	isRole
	isKeep
	isWipe
	isNot
	isUsers
	isUnsure
	isLatest
	isYes
	isNo
	isAnnounce // can begin the announcement of an instant
	isLead     // can begin a relative day or a length: "in 3 days", "two hours from"
)

// A word is what the lexicon knows of a spelling.
type word struct {
	class   class
	month   time.Month
	weekday time.Weekday
	days    int // of a relative day
	role    Role
	zone    *zoneName
}

// lexicon maps folded spellings to what they can be. It is never written to
// after it is built.
var lexicon = buildLexicon()

// noWord is the entry of every spelling that the lexicon does not hold.
var noWord = &word{}

// environmentParts are the parts that mark a name as an environment's.
var environmentParts = setOf(nameRoles)

func buildLexicon() map[string]*word {
	lex := make(map[string]*word, 1500)
	add := func(spellings string, set func(*word)) {
		for s := range strings.FieldsSeq(spellings) {
			if lex[s] == nil {
				lex[s] = &word{}
			}
			set(lex[s])
		}
	}
	for i, s := range monthNames {
		add(s, func(w *word) { w.class |= isMonth; w.month = time.Month(i + 1) })
	}
	for i, s := range weakMonths {
		add(s, func(w *word) { w.class |= isWeakMonth; w.month = time.Month(i + 1) })
	}
	for i, s := range shortWeekdays {
		add(s, func(w *word) { w.class |= isShortDay; w.weekday = time.Weekday(i) })
	}
	for i, s := range weekdayNames {
		add(s, func(w *word) { w.class |= isWeekday; w.weekday = time.Weekday(i) })
	}
	for n, s := range relativeDays {
		add(s, func(w *word) { w.class |= isRelative; w.days = n })
	}
	for c, s := range wordsOf {
		add(s, func(w *word) { w.class |= c })
	}
	for r, s := range roleWords {
		add(s, func(w *word) { w.class |= isRole; w.role = r })
	}
	for i := range zoneNames {
		add(zoneNames[i].spellings, func(w *word) { w.class |= isZone; w.zone = &zoneNames[i] })
	}
	add("am a.m a.m. pm p.m p.m.", func(w *word) { w.class |= isMeridiem })
	return lex
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for s := range strings.FieldsSeq(words) {
		set[s] = true
	}
	return set
}

// longestWord is the longest spelling that is looked up.
const longestWord = 32

// lookup finds a word's entry. Words of other scripts fold to nothing, so a
// look-alike is never taken for what it looks like.
func lookup(s string) *word {
	if len(s) > longestWord {
		return noWord
	}
	var buf [longestWord * 2]byte
	b := buf[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			f := fold(r)
			if f == "" {
				return noWord
			}
			b = append(b, f...)
			i += n - 1
		}
	}
	if w := lexicon[string(b)]; w != nil {
		return w
	}
	return noWord
}
