package exchange

import "acs-aec.org/hub/internal/i18n"

// Severity says what an issue means for the file.
type Severity string

// The severities.
const (
	Error   Severity = "ERROR"   // nothing of the file is taken
	Warning Severity = "WARNING" // the line is taken
)

// Issue is something that is wrong with a file of rates.
type Issue struct {
	Severity Severity
	// Line counts from 1, the line of the column names included.
	Line    int
	Message i18n.Message
	Args    []any
}

// In is the sentence in a language.
func (i Issue) In(l i18n.Lang) string { return i.Message.In(l, append([]any(nil), i.Args...)...) }

// maxIssues is how many issues a report lists; all are counted.
const maxIssues = 100

var (
	msgEmptyFile = i18n.Message{
		EN: "The file has no rates.", ES: "El archivo no tiene tipos de cambio.", FR: "Le fichier ne contient aucun taux.",
	}
	msgTooLarge = i18n.Message{
		EN: "The file is too large: at most %d rates and 1 MiB. Divide it.",
		ES: "El archivo es demasiado grande: como máximo %d tipos de cambio y 1 MiB. Divídalo.",
		FR: "Le fichier est trop grand : au plus %d taux et 1 Mio. Divisez-le.",
	}
	msgNoText = i18n.Message{
		EN: "The file is not text in UTF-8.", ES: "El archivo no es texto en UTF-8.", FR: "Le fichier n'est pas du texte en UTF-8.",
	}
	msgNoCSV = i18n.Message{
		EN: "This is not a line of comma-separated values: a quotation mark is wrong.",
		ES: "Esto no es una línea de valores separados por comas: hay unas comillas erróneas.",
		FR: "Ce n'est pas une ligne de valeurs séparées par des virgules : un guillemet est mal placé.",
	}
	msgColumns = i18n.Message{
		EN: "Name the columns in the first line: currency, then year or date, then either lcu_per_usd (or units_per_usd) or usd_per_unit.",
		ES: "Indique las columnas en la primera línea: currency, year o date, y o bien lcu_per_usd (o units_per_usd) o bien usd_per_unit.",
		FR: "Nommez les colonnes sur la première ligne : currency, year ou date, et soit lcu_per_usd (ou units_per_usd), soit usd_per_unit.",
	}
	msgCells = i18n.Message{
		EN: "This line has %d cells, the first one %d.", ES: "Esta línea tiene %d celdas; la primera, %d.", FR: "Cette ligne a %d cellules, la première %d.",
	}
	msgCurrency = i18n.Message{
		EN: "“%s” is not a currency: write three capitals, such as XCD.", ES: "«%s» no es una moneda: escriba tres mayúsculas, como XCD.",
		FR: "« %s » n'est pas une monnaie : écrivez trois majuscules, comme XCD.",
	}
	msgYear = i18n.Message{
		EN: "“%s” is not a year from 1900 to %d, or a date in one.", ES: "«%s» no es un año entre 1900 y %d, ni una fecha de uno de ellos.",
		FR: "« %s » n'est pas une année de 1900 à %d, ni une date de l'une d'elles.",
	}
	msgNumber = i18n.Message{
		EN: "“%s” is not a rate: write a number above zero in digits with a decimal point.",
		ES: "«%s» no es un tipo de cambio: escriba un número mayor que cero con cifras y punto decimal.",
		FR: "« %s » n'est pas un taux : écrivez un nombre supérieur à zéro en chiffres avec un point décimal.",
	}
	msgBase = i18n.Message{
		EN: "Rates are against the United States dollar: one dollar is one dollar, not %s.",
		ES: "Los tipos son frente al dólar de los Estados Unidos: un dólar es un dólar, no %s.",
		FR: "Les taux sont exprimés par rapport au dollar des États-Unis : un dollar vaut un dollar, non %s.",
	}
	msgTwice = i18n.Message{
		EN: "%s of %d stands already in line %d, with another rate. One average a year is kept.",
		ES: "%s de %d figura ya en la línea %d, con otro tipo de cambio. Se guarda un promedio por año.",
		FR: "%s pour %d figure déjà à la ligne %d, avec un autre taux. Une moyenne par an est conservée.",
	}
	msgUnknown = i18n.Message{
		EN: "The code %s is not in the list Currency. The rate is kept.", ES: "El código %s no está en la lista Currency. El tipo de cambio se guarda.",
		FR: "Le code %s n'est pas dans la liste Currency. Le taux est conservé.",
	}
)
