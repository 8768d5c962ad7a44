package iati

import (
	"strings"

	"acs-aec.org/hub/internal/i18n"
)

// rootElement stands for the root element where a file ends before it has a name.
var rootElement = i18n.Message{EN: "that is its root", ES: "que es su raíz", FR: "qui est sa racine"}

// faults are what encoding/xml finds in a file that is not well-formed, by how its
// sentence begins; what follows there is the place of %s.
var faults = []struct {
	begins string
	told   i18n.Message
}{
	{"expected element name after </", i18n.Message{
		EN: "after </ the name of an element is missing", ES: "después de </ falta el nombre de un elemento", FR: "après </ il manque le nom d'un élément",
	}},
	{"expected element name after <", i18n.Message{
		EN: "after < the name of an element is missing; write &lt; for the character",
		ES: "después de < falta el nombre de un elemento; escriba &lt; para el carácter",
		FR: "après < il manque le nom d'un élément ; écrivez &lt; pour le caractère",
	}},
	{"invalid characters between </", i18n.Message{
		EN: "an end tag holds more than the name of its element", ES: "una etiqueta de cierre contiene algo más que el nombre de su elemento",
		FR: "une balise de fin contient plus que le nom de son élément",
	}},
	{"expected target name after <?", i18n.Message{
		EN: "after <? a name is missing", ES: "después de <? falta un nombre", FR: "après <? il manque un nom",
	}},
	{"unsupported version ", i18n.Message{
		EN: "its declaration names a version of XML other than 1.0", ES: "su declaración indica una versión de XML distinta de la 1.0",
		FR: "sa déclaration nomme une version de XML autre que 1.0",
	}},
	{"invalid sequence <!- not part of <!--", i18n.Message{
		EN: "a comment begins with <!--, not with <!-", ES: "un comentario empieza por <!--, no por <!-", FR: "un commentaire commence par <!--, non par <!-",
	}},
	{`invalid sequence "--" not allowed in comments`, i18n.Message{
		EN: "a comment holds two hyphens", ES: "un comentario contiene dos guiones seguidos", FR: "un commentaire contient deux traits d'union",
	}},
	{"invalid <![ sequence", i18n.Message{
		EN: "after <![ only CDATA[ can follow", ES: "después de <![ solo puede seguir CDATA[", FR: "après <![ seul CDATA[ peut suivre",
	}},
	{"expected /> in element", i18n.Message{
		EN: "in a tag a / is not followed by >", ES: "en una etiqueta, una / no va seguida de >", FR: "dans une balise, un / n'est pas suivi de >",
	}},
	{"expected attribute name in element", i18n.Message{
		EN: "in a tag the name of an attribute is expected", ES: "en una etiqueta se espera el nombre de un atributo",
		FR: "dans une balise, le nom d'un attribut est attendu",
	}},
	{"attribute name without = in element", i18n.Message{
		EN: "an attribute has no value", ES: "un atributo no tiene valor", FR: "un attribut n'a pas de valeur",
	}},
	{"unquoted or missing attribute value in element", i18n.Message{
		EN: "the value of an attribute does not stand in quotation marks", ES: "el valor de un atributo no está entre comillas",
		FR: "la valeur d'un attribut n'est pas entre guillemets",
	}},
	{"unescaped ]]> not in CDATA section", i18n.Message{
		EN: "]]> stands in a text; write ]]&gt;", ES: "]]> está en un texto; escriba ]]&gt;", FR: "]]> se trouve dans un texte ; écrivez ]]&gt;",
	}},
	{"unescaped < inside quoted string", i18n.Message{
		EN: "the value of an attribute holds <; write &lt;", ES: "el valor de un atributo contiene <; escriba &lt;",
		FR: "la valeur d'un attribut contient < ; écrivez &lt;",
	}},
	{"invalid character entity ", i18n.Message{
		EN: "%s is no reference to a character that XML knows; write &amp; for &", ES: "%s no es una referencia a un carácter que XML conozca; escriba &amp; para &",
		FR: "%s n'est pas une référence à un caractère que XML connaît ; écrivez &amp; pour &",
	}},
	{"illegal character code ", i18n.Message{
		EN: "the character %s cannot stand in XML", ES: "el carácter %s no puede estar en XML", FR: "le caractère %s ne peut figurer en XML",
	}},
	{"invalid XML name: ", i18n.Message{
		EN: "%s is no name in XML", ES: "%s no es un nombre en XML", FR: "%s n'est pas un nom en XML",
	}},
}

var otherFault = i18n.Message{
	EN: "the parser does not understand what stands here", ES: "el analizador no entiende lo que hay aquí", FR: "l'analyseur ne comprend pas ce qui se trouve ici",
}

// fault says in three languages what encoding/xml says in English.
func fault(said string) i18n.Message {
	for _, f := range faults {
		if rest, ok := strings.CutPrefix(said, f.begins); ok {
			if !strings.Contains(f.told.EN, "%s") {
				return f.told
			}
			return filled(f.told, []any{quote(strings.TrimSuffix(rest, " (no semicolon)"))})
		}
	}
	return otherFault
}
