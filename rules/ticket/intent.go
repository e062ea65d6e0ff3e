package ticket

import "slices"

// intent tells what a comment wants of the conversation itself.
func (r *replyReader) intent() Intent {
	if r.isOutOfOffice() {
		return OutOfOffice
	}
	for i := range r.toks {
		if r.tok(i).kind != aWord {
			continue
		}
		switch {
		case r.cancels(i):
			return Cancel
		case r.wantsHuman(i):
			return Human
		case r.asksStatus(i):
			return Status
		}
	}
	return NoIntent
}

// isOutOfOffice tells the automatic answers of mail systems.
func (r *replyReader) isOutOfOffice() bool {
	for i := range r.toks {
		if r.anyPhrase(i, outOfOffice) {
			return true
		}
	}
	return false
}

var outOfOffice = [][]string{
	{"out", "of", "office"}, {"out", "of", "the", "office"}, {"out-of-office"}, {"automatic", "reply"}, {"automatic", "response"},
	{"auto-reply"}, {"autoreply"}, {"auto", "reply"}, {"abwesenheitsnotiz"}, {"automatische", "antwort"},
	{"automatisk", "svar"}, {"autosvar"}, {"réponse", "automatique"}, {"respuesta", "automática"}, {"risposta", "automatica"},
	{"resposta", "automática"}, {"i", "am", "on", "annual", "leave"}, {"i", "am", "on", "vacation"}, {"i", "am", "on", "leave"},
	{"i'm", "on", "annual", "leave"}, {"i'm", "on", "vacation"}, {"i", "am", "currently", "away"}, {"limited", "access", "to", "my"},
	{"limited", "access", "to", "email"},
}

func (r *reader) anyPhrase(i int, list [][]string) bool {
	t := r.tok(i)
	if t.kind != aWord {
		return false
	}
	return slices.ContainsFunc(list, func(p []string) bool {
		return equalLower(r.text(t), p[0]) && r.phrase(i, p...)
	})
}

// cancels tells whether the words at i withdraw the request as a whole.
func (r *replyReader) cancels(i int) bool {
	if r.anyPhrase(i, withdrawals) {
		return !r.denied(i)
	}
	if !cancelling[lowerString(r.text(r.tok(i)))] || r.denied(i) {
		return false
	}
	for k := i + 1; k < i+6; k++ {
		t := r.tok(k)
		if t.has(isSlot) && !r.isOneOf(k, "request", "refresh", "requested") || t.kind == aNumber || t.kind == aDate || t.has(isOrdinal) {
			return false // only one of the windows
		}
		if t.is('.') || t.breaks() {
			break
		}
	}
	return !r.phrase(i-1, "was") && !r.phrase(i-1, "got")
}

var cancelling = setOf("cancel cancelled canceled withdraw withdrawn abort stornieren annuler cancelar annullare avlys avbryt annuller")

var withdrawals = [][]string{
	{"no", "longer", "needed"}, {"no", "longer", "required"}, {"no", "longer", "need"}, {"not", "needed", "anymore"}, {"not", "needed",
		"any", "more"}, {"don't", "need", "this", "anymore"}, {"do", "not", "need", "this"},
	{"don't", "need", "it", "anymore"}, {"never", "mind"}, {"nevermind"}, {"forget", "it"}, {"forget", "about", "it"}, {"close", "the",
		"ticket"}, {"close", "this", "ticket"}, {"please", "close"}, {"close", "the", "request"}, {"call", "it", "off"},
	{"can", "be", "closed"}, {"nicht", "mehr", "benötigt"},
}

// denied tells whether the words before i turn them round.
func (r *replyReader) denied(i int) bool {
	for k := i - 1; k > i-4; k-- {
		t := r.tok(k)
		if t.breaks() || t.isAny(".,") {
			return false
		}
		if t.has(isNot) {
			return true
		}
	}
	return false
}

