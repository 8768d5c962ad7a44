package query

import (
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// Limits bounds what one operation may ask. A zero field stands for its default.
type Limits struct {
	Text       int // bytes of a document
	Tokens     int // of a document
	Operations int // definitions in a document
	Fragments  int // definitions in a document
	Depth      int // of fields in fields
	Fields     int // of an operation after fragments are put in; each use counts
	Reach      int // selections of all operations and fragments together, after fragments are put in
	RootFields int // of a query or subscription
	Mutations  int // root fields of a mutation
	Aliases    int // in a document
	Directives int // in a document
	Variables  int // definitions in a document
	Repeats    int // pairs of fields that answer under the same name
	List       int // elements of a list in a variable or literal
	Values     int // in all variables together
	Nesting    int // of lists and objects in a variable or literal
	Cost       int // what the schema says that the answer may cost
	Page       int // the most that a field with first or last gives; it refuses more by itself
	Rows       int // the most that a field gives of the lists that its @listSize names; it refuses more by itself
	PageUnsaid int // what such a field gives if neither is said
	ListUnsaid int // what a list without such arguments is taken to hold
	Errors     int // in one answer; more are counted and left out

	Execution time.Duration // of a query or mutation

	Documents     int // kept in the cache
	DocumentsSize int // bytes of text of all of them together
	DocumentSize  int // bytes of text of one; a longer one is not kept

	Persisted     int // queries kept by their hash
	PersistedSize int // bytes of all of them together
}

// withDefaults fills in what is not set.
func (l Limits) withDefaults() Limits {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&l.Text, 256<<10)
	set(&l.Tokens, 15_000)
	set(&l.Operations, 50)
	set(&l.Fragments, 200)
	set(&l.Depth, 24)
	set(&l.Fields, 5_000)
	set(&l.Reach, 50_000)
	set(&l.RootFields, 100)
	set(&l.Mutations, 20)
	set(&l.Aliases, 500)
	set(&l.Directives, 300)
	set(&l.Variables, 250)
	set(&l.Repeats, 20_000)
	set(&l.List, 1_000)
	set(&l.Values, 20_000)
	set(&l.Nesting, 24)
	set(&l.Cost, 50_000)
	set(&l.Page, 100)
	set(&l.Rows, 1_000)
	set(&l.PageUnsaid, 20)
	set(&l.ListUnsaid, 5)
	set(&l.Errors, 20)
	set(&l.Documents, 1_000)
	set(&l.DocumentsSize, 4<<20)
	set(&l.DocumentSize, 32<<10)
	set(&l.Persisted, 1_000)
	set(&l.PersistedSize, 4<<20)
	if l.Execution == 0 {
		l.Execution = 20 * time.Second
	}
	return l
}

// tooCostly refuses a document that goes past a limit.
func tooCostly(name string, limit int, text i18n.Message) *apperr.Error {
	return apperr.New(apperr.QueryTooCostly, text, limit).With("limit", limit).With("limitName", name)
}

