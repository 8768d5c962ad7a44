package scalar

import "acs-aec.org/hub/internal/i18n"

// What people are told about a value that cannot be read.
var (
	msgDateTime = i18n.Message{
		EN: "Write the moment as 2026-11-23T14:05:00Z.", ES: "Escriba el momento como 2026-11-23T14:05:00Z.",
		FR: "Écrivez le moment sous la forme 2026-11-23T14:05:00Z.",
	}
	msgDate = i18n.Message{
		EN: "Write the day as YYYY-MM-DD, from the year 1000 on.", ES: "Escriba el día como AAAA-MM-DD, desde el año 1000.",
		FR: "Écrivez le jour sous la forme AAAA-MM-JJ, à partir de l'an 1000.",
	}
	msgTimeOfDay = i18n.Message{
		EN: "Write a time of the day as HH:MM.", ES: "Escriba una hora del día como HH:MM.", FR: "Écrivez une heure du jour sous la forme HH:MM.",
	}
	msgPartialDate = i18n.Message{
		EN: "Write the date as YYYY, YYYY-MM or YYYY-MM-DD.", ES: "Escriba la fecha como AAAA, AAAA-MM o AAAA-MM-DD.",
		FR: "Écrivez la date sous la forme AAAA, AAAA-MM ou AAAA-MM-JJ.",
	}
	msgLanguage = i18n.Message{
		EN: "The language is en, es or fr.", ES: "El idioma es en, es o fr.", FR: "La langue est en, es ou fr.",
	}
	msgDecimal = i18n.Message{
		EN: "Write the number as digits with a decimal point, such as 1234.50.", ES: "Escriba el número con cifras y punto decimal, como 1234.50.",
		FR: "Écrivez le nombre en chiffres avec un point décimal, comme 1234.50.",
	}
	msgCurrency = i18n.Message{
		EN: "Give the currency as three capital letters (ISO 4217), such as USD.", ES: "Indique la moneda con tres mayúsculas (ISO 4217), como USD.",
		FR: "Indiquez la monnaie en trois majuscules (ISO 4217), comme USD.",
	}
	msgCountry = i18n.Message{
		EN: "Give the country as two capital letters (ISO 3166-1), such as JM.", ES: "Indique el país con dos mayúsculas (ISO 3166-1), como JM.",
		FR: "Indiquez le pays en deux majuscules (ISO 3166-1), comme JM.",
	}
	msgEmail = i18n.Message{
		EN: "This is not an e-mail address.", ES: "Esto no es una dirección de correo electrónico.", FR: "Ce n'est pas une adresse électronique.",
	}
	msgURL = i18n.Message{
		EN: "This is not a web address.", ES: "Esto no es una dirección web.", FR: "Ce n'est pas une adresse web.",
	}
	msgNull = i18n.Message{
		EN: "This text holds the character U+0000, which can't be kept.", ES: "Este texto contiene el carácter U+0000, que no se puede guardar.",
		FR: "Ce texte contient le caractère U+0000, qui ne peut être conservé.",
	}
	msgText   = i18n.Message{EN: "Write a text.", ES: "Escriba un texto.", FR: "Écrivez un texte."}
	msgCursor = i18n.Message{
		EN: "This is not a position in the event log.", ES: "Esto no es una posición del registro de eventos.",
		FR: "Ce n'est pas une position du journal des événements.",
	}
)