// wantsHuman tells whether the words at i ask for a person.
func (r *replyReader) wantsHuman(i int) bool {
	if r.anyPhrase(i, humans) {
		return true
	}
	if !r.isOneOf(i, "human", "person", "someone", "somebody", "engineer", "agent", "operator", "consultant", "colleague", "mensch", "representative") {
		return false
	}
	if r.phrase(i, "human") || r.isOneOf(i-1, "real", "actual", "live") {
		return true
	}
	for k := i - 1; k > i-7; k-- {
		if r.isOneOf(k, "speak", "talk", "contact", "call", "reach", "connect", "transfer", "escalate", "chat") {
			return true
		}
		if r.tok(k).is('.') || r.tok(k).breaks() {
			return false
		}
	}
	return r.phrase(i+1, "please") && i <= 2
}

var humans = [][]string{
	{"call", "me"}, {"give", "me", "a", "call"}, {"phone", "me"}, {"stop", "bot"}, {"no", "bot"}, {"not", "a", "bot"}, {"stop", "the",
		"bot"}, {"can", "someone", "call"}, {"call", "us"},
}

// asksStatus tells whether the words at i ask how the request stands.
func (r *replyReader) asksStatus(i int) bool {
	if r.anyPhrase(i, statusQuestions) {
		return true
	}
	return r.phrase(i, "status") && len(r.toks) < 12 && !r.tok(i+1).is(':')
}

var statusQuestions = [][]string{
	{"any", "update"}, {"any", "updates"}, {"any", "news"}, {"status", "please"}, {"what", "is", "the", "status"}, {"what's", "the",
		"status"}, {"whats", "the", "status"}, {"current", "status"}, {"status", "update"}, {"status", "of"},
	{"is", "this", "confirmed"}, {"is", "it", "confirmed"}, {"has", "this", "been"}, {"has", "it", "been"}, {"how", "is", "it",
		"going"}, {"where", "do", "we", "stand"}, {"when", "will", "this"}, {"when", "will", "it"}, {"when", "will", "the", "refresh"},
	{"is", "the", "refresh", "done"}, {"is", "it", "done"}, {"is", "this", "done"}, {"what", "about", "our", "request"}, {"any",
		"progress"}, {"has", "the", "refresh"},
}

// confirm reads a plain yes or no at the head of a comment, and words that mean
// it.
func (r *replyReader) confirm() YesNo {
	i := 0
	for r.tok(i).breaks() && i < len(r.toks) || r.isOneOf(i, "hi", "hello", "dear", "team", "all", "hey") || r.tok(i).isAny(",!") {
		i++
	}
	t := r.tok(i)
	switch {
	case r.isHedge(i):
		return NotStated
	case t.has(isNo) && r.aboutSomething(i):
		return NotStated
	case t.has(isYes) && t.end-t.start > 1 && !r.aboutSomething(i), t.has(isYes) && r.tok(i+1).breaks(), r.anyPhrase(i, assents):
		return Yes
	case t.has(isNo):
		return No
	}
	return NotStated
}

// aboutSomething tells whether a yes or no goes on with what it is about: "no to
// users".
func (r *replyReader) aboutSomething(i int) bool {
	for k := i + 1; k < i+5; k++ {
		t := r.tok(k)
		if t.breaks() || t.isAny(".,") {
			return false
		}
		if t.has(isUsers|isKeep|isWipe) || r.phrase(k, "longer") {
			return true
		}
	}
	return r.isOneOf(i+1, "need", "problem", "rush", "hurry", "worries")
}

var assents = [][]string{
	{"confirmed"}, {"confirm"}, {"i", "confirm"}, {"we", "confirm"}, {"that's", "right"}, {"that", "is", "right"}, {"that's",
		"correct"}, {"that", "is", "correct"}, {"thats", "correct"}, {"right"}, {"ok"}, {"okay"}, {"fine"}, {"that", "works"}, {"works",
		"for"},
	{"agreed"}, {"go", "ahead"}, {"looks", "good"}, {"perfect"}, {"exactly"}, {"all", "good"}, {"approved"}, {"great"}, {"sounds", "good"},
}
