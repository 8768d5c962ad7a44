package search

import (
	"strings"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/french"
	"github.com/kljensen/snowball/spanish"

	"acs-aec.org/hub/internal/i18n"
)

// stem is what the forms of a folded word have in common in a language. It depends
// on the folded word alone, so that accents never matter.
func stem(l i18n.Lang, folded string) string {
	if len(folded) < 3 || !letters(folded) {
		return folded
	}
	var s string
	switch l {
	case i18n.ES:
		s = spanish.Stem(accented(folded, spanishEndings), true)
	case i18n.FR:
		s = french.Stem(accented(folded, frenchEndings), true)
	default:
		s = english.Stem(folded, true)
	}
	if s = fold(s); s == "" {
		return folded
	}
	return s
}

// letters says whether a folded word has letters from a to z only. Other words have
// no stem.
func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

// The stemmers know some endings by their accents, which folding took away.
// Whatever ends so is given them back, whether it had them or not: the same for all
// forms of a word, which is what counts.
var (
	spanishEndings = [][2]string{
		{"cion", "ción"}, {"sion", "sión"}, {"logia", "logía"}, {"logias", "logías"}, {"ia", "ía"}, {"ias", "ías"},
	}
	frenchEndings = [][2]string{
		{"ite", "ité"}, {"ites", "ités"}, {"ee", "ée"}, {"ees", "ées"}, {"iere", "ière"}, {"ieres", "ières"},
	}
)

func accented(folded string, endings [][2]string) string {
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(folded, e[0]); ok && len(rest) > 1 {
			return rest + e[1]
		}
	}
	return folded
}

// letterOf begins the stems of a language, so that they stand beside those of the
// others. Stems of what a discussion is about have letters of their own: not
// everybody who sees the discussion sees that.
var (
	letterOf        = map[i18n.Lang]string{i18n.EN: "e", i18n.ES: "s", i18n.FR: "f"}
	subjectLetterOf = map[i18n.Lang]string{i18n.EN: "u", i18n.ES: "v", i18n.FR: "w"}
)

// stopWords are words that say nothing in their language, folded. Texts keep them;
// questions leave them out if anything else is asked for.
var stopWords = map[i18n.Lang]map[string]bool{
	i18n.EN: set(`about above after again against all also am an and any are as at be because been before being below between both
		but by can cannot could did do does doing down during each few for from further had has have having he her here hers him his
		how if in into is it its itself just me more most my myself no nor not now of off on once only or other our ours out over own
		same she should so some such than that the their theirs them then there these they this those through to too under until up
		us very was we were what when where which while who whom why will with would you your yours`),
	i18n.ES: set(`al algo algunas algunos ante antes como con contra cual cuando de del desde donde durante el ella ellas ellos en entre
		era eran es esa esas ese eso esos esta estaba estado estan estar este esto estos fue fueron ha haber habia han hasta hay la las
		le les lo los mas me mi mis mucho muy nada ni no nos nosotros nuestra nuestras nuestro nuestros otra otras otro otros para pero
		poco por porque que quien quienes se sea ser si sido sin sobre son su sus tambien tan tanto te tiene tienen todo todos tu tus
		un una unas uno unos ya yo`),
	i18n.FR: set(`ai au aucun aucune aux avec avoir ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment dans
		de des donc dont du elle elles en encore entre est et etaient etait etant ete etre eu eux il ils je la le les leur leurs lors
		lui ma mais me meme memes mes moi mon ne ni nos notre nous on ont ou par pas peu plus pour pourquoi qu quand que quel quelle
		quelles quels qui sa sans se sera ses si sien son sont sous sur ta te tes toi ton tous tout toute toutes tres tu un une vos
		votre vous y`),
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// isStop says whether a folded word says nothing in a language: single letters do
// in none.
func isStop(l i18n.Lang, folded string) bool {
	return len(folded) == 1 && letters(folded) || stopWords[l][folded]
}
