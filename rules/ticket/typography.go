package ticket

// typography returns what stands for a character outside ASCII that people and
// word processors write instead of a plain one; false where it stays.
//
// Marks without width go altogether. The overrides of writing direction become
// spaces: a name that only looks right with them is not that name.
func typography(r rune) (string, bool) {
	if r >= 0xFF01 && r <= 0xFF5E && !isLetter(byte(r-0xFEE0)) { // full width
		return asciiString(byte(r - 0xFEE0)), true
	}
	for _, g := range &gaps {
		if r >= g.first && r <= g.last {
			return g.plain, true
		}
	}
	s, ok := symbols[r]
	return s, ok
}

// gaps are the ranges of blanks, of marks without width and of line breaks.
var gaps = [...]struct {
	first, last rune
	plain       string
}{
	{0x0300, 0x036F, ""},
	{0x00A0, 0x00A0, " "}, {0x2000, 0x200A, " "}, {0x202F, 0x202F, " "}, {0x205F, 0x205F, " "}, {0x3000, 0x3000, " "},
	{0x00AD, 0x00AD, ""}, {0x200B, 0x200F, ""}, {0x2060, 0x2060, ""}, {0xFEFF, 0xFEFF, ""}, {0xFE00, 0xFE0F, ""},
	{0x202A, 0x202E, " "}, {0x2066, 0x2069, " "},
	{0x2028, 0x2029, "\n"}, {0x0085, 0x0085, "\n"},
}

// symbols are the single characters that stand for plain ones.
var symbols = func() map[rune]string {
	all := map[rune]string{}
	for plain, written := range map[string]string{
		"-": "‐‑‒–—―−﹣", "~": "〜∼˜", "\"": "“”„‟«»″", "'": "‘’‚‛´′",
		"->": "→➔➜➝➞➡⟶►▶⇨⮕", "=>": "⇒⟹", "<-": "←⟵⬅◄◀", "<=": "⇐⟸≤",
		"* ": "•●◦▪‣·∙■○✦➤", "[x]": "☑☒✓✔✅🗹🗸", "[ ]": "☐□⬜◻", " no ": "✗✘❌✖",
		",": "、，", ".": "。º°ª", "...": "…", " ": "¿¡",
	} {
		for _, r := range written {
			all[r] = plain
		}
	}
	return all
}()

// asciiString avoids an allocation for one ASCII byte.
func asciiString(b byte) string {
	const all = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
	return all[b-'!' : b-'!'+1]
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isAlnum(b byte) bool  { return isDigit(b) || isLetter(b) }

// fold returns the plain ASCII spelling of a letter of the ten languages, in
// lower case, and "" for everything else.
func fold(r rune) string {
	switch r {
	case 'à', 'á', 'â', 'ã', 'ä', 'å', 'À', 'Á', 'Â', 'Ã', 'Ä', 'Å':
		return "a"
	case 'è', 'é', 'ê', 'ë', 'È', 'É', 'Ê', 'Ë':
		return "e"
	case 'ì', 'í', 'î', 'ï', 'Ì', 'Í', 'Î', 'Ï':
		return "i"
	case 'ò', 'ó', 'ô', 'õ', 'ö', 'ø', 'Ò', 'Ó', 'Ô', 'Õ', 'Ö', 'Ø':
		return "o"
	case 'ù', 'ú', 'û', 'ü', 'Ù', 'Ú', 'Û', 'Ü':
		return "u"
	case 'ç', 'Ç':
		return "c"
	case 'ñ', 'Ñ':
		return "n"
	case 'æ', 'Æ':
		return "ae"
	case 'ß':
		return "ss"
	}
	return ""
}