var (
	msgText = i18n.Message{
		EN: "The document is too long: at most %d bytes.",
		ES: "El documento es demasiado largo: %d bytes como máximo.",
		FR: "Le document est trop long : %d octets au maximum.",
	}
	msgTokens = i18n.Message{
		EN: "The document is too long: at most %d tokens.",
		ES: "El documento es demasiado largo: %d elementos léxicos como máximo.",
		FR: "Le document est trop long : %d unités lexicales au maximum.",
	}
	msgOperations = i18n.Message{
		EN: "The document defines too many operations: at most %d.",
		ES: "El documento define demasiadas operaciones: %d como máximo.",
		FR: "Le document définit trop d'opérations : %d au maximum.",
	}
	msgFragments = i18n.Message{
		EN: "The document defines too many fragments: at most %d.",
		ES: "El documento define demasiados fragmentos: %d como máximo.",
		FR: "Le document définit trop de fragments : %d au maximum.",
	}
	msgSpreads = i18n.Message{
		EN: "The fragments of the document refer to one another too often: at most %d selections in reach of all of them together.",
		ES: "Los fragmentos del documento se remiten unos a otros con demasiada frecuencia: %d selecciones como máximo al alcance de todos ellos.",
		FR: "Les fragments du document renvoient trop souvent les uns aux autres : %d sélections au maximum à la portée de tous.",
	}
	msgDepth = i18n.Message{
		EN: "The operation is nested too deeply: at most %d levels.",
		ES: "La operación está anidada a demasiada profundidad: %d niveles como máximo.",
		FR: "L'opération est imbriquée trop profondément : %d niveaux au maximum.",
	}
	msgFields = i18n.Message{
		EN: "The operation asks for too many fields: at most %d, each use of a fragment counted.",
		ES: "La operación pide demasiados campos: %d como máximo, contando cada uso de un fragmento.",
		FR: "L'opération demande trop de champs : %d au maximum, chaque emploi d'un fragment étant compté.",
	}
	msgRootFields = i18n.Message{
		EN: "The operation asks for too much at once: at most %d fields at its root.",
		ES: "La operación pide demasiado de una vez: %d campos como máximo en su raíz.",
		FR: "L'opération demande trop à la fois : %d champs au maximum à sa racine.",
	}
	msgAliases = i18n.Message{
		EN: "The document renames too many fields: at most %d aliases.",
		ES: "El documento cambia el nombre de demasiados campos: %d alias como máximo.",
		FR: "Le document renomme trop de champs : %d alias au maximum.",
	}
	msgDirectives = i18n.Message{
		EN: "The document uses too many directives: at most %d.",
		ES: "El documento usa demasiadas directivas: %d como máximo.",
		FR: "Le document emploie trop de directives : %d au maximum.",
	}
	msgVariables = i18n.Message{
		EN: "The document declares too many variables: at most %d.",
		ES: "El documento declara demasiadas variables: %d como máximo.",
		FR: "Le document déclare trop de variables : %d au maximum.",
	}
	msgRepeats = i18n.Message{
		EN: "The document asks for the same fields too often: at most %d pairs to compare.",
		ES: "El documento pide los mismos campos con demasiada frecuencia: %d pares como máximo para comparar.",
		FR: "Le document demande trop souvent les mêmes champs : %d paires au maximum à comparer.",
	}
	msgList = i18n.Message{
		EN: "A list in the request is too long: at most %d elements.",
		ES: "Una lista de la solicitud es demasiado larga: %d elementos como máximo.",
		FR: "Une liste de la requête est trop longue : %d éléments au maximum.",
	}
	msgValues = i18n.Message{
		EN: "The variables are too many: at most %d values altogether.",
		ES: "Las variables son demasiadas: %d valores como máximo en total.",
		FR: "Les variables sont trop nombreuses : %d valeurs au maximum en tout.",
	}
	msgNesting = i18n.Message{
		EN: "A value in the request is nested too deeply: at most %d levels.",
		ES: "Un valor de la solicitud está anidado a demasiada profundidad: %d niveles como máximo.",
		FR: "Une valeur de la requête est imbriquée trop profondément : %d niveaux au maximum.",
	}
	msgCost = i18n.Message{
		EN: "The answer would cost %d, and may cost %d: each field costs 1, times the size of the pages and lists around it. Ask for fewer rows (first) or fewer fields, or for one part after the other; the query export gives whole lists and summaries as files.",
		ES: "La respuesta costaría %d y puede costar %d: cada campo cuesta 1, por el tamaño de las páginas y listas que lo rodean. Pida menos filas (first) o menos campos, o una parte tras otra; la consulta export da listas y resúmenes enteros como archivos.",
		FR: "La réponse coûterait %d et peut coûter %d : chaque champ coûte 1, multiplié par la taille des pages et des listes qui l'entourent. Demandez moins de lignes (first) ou moins de champs, ou une partie après l'autre ; la requête export donne des listes et des résumés entiers sous forme de fichiers.",
	}
	msgIntrospectionCost = i18n.Message{
		EN: "The question about the schema would cost too much: at most %d. The schema is at /schema.graphql.",
		ES: "La pregunta sobre el esquema costaría demasiado: %d como máximo. El esquema está en /schema.graphql.",
		FR: "La question sur le schéma coûterait trop cher : %d au maximum. Le schéma se trouve sous /schema.graphql.",
	}
	msgTime = i18n.Message{
		EN: "The answer took longer than %d seconds and was given up. Ask for less, or try again in a moment.",
		ES: "La respuesta tardó más de %d segundos y se abandonó. Pida menos o inténtelo de nuevo en un momento.",
		FR: "La réponse a pris plus de %d secondes et a été abandonnée. Demandez moins, ou réessayez dans un moment.",
	}
)
