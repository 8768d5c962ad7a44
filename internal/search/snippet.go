package search

import (
	"strings"
	"unicode"

	"acs-aec.org/hub/internal/i18n"
)

// Part is a piece of a text as it is shown: plain characters, never markup.
type Part struct {
	Text string
	// Match says whether it is what was searched for.
	Match bool
}

const (
	// snippetLength is how many characters of a text are shown, about.
	snippetLength = 240
	// snippetLead is how many of them stand before the first match.
	snippetLead = 60
	ellipsis    = "…"
)

// Snippet is the place of a text, in its language, where most of the question
// stands, with what was found told apart. It is for a person to read: spaces are
// evened and the marks of Markdown are left out. A text in which nothing is found
// is shown from its beginning.
func (q *Query) Snippet(text string, l i18n.Lang) []Part {
	text = readable(text)
	words := wordsOf(text)
	hits := q.hits(words, l)
	from, to := extent(text, hits)
	var out []Part
	add := func(s string, match bool) {
		if s != "" {
			out = append(out, Part{Text: s, Match: match})
		}
	}
	at := from
	if from > 0 {
		add(ellipsis, false)
	}
	for _, h := range hits {
		if h.start < at || h.end > to {
			continue
		}
		add(text[at:h.start], false)
		add(text[h.start:h.end], true)
		at = h.end
	}
	add(text[at:to], false)
	if to < len(text) {
		add(ellipsis, false)
	}
	return out
}

// hit is a place in a text that the question asks for; which is the place of the
// term in the question.
type hit struct{ start, end, which int }

// hits are the places in the words that the question asks for in the language, in
// order, none within another.
func (q *Query) hits(words []word, l i18n.Lang) []hit {
	stems := make([]string, len(words))
	letter := letterOf[l]
	for i, w := range words {
		stems[i] = letter + stem(l, w.folded)
	}
	var out []hit
	for i := 0; i < len(words); i++ {
		n, which := q.at(words, stems, i, l)
		if n > 0 {
			out = append(out, hit{words[i].start, words[i+n-1].end, which})
			i += n - 1
		}
	}
	return out
}

// at is how many words from here on the question asks for, and by which term.
func (q *Query) at(words []word, stems []string, i int, l i18n.Lang) (n, which int) {
	for _, a := range q.alternatives {
		if a.lang != l {
			continue
		}
		for j, c := range a.clauses {
			for _, o := range c {
				if !o.subject && len(o.stems) > n && o.standsAt(words, stems, i) {
					n, which = len(o.stems), j
				}
			}
		}
	}
	return n, which
}

func (o choice) standsAt(words []word, stems []string, i int) bool {
	if o.prefix {
		return strings.HasPrefix(words[i].folded, o.stems[0][1:]) || strings.HasPrefix(stems[i], o.stems[0])
	}
	for k, s := range o.stems {
		if i+k >= len(stems) || stems[i+k] != s {
			return false
		}
	}
	return true
}

// extent is the part of the text to show: that in which the most different terms
// stand, the first of those, cut between words.
func extent(text string, hits []hit) (from, to int) {
	if len(hits) > 0 {
		best, most := 0, 0
		for i, h := range hits {
			seen := map[int]bool{}
			for _, o := range hits[i:] {
				if o.end-h.start > snippetLength-snippetLead {
					break
				}
				seen[o.which] = true
			}
			if len(seen) > most {
				best, most = i, len(seen)
			}
		}
		from = back(text, hits[best].start, snippetLead)
	}
	to = forth(text, from, snippetLength)
	for _, h := range hits { // a match is shown whole
		if h.start < to && to < h.end {
			to = h.end
		}
	}
	return from, to
}

// back is about n characters before a place, at the beginning of a word.
func back(text string, at, n int) int {
	runes := []rune(text[:at])
	if len(runes) <= n {
		return 0
	}
	tail := string(runes[len(runes)-n:])
	if i := strings.IndexByte(tail, ' '); i >= 0 {
		tail = tail[i+1:]
	}
	return at - len(tail)
}

// forth is about n characters after a place, at the end of a word.
func forth(text string, at, n int) int {
	runes := []rune(text[at:])
	if len(runes) <= n {
		return len(text)
	}
	head := string(runes[:n])
	if i := strings.LastIndexByte(head, ' '); i > 0 {
		head = head[:i]
	}
	return at + len(head)
}

// readable is a text in one line without the marks of Markdown that stand for no
// character, and without characters that turn the direction of what follows.
func readable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r), r == '`', r == '*':
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, text)
	fields := strings.Fields(text)
	kept := fields[:0]
	for _, f := range fields {
		if strings.Trim(f, "#>") != "" { // of headings and quotations
			kept = append(kept, f)
		}
	}
	return strings.Join(kept, " ")
}

// Best is that of several texts, in the hit's language, in which most of the
// question stands; the first of those.
func (h *Hit) Best(texts []i18n.Text) string {
	best, most := "", -1
	for _, t := range texts {
		s := t.In(h.Language)
		if n := len(h.question.hits(wordsOf(s), h.Language)); n > most {
			best, most = s, n
		}
	}
	return best
}
