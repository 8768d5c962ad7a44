package search

import (
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// Points of which a rank is the sum. It depends on the document, the question, the
// reader's language and the age beside the newest hit that the reader may see: on no
// document that somebody does not see, as a measure of rarity would.
const (
	pointsTitle    = 30 // all of it stands in a title
	pointsSubject  = 12 // in the title or the name of what a discussion is about
	pointsWord     = 3  // a word that is there
	pointsAgain    = 2  // each time that it is there again, up to againLimit
	againLimit     = 3
	pointsInOrder  = 4 // two words of the question in a row
	pointsLanguage = 2 // it is the reader's language
	pointsShort    = 2 // a short text
	shortText      = 40
)

// ages are points for what is not much older than the newest hit.
var ages = []struct {
	days   int64
	points int
}{{7, 4}, {31, 3}, {92, 2}, {366, 1}}

const dayLength = 24 * 60 * 60 * 1000 // in milliseconds

func agePoints(place, newest int64) int {
	days := (newest>>placeBits - place>>placeBits) / dayLength
	for _, a := range ages {
		if days <= a.days {
			return a.points
		}
	}
	return 0
}

// weighing is what a document is worth for a question.
type weighing struct {
	points int
	// lang is the language in which it answers, the reader's if it does in that.
	lang i18n.Lang
	// subject says that it answers only with what the discussion is about.
	subject bool
}

// weigh weighs a document's words. Facets count as words of no
// question. A document that does not answer is worth nothing; lang is "" then.
func (q *Query) weigh(words string) weighing {
	row := strings.Fields(words)
	places := map[string][]int{}
	for i, w := range row {
		if q.stems[w] {
			places[w] = append(places[w], i)
		}
	}
	var best weighing
	for _, subject := range []bool{false, true} {
		for _, a := range q.alternatives {
			w := weighing{points: weighAlternative(a, row, places, subject), lang: a.lang, subject: subject}
			if w.points == 0 {
				continue
			}
			if a.lang == q.reader {
				w.points += pointsLanguage
			}
			if best.lang == "" || w.points > best.points {
				best = w
			}
		}
		if best.lang != "" {
			break
		}
	}
	if best.lang != "" && len(row) <= shortText {
		best.points += pointsShort
	}
	return best
}

func weighAlternative(a alternative, row []string, places map[string][]int, subject bool) int {
	points := 0
	for i, c := range a.clauses {
		n := 0
		for _, o := range c {
			if subject || !o.subject {
				n += o.count(row, places)
			}
		}
		if n == 0 {
			return 0
		}
		points += pointsWord + pointsAgain*min(n-1, againLimit)
		if i > 0 && inOrder(a.clauses[i-1], c, row, places) {
			points += pointsInOrder
		}
	}
	return points
}

// count is how often the choice is in a document.
func (o choice) count(row []string, places map[string][]int) int {
	n := 0
	if o.prefix {
		for _, w := range row {
			if strings.HasPrefix(w, o.stems[0]) {
				n++
			}
		}
		return n
	}
next:
	for _, at := range places[o.stems[0]] {
		for i, s := range o.stems {
			if at+i >= len(row) || row[at+i] != s {
				continue next
			}
		}
		n++
	}
	return n
}

// inOrder says whether somewhere the second word follows the first.
func inOrder(first, second clause, row []string, places map[string][]int) bool {
	for _, a := range first {
		for _, b := range second {
			if len(a.stems) != 1 || len(b.stems) != 1 || a.prefix || b.prefix {
				continue
			}
			for _, at := range places[a.stems[0]] {
				if at+1 < len(row) && row[at+1] == b.stems[0] {
					return true
				}
			}
		}
	}
	return false
}
