package ticket

// typography returns what stands for a character outside ASCII that people and
// word processors write instead of a plain one; false where it stays.
//
// Marks without width go altogether. The overrides of writing direction become
// spaces: a name that only looks right with them is not that name.
func typography(r rune) (string, bool) {
	switch {
	case r == 0x00A0 || r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000:
		return " ", true
	case r == 0x00AD || r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F:
		return "", true
	case r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069:
		return " ", true
	case r == 0x2028 || r == 0x2029 || r == 0x0085:
		return "\n", true
	case r >= 0xFF01 && r <= 0xFF5E && !isLetter(byte(r-0xFEE0)):
		return asciiString(byte(r - 0xFEE0)), true
	case r >= 0x0300 && r <= 0x036F:
		return "", true
	}
	return symbol(r)
}

// symbol is typography for single characters.
func symbol(r rune) (string, bool) {
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹣':
		return "-", true
	case '〜', '∼', '˜':
		return "~", true
	case '“', '”', '„', '‟', '«', '»', '″':
		return "\"", true
	case '‘', '’', '‚', '‛', '´', '′':
		return "'", true
	case '→', '➔', '➜', '➝', '➞', '➡', '⟶', '►', '▶', '⇨', '⮕':
		return "->", true
	case '⇒', '⟹':
		return "=>", true
	case '←', '⟵', '⬅', '◄', '◀':
		return "<-", true
	case '⇐', '⟸', '≤':
		return "<=", true
	case '•', '●', '◦', '▪', '‣', '·', '∙', '■', '○', '✦', '➤':
		return "* ", true
	case '☑', '☒', '✓', '✔', '✅', '🗹', '🗸':
		return "[x]", true
	case '☐', '□', '⬜', '◻':
		return "[ ]", true
	case '✗', '✘', '❌', '✖':
		return " no ", true
	case '、', '，':
		return ",", true
	case '。', 'º', '°', 'ª':
		return ".", true
	case '…':
		return "...", true
	case '¿', '¡':
		return " ", true
	}
	return "", false
}

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
