package search

import (
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/internal/i18n"
)

// Query is a question that can be asked of both databases, and of a document.
type Query struct {
	// alternatives are the question in each language that it may be asked in: a
	// document answers it if one of them holds, and nothing of without does.
	alternatives []alternative
	without      []clause
	reader       i18n.Lang
	// stems are those that the alternatives ask for.
	stems map[string]bool
}

// alternative is what must be there in one language.
type alternative struct {
	lang    i18n.Lang
	clauses []clause
}

// clause holds in a document if one of its choices is there.
type clause []choice

// choice is stems in a row, as documents hold them; a prefix is one stem, of which
// the document's begins so.
type choice struct {
	stems  []string
	prefix bool
	// subject says whether it is about what the discussion is about.
	subject bool
}

// Parse reads a question (see parse) in all of the languages, or only in one. Words
// that say nothing in a language are left out in it; where nothing else is left, the
// question is not asked in that language, unless it is the reader's or the only one.
// It returns INVALID_INPUT at the field.
func Parse(field, text string, reader i18n.Lang, only *i18n.Lang) (*Query, error) {
	terms, err := parse(field, text)
	if err != nil {
		return nil, err
	}
	langs := i18n.Langs
	if only != nil {
		langs = []i18n.Lang{*only}
	}
	q := &Query{reader: reader}
	for _, l := range langs {
		a := asked(l, terms, false)
		if len(a.clauses) == 0 && (l == reader || only != nil) {
			a = asked(l, terms, true)
		}
		if len(a.clauses) > 0 {
			q.alternatives = append(q.alternatives, a)
		}
	}
	if len(q.alternatives) == 0 {
		for _, l := range langs {
			q.alternatives = append(q.alternatives, asked(l, terms, true))
		}
	}
	q.stems = map[string]bool{}
	for _, a := range q.alternatives {
		for _, c := range a.clauses {
			for _, o := range c {
				for _, s := range o.stems {
					q.stems[s] = true
				}
			}
		}
	}
	for _, t := range terms {
		if !t.not {
			continue
		}
		var c clause
		for _, l := range langs {
			c = append(c, clauseOf(l, t)...)
		}
		q.without = append(q.without, c)
	}
	return q, nil
}

// asked are the terms that must be there in a language: without words that say
// nothing in it, unless every word counts.
func asked(l i18n.Lang, terms []term, every bool) alternative {
	a := alternative{lang: l}
	for _, t := range terms {
		if t.not || !every && !t.prefix && !t.quoted && isStop(l, t.words[0]) {
			continue
		}
		a.clauses = append(a.clauses, clauseOf(l, t))
	}
	return a
}

func clauseOf(l i18n.Lang, t term) clause {
	var out clause
	for _, letter := range []string{letterOf[l], subjectLetterOf[l]} {
		subject := letter == subjectLetterOf[l]
		stems := make([]string, len(t.words))
		for i, w := range t.words {
			stems[i] = letter + stem(l, w)
		}
		out = append(out, choice{stems: stems, subject: subject})
		if t.prefix { // documents hold stems: of a whole word its end may be gone
			out = append(out, choice{stems: []string{letter + t.words[0]}, prefix: true, subject: subject})
		}
	}
	return out
}

// exact says whether the databases' indexes answer the question alone: they don't
// know what stands in a row.
func (q *Query) exact() bool {
	row := func(c clause) bool { return slices.ContainsFunc(c, func(c choice) bool { return len(c.stems) > 1 }) }
	for _, a := range q.alternatives {
		if slices.ContainsFunc(a.clauses, row) {
			return false
		}
	}
	return !slices.ContainsFunc(q.without, row)
}

// syntax is how a database's full-text search writes a question.
type syntax struct {
	and, or, without string
	stem, prefix     func(string) string
}

// Stems and facets hold letters and digits only: nothing in them needs escaping.
var (
	fts5 = syntax{
		and: " AND ", or: " OR ", without: " NOT ",
		stem:   func(s string) string { return `"` + s + `"` },
		prefix: func(s string) string { return `"` + s + `" *` },
	}
	tsquery = syntax{
		and: " & ", or: " | ", without: " & !",
		stem:   func(s string) string { return "'" + s + "'" },
		prefix: func(s string) string { return "'" + s + "':*" },
	}
)

// write writes what documents that answer the question hold, and more that don't if
// it is not exact. Of each list of facets they hold one.
func (q *Query) write(x syntax, facets ...[]string) string {
	alternatives := make([]string, len(q.alternatives))
	for i, a := range q.alternatives {
		clauses := make([]string, len(a.clauses))
		for j, c := range a.clauses {
			clauses[j] = x.clause(c)
		}
		alternatives[i] = "(" + strings.Join(clauses, x.and) + ")"
	}
	parts := []string{"(" + strings.Join(alternatives, x.or) + ")"}
	for _, f := range facets {
		if len(f) == 0 {
			continue
		}
		stems := make([]string, len(f))
		for i, s := range f {
			stems[i] = x.stem(s)
		}
		parts = append(parts, "("+strings.Join(stems, x.or)+")")
	}
	out := strings.Join(parts, x.and)
	for _, c := range q.without {
		// What a discussion is about is for the statement's own conditions: somebody who
		// may not see that must not learn it from what is missing.
		c = slices.DeleteFunc(slices.Clone(c), func(o choice) bool { return o.subject || len(o.stems) > 1 })
		if len(c) > 0 {
			out = "(" + out + ")" + x.without + x.clause(c)
		}
	}
	return out
}

func (x syntax) clause(c clause) string {
	choices := make([]string, len(c))
	for i, o := range c {
		stems := make([]string, len(o.stems))
		for j, s := range o.stems {
			stems[j] = x.stem(s)
			if o.prefix {
				stems[j] = x.prefix(s)
			}
		}
		choices[i] = "(" + strings.Join(stems, x.and) + ")"
	}
	return "(" + strings.Join(choices, x.or) + ")"
}

// answered says of the column of a document's words that they answer the question,
// exactly; without what the discussion is about, if it does not count.
func (q *Query) answered(column string, subject bool) *sql.Predicate {
	choiceP := func(o choice) *sql.Predicate {
		pattern := "% " + strings.Join(o.stems, " ")
		if !o.prefix {
			pattern += " "
		}
		return sql.Like(column, pattern+"%")
	}
	clauseP := func(c clause) *sql.Predicate {
		var any []*sql.Predicate
		for _, o := range c {
			if subject || !o.subject {
				any = append(any, choiceP(o))
			}
		}
		return sql.Or(any...)
	}
	alternatives := make([]*sql.Predicate, len(q.alternatives))
	for i, a := range q.alternatives {
		all := make([]*sql.Predicate, len(a.clauses))
		for j, c := range a.clauses {
			all[j] = clauseP(c)
		}
		alternatives[i] = sql.And(all...)
	}
	p := sql.Or(alternatives...)
	for _, c := range q.without {
		p = sql.And(p, sql.Not(clauseP(c)))
	}
	return p
}
