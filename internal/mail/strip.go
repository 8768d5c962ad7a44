package mail

import (
	"regexp"
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// What mail programs write above what they quote, in the three languages.
var (
	wrote = regexp.MustCompile(`(?i)^(on\b.{5,300}\bwrote|el\b.{5,300}\bescribi[oó]|le\b.{5,300}\ba[ \x{202f}]écrit|.{3,200}<[^<>\s]+@[^<>\s]+>.{0,60}\b(wrote|escribi[oó]|a[ \x{202f}]écrit))[ \x{202f}]?:$`)
	opens = regexp.MustCompile(`(?i)^(on|el|le)\b`)
	ruled = regexp.MustCompile(`(?i)^[-_]{2,}[ ]*(original message|mensaje original|message d['’]origine|message original|forwarded message|mensaje reenviado|message transf[ée]r[ée])[ ]*[-_]{2,}$`)
	from  = regexp.MustCompile(`(?i)^\*?(from|de|expéditeur|remitente)[ \x{202f}]?:\*? ?\S`)
	sent  = regexp.MustCompile(`(?i)^\*?(sent|date|enviado( el)?|fecha|envoyé( le)?)[ \x{202f}]?:\*? ?\S`)
	to    = regexp.MustCompile(`(?i)^\*?(to|para|à|destinataire|subject|asunto|objet)[ \x{202f}]?:\*? ?\S`)
	phone = regexp.MustCompile(`(?i)^(sent from (my|mail for|outlook|yahoo|the all)|get outlook for|enviado desde (mi|mail|outlook|yahoo)|obtener outlook para|envoyé (de mon|depuis (mon|mail|outlook|yahoo))|télécharger outlook pour|obtenez outlook pour)\b.{0,80}$`)
	rule  = regexp.MustCompile(`^_{20,}$`)
)

// attributionLines is over how many lines a program breaks the sentence that
// stands above a quote.
const attributionLines = 4

// Strip is what a person wrote of a text that came by mail: without the quoted
// mail, whether the answer stands above or beneath it, without signature, and
// without what telephones add. Quotes between the parts of an answer stay, as
// quotes.
func Strip(s string) string {
	lines := strings.Split(clean(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	var kept []string
	for i := 0; i < len(lines); {
		line := strings.TrimSpace(lines[i])
		switch n := attribution(lines[i:]); {
		case markLineOf(line), ruled.MatchString(line), headers(lines[i:]), signature(lines[i]):
			return tidy(kept)
		case n > 0:
			after, answered := beneath(lines[i+n:])
			if !answered {
				return tidy(kept)
			}
			i += n + after
		default:
			kept = append(kept, lines[i])
			i++
		}
	}
	return tidy(kept)
}

// signature says whether a signature begins here. The trailing space of the mark
// is lost on the way through many programs.
func signature(line string) bool { return line == "--" }

// markLineOf says whether this is the line above which an answer is written.
func markLineOf(line string) bool {
	line = strings.TrimLeft(line, "> ")
	if !strings.HasPrefix(line, replyMark) {
		return false
	}
	for _, l := range i18n.Langs {
		if line == markLine(l) {
			return true
		}
	}
	return false
}

// attribution is how many lines the sentence takes that stands above a quote, 0
// if there is none here.
func attribution(lines []string) int {
	first := strings.TrimSpace(lines[0])
	if wrote.MatchString(first) {
		return 1
	}
	if !opens.MatchString(first) {
		return 0
	}
	joined := first
	for n := 1; n < attributionLines && n < len(lines); n++ {
		next := strings.TrimSpace(lines[n])
		if next == "" {
			return 0
		}
		if joined += " " + next; len(joined) > 600 {
			return 0
		}
		if wrote.MatchString(joined) {
			return n + 1
		}
	}
	return 0
}

// headers says whether the quoted mail begins here, with its headers written out.
func headers(lines []string) bool {
	i := 0
	if rule.MatchString(strings.TrimSpace(lines[0])) {
		i++
	}
	if i >= len(lines) || !from.MatchString(strings.TrimSpace(lines[i])) {
		return false
	}
	date, address := false, false
	for _, l := range lines[i+1 : min(len(lines), i+6)] {
		l = strings.TrimSpace(l)
		date, address = date || sent.MatchString(l), address || to.MatchString(l)
	}
	return date && address
}

// beneath says whether something was written under the quote that begins here,
// and after how many lines.
func beneath(lines []string) (after int, answered bool) {
	quoted := false
	for i, l := range lines {
		l = strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(l, ">"):
			quoted, after = true, i+1
		case l == "" || l == "--":
		default:
			// Without a quote in front it is the quoted mail itself.
			return after, quoted && !phone.MatchString(l)
		}
	}
	return after, false
}

// tidy takes away what stands at the end without being an answer: quotes, what
// telephones add, empty lines; and empty lines in a row.
func tidy(lines []string) string {
	for len(lines) > 0 {
		last := strings.TrimSpace(lines[len(lines)-1])
		if last != "" && !strings.HasPrefix(last, ">") && !phone.MatchString(last) {
			break
		}
		lines = lines[:len(lines)-1]
	}
	out := lines[:0:0]
	for _, l := range lines {
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.Join(out, "\n")
}
