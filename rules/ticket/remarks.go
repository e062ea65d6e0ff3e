package ticket

// updated lists the environments of a schema update: those under its label or
// question, else all that the text names, else those it gives by their role.
func (r *reader) updated(fields []field) []Environment {
	var list []Environment
	for k := range fields {
		f := &fields[k]
		if f.slot == environmentSlot || f.slot == targetSlot || f.slot == sourceSlot {
			list = r.allNames(f.start, f.end, list)
		}
	}
	if len(list) == 0 {
		list = r.allNames(0, len(r.toks), list)
	}
	if len(list) > 0 {
		return list
	}
	for k := range fields {
		if f := &fields[k]; f.slot == environmentSlot {
			list = r.allRoles(f.start, r.answerEnd(f.start, f.end), list)
		}
	}
	if len(list) == 0 {
		list = r.allRoles(0, len(r.toks), list)
	}
	return list
}

// allNames adds the environments' names among the tokens [i, j), each once.
func (r *reader) allNames(i, j int, list []Environment) []Environment {
	firm := false
	for k := i; k < j; k++ {
		firm = firm || r.tok(k).kind == aName && isEnvironmentName(r.text(r.tok(k)))
	}
	for k := i; k < j; k++ {
		t := r.tok(k)
		if t.kind == aName && t.flags&aside == 0 && (!firm || isEnvironmentName(r.text(t))) {
			list = addEnvironment(list, r.environmentOf(k, k+1))
		}
	}
	return list
}

// allRoles adds the role words among the tokens [i, j), each once.
func (r *reader) allRoles(i, j int, list []Environment) []Environment {
	for k := i; k < j; k++ {
		t := r.tok(k)
		if t.has(isRole) && t.flags&aside == 0 && r.isRoleNoun(k) {
			env := r.environmentOf(k, k+1)
			env.Role = t.word.role
			list = addEnvironment(list, env)
		}
	}
	return list
}

// mostEnvironments bounds the list against texts that name thousands.
const mostEnvironments = 50

func addEnvironment(list []Environment, env Environment) []Environment {
	if len(list) == mostEnvironments {
		return list
	}
	for k := range list {
		if sameName(list[k].Written, env.Written) {
			return list
		}
	}
	return append(list, env)
}

func sameName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// remark quotes the sentence around the tokens [i, j).
func (r *reader) remark(i, j int) *Remark {
	start, _ := r.sentence(i)
	_, end := r.sentence(j - 1)
	start, end = r.trim(start, end)
	if start >= end {
		start, end = i, j
	}
	written, span := r.quote(start, end)
	return &Remark{Written: written, Span: span}
}

// versionChosen finds the wish for a certain version of the schema: "to version
// 24.3".
func (r *reader) versionChosen() *Remark {
	for i := range r.toks {
		if !r.isVersionNumber(i) {
			continue
		}
		for k := i - 1; k > i-5 && !r.tok(k).breaks(); k-- {
			if r.isOneOf(k, "to", "target", "desired", "want", "specific", "required", "need", "requested") {
				return r.remark(i, i+1)
			}
		}
	}
	return nil
}

// isVersionNumber tells figures with dots, or figures behind the word version,
// that are no part of a date.
func (r *reader) isVersionNumber(i int) bool {
	t := r.tok(i)
	if t.kind != aBlob && t.kind != aPair && t.kind != aDate && t.kind != aNumber {
		return false
	}
	s := r.text(t)
	if t.kind == aBlob {
		if s[0] == 'v' || s[0] == 'V' {
			s = s[1:]
		}
		return s != "" && isDigit(s[0]) && isDigit(s[len(s)-1]) && contains(s, '.')
	}
	return r.isOneOf(i-1, "version", "release", "build", "v") || r.tok(i-1).is(':') && (r.isOneOf(i-2, "version", "release"))
}

// copiesConfiguration finds the wish to copy configuration flags or messaging
// configuration along.
func (r *reader) copiesConfiguration() *Remark {
	for i := range r.toks {
		n := r.configuration(i)
		if n == 0 {
			continue
		}
		start, end := r.sentence(i)
		copies, denied := false, false
		for k := start; k < end; k++ {
			t := r.tok(k)
			copies = copies || t.has(isCopy) || t.kind == aWord && carries[lowerString(r.text(t))]
			denied = denied || t.has(isNot) || r.isOneOf(k, "no", "understand", "understood", "aware")
		}
		if copies && !denied {
			return r.remark(i, i+n)
		}
	}
	return nil
}

// carries are the verbs, beside those of copying, that take something along.
var carries = setOf("bring include incl incl. inkl. including carry carried transfer transferred take along too also migrate migrated " +
	"move moved with incl want need as well apply")

// configuration returns the length of "configuration flags", "CFG flags",
// "messaging config" at i.
func (r *reader) configuration(i int) int {
	t := r.tok(i)
	if t.kind != aWord || !contains("cfkmCFKM", r.plain.text[t.start]) {
		return 0
	}
	switch lowerString(r.text(t)) {
	case "config", "configuration", "configurations", "cfg", "feature", "konfiguration":
		if r.isOneOf(i+1, "flag", "flags", "flaglist", "settings", "switches") {
			return 2
		}
	case "configflags", "cfgflags":
		return 1
	case "flags":
		return 1
	case "messaging", "message", "messages":
		for k := i + 1; k < i+4; k++ {
			if r.isOneOf(k, "config", "configs", "configuration", "configurations", "setup", "settings", "cfg") {
				return k - i + 1
			}
		}
	}
	return 0
}

// onPremise finds the statement that the system is on the client's premises.
func (r *reader) onPremise() *Remark {
	for i := range r.toks {
		n := r.premises(i)
		if n == 0 {
			continue
		}
		start, end := r.sentence(i)
		denied := false
		for k := start; k < end; k++ {
			denied = denied || r.tok(k).has(isNot) || k < i && k > i-3 && r.phrase(k, "from") || r.phrase(k, "no", "longer") || r.isOneOf(k, "moved", "migrated", "if")
		}
		if !denied {
			return r.remark(i, i+n)
		}
	}
	return nil
}

// premises returns the length of "on-premise", "self-hosted" and their like.
func (r *reader) premises(i int) int {
	t := r.tok(i)
	if t.kind != aWord && t.kind != aBlob || !contains("osOS", r.plain.text[t.start]) {
		return 0
	}
	switch lowerString(r.text(t)) {
	case "on-premise", "on-premises", "on-prem", "onprem", "onpremise", "self-hosted", "selfhosted":
		return 1
	case "on", "self":
		j := i + 1
		if r.tok(j).is('-') {
			j++
		}
		if r.isOneOf(j, "premise", "premises", "prem", "hosted") {
			return j - i + 1
		}
	case "own":
		if r.isOneOf(i+1, "servers", "server", "datacenter", "datacentre", "hardware") || r.phrase(i+1, "data", "center") || r.phrase(i+1, "data", "centre") {
			return 2
		}
	}
	return 0
}
