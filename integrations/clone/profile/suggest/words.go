package suggest

import (
	"strings"
	"unicode"
)

// words splits a name into its words, in lower case and in the singular:
// "public.AppUsers" and "app_user" are both "app user". A schema in front does
// not count.
func words(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	var out []string
	for _, part := range strings.FieldsFunc(humps(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		out = append(out, singular(strings.ToLower(part)))
	}
	return strings.Join(out, " ")
}

// humps puts a blank before each capital that follows a small letter.
func humps(name string) string {
	var out strings.Builder
	small := false
	for _, r := range name {
		if small && unicode.IsUpper(r) {
			out.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		out.WriteRune(r)
	}
	return out.String()
}

// singular takes the plural from an English noun.
func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return strings.TrimSuffix(word, "ies") + "y"
	case strings.HasSuffix(word, "xes"):
		return strings.TrimSuffix(word, "es")
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), len(word) < 4:
		return word
	}
	return strings.TrimSuffix(word, "s")
}

// says returns the first of some phrases that stands in a name as whole words,
// or "".
func says(name string, phrases ...string) string {
	text := " " + words(name) + " "
	for _, p := range phrases {
		if strings.Contains(text, " "+p+" ") {
			return p
		}
	}
	return ""
}
