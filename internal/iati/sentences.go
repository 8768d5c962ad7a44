package iati

import "acs-aec.org/hub/internal/i18n"

// refusals are why a file is refused whole.
var refusals = map[string]i18n.Message{
	"empty": {
		EN: "The file is empty.", ES: "El archivo está vacío.", FR: "Le fichier est vide.",
	},
	"packed": {
		EN: "The file is packed. Unpack it, and send the XML file that is in it.",
		ES: "El archivo está comprimido. Descomprímalo y envíe el archivo XML que contiene.",
		FR: "Le fichier est compressé. Décompressez-le et envoyez le fichier XML qu'il contient.",
	},
	"spreadsheet": {
		EN: "The file is a spreadsheet; activities come as IATI XML. Bring tables of transactions or funding opportunities in by importTable or “hub import table”.",
		ES: "El archivo es una hoja de cálculo; las actividades llegan como XML de IATI. Las tablas de transacciones o de oportunidades se importan con importTable o «hub import table».",
		FR: "Le fichier est une feuille de calcul ; les activités viennent en XML de l'IITA. Les tableaux de transactions ou d'opportunités s'importent par importTable ou « hub import table ».",
	},
	"office": {
		EN: "The file is a document of an office program; activities come as IATI XML. Ask the publisher for the XML file.",
		ES: "El archivo es un documento de ofimática; las actividades llegan como XML de IATI. Pida el archivo XML a quien publica.",
		FR: "Le fichier est un document bureautique ; les activités viennent en XML de l'IITA. Demandez le fichier XML à qui publie.",
	},
	"pdf": {
		EN: "The file is a PDF; activities come as IATI XML. Ask the publisher for the XML file.",
		ES: "El archivo es un PDF; las actividades llegan como XML de IATI. Pida el archivo XML a quien publica.",
		FR: "Le fichier est un PDF ; les activités viennent en XML de l'IITA. Demandez le fichier XML à qui publie.",
	},
	"html": {
		EN: "The file is a web page (HTML), not IATI XML. Open its address in a browser, and save the XML file to which the page leads.",
		ES: "El archivo es una página web (HTML), no XML de IATI. Abra su dirección en un navegador y guarde el archivo XML al que lleva la página.",
		FR: "Le fichier est une page web (HTML), non du XML de l'IITA. Ouvrez son adresse dans un navigateur et enregistrez le fichier XML auquel la page mène.",
	},
	"json": {
		EN: "The file is JSON, not IATI XML. Download the data in its XML form.",
		ES: "El archivo es JSON, no XML de IATI. Descargue los datos en su forma XML.",
		FR: "Le fichier est du JSON, non du XML de l'IITA. Téléchargez les données sous leur forme XML.",
	},
	"csv": {
		EN: "The file is a table (CSV); activities come as IATI XML. Bring tables of transactions or funding opportunities in by importTable or “hub import table”.",
		ES: "El archivo es una tabla (CSV); las actividades llegan como XML de IATI. Las tablas de transacciones o de oportunidades se importan con importTable o «hub import table».",
		FR: "Le fichier est un tableau (CSV) ; les activités viennent en XML de l'IITA. Les tableaux de transactions ou d'opportunités s'importent par importTable ou « hub import table ».",
	},
	"encoding-false": {
		EN: "The file says in its first line that its encoding is %s, and it is not. Correct the line, or save the file in UTF-8.",
		ES: "El archivo dice en su primera línea que su codificación es %s, y no lo es. Corrija la línea o guarde el archivo en UTF-8.",
		FR: "Le fichier dit à sa première ligne que son encodage est %s, et ce n'est pas le cas. Corrigez la ligne, ou enregistrez le fichier en UTF-8.",
	},
	"encoding": {
		EN: "The encoding %s is not read; UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 and windows-1252 are. Save the file in UTF-8.",
		ES: "No se lee la codificación %s; sí UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 y windows-1252. Guarde el archivo en UTF-8.",
		FR: "L'encodage %s n'est pas lu ; UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 et windows-1252 le sont. Enregistrez le fichier en UTF-8.",
	},
	"not-utf-8": {
		EN: "The file is not in the encoding that it names: a character is not valid UTF-8. Save it in UTF-8, or name its encoding in its first line.",
		ES: "El archivo no está en la codificación que indica: un carácter no es UTF-8 válido. Guárdelo en UTF-8 o indique su codificación en la primera línea.",
		FR: "Le fichier n'est pas dans l'encodage qu'il indique : un caractère n'est pas de l'UTF-8 valide. Enregistrez-le en UTF-8, ou nommez son encodage à la première ligne.",
	},
	"not-well-formed": {
		EN: "The file is not well-formed XML: %s.",
		ES: "El archivo no es XML bien formado: %s.",
		FR: "Le fichier n'est pas du XML bien formé : %s.",
	},
	"ends-early": {
		EN: "The file ends before the element %s does.",
		ES: "El archivo termina antes que el elemento %s.",
		FR: "Le fichier se termine avant l'élément %s.",
	},
	"unmatched-end": {
		EN: "The file is not well-formed XML: %s is closed while %s is open.",
		ES: "El archivo no es XML bien formado: se cierra %s cuando está abierto %s.",
		FR: "Le fichier n'est pas du XML bien formé : %s est fermé alors que %s est ouvert.",
	},
	"end-alone": {
		EN: "The file is not well-formed XML: %s is closed while no element is open.",
		ES: "El archivo no es XML bien formado: se cierra %s cuando no hay ningún elemento abierto.",
		FR: "Le fichier n'est pas du XML bien formé : %s est fermé alors qu'aucun élément n'est ouvert.",
	},
	"attribute-twice": {
		EN: "The file is not well-formed XML: an element has the attribute %s twice.",
		ES: "El archivo no es XML bien formado: un elemento tiene dos veces el atributo %s.",
		FR: "Le fichier n'est pas du XML bien formé : un élément a deux fois l'attribut %s.",
	},
	"unbound-prefix": {
		EN: "The file is not well-formed XML: nothing declares the prefix %s.",
		ES: "El archivo no es XML bien formado: nada declara el prefijo %s.",
		FR: "Le fichier n'est pas du XML bien formé : rien ne déclare le préfixe %s.",
	},
	"second-root": {
		EN: "The file is not well-formed XML: %s follows after its end.",
		ES: "El archivo no es XML bien formado: %s sigue después de su final.",
		FR: "Le fichier n'est pas du XML bien formé : %s suit après sa fin.",
	},
	"text-outside": {
		EN: "The file is not well-formed XML: there is text outside of its root element.",
		ES: "El archivo no es XML bien formado: hay texto fuera de su elemento raíz.",
		FR: "Le fichier n'est pas du XML bien formé : il y a du texte hors de son élément racine.",
	},
	"declaration": {
		EN: "The file is not well-formed XML: the XML declaration does not stand at its beginning.",
		ES: "El archivo no es XML bien formado: la declaración XML no está al principio.",
		FR: "Le fichier n'est pas du XML bien formé : la déclaration XML n'est pas à son début.",
	},
	"doctype": {
		EN: "The file has a document type declaration; IATI needs none, and it can do harm.",
		ES: "El archivo tiene una declaración de tipo de documento; IATI no la necesita y puede hacer daño.",
		FR: "Le fichier a une déclaration de type de document ; l'IITA n'en a pas besoin et elle peut nuire.",
	},
	"root": {
		EN: "The file is no IATI activity file: its root element is %s.",
		ES: "El archivo no es un archivo de actividades IATI: su elemento raíz es %s.",
		FR: "Le fichier n'est pas un fichier d'activités IITA : son élément racine est %s.",
	},
	"organisation-file": {
		EN: "The file is an IATI organisation file; only activity files are read.",
		ES: "El archivo es un archivo IATI de organizaciones; solo se leen archivos de actividades.",
		FR: "Le fichier est un fichier IITA d'organisations ; seuls les fichiers d'activités sont lus.",
	},
	"version-missing": {
		EN: "The file does not say which version of the IATI standard it follows.",
		ES: "El archivo no dice qué versión del estándar IATI sigue.",
		FR: "Le fichier ne dit pas quelle version du standard IITA il suit.",
	},
	"version": {
		EN: "The file follows version %s of the IATI standard; 2.01, 2.02 and 2.03 are read.",
		ES: "El archivo sigue la versión %s del estándar IATI; se leen 2.01, 2.02 y 2.03.",
		FR: "Le fichier suit la version %s du standard IITA ; 2.01, 2.02 et 2.03 sont lues.",
	},
	"too-deep": {
		EN: "Elements are nested more than %d deep.",
		ES: "Hay elementos anidados a más de %d niveles.",
		FR: "Des éléments sont imbriqués à plus de %d niveaux.",
	},
	"namespaces": {
		EN: "More than %d namespace prefixes are in force here.",
		ES: "Aquí rigen más de %d prefijos de espacios de nombres.",
		FR: "Plus de %d préfixes d'espaces de noms sont en vigueur ici.",
	},
	"activity-too-large": {
		EN: "The activity that begins here is too large: more than 32 MiB, or more than 500,000 elements and attributes.",
		ES: "La actividad que empieza aquí es demasiado grande: más de 32 MiB o más de 500 000 elementos y atributos.",
		FR: "L'activité qui commence ici est trop grande : plus de 32 Mio, ou plus de 500 000 éléments et attributs.",
	},
	"token-too-large": {
		EN: "What begins here is longer than 32 MiB.",
		ES: "Lo que empieza aquí ocupa más de 32 MiB.",
		FR: "Ce qui commence ici dépasse 32 Mio.",
	},
}

// codeMessage is the sentence of every rule about a codelist.
var codeMessage = i18n.Message{
	EN: "The code %s is not in the list %s.",
	ES: "El código %s no está en la lista %s.",
	FR: "Le code %s n'est pas dans la liste %s.",
}

// rule is what is broken, and how bad that is.
type rule struct {
	severity Severity
	message  i18n.Message
}

// rules are those of our own and of the schema, and the standard ruleset's by
// their official numbers.
var rules = merged(ownRules, structureRules, standardRules)

func merged(tables ...map[string]rule) map[string]rule {
	all := map[string]rule{}
	for _, t := range tables {
		for k, r := range t {
			all[k] = r
		}
	}
	return all
}

var ownRules = map[string]rule{
	"identifier-missing": {Critical, i18n.Message{
		EN: "The activity has no identifier, so it cannot be taken.",
		ES: "La actividad no tiene identificador, así que no puede tomarse.",
		FR: "L'activité n'a pas d'identifiant ; elle ne peut donc pas être reprise.",
	}},
	"identifier-twice": {Critical, i18n.Message{
		EN: "The identifier %s occurred before in this file; only the first activity is taken.",
		ES: "El identificador %s ya apareció en este archivo; solo se toma la primera actividad.",
		FR: "L'identifiant %s figure déjà dans ce fichier ; seule la première activité est reprise.",
	}},
	"identifier-too-long": {Critical, i18n.Message{
		EN: "The identifier is longer than %d bytes, so the activity cannot be taken.",
		ES: "El identificador ocupa más de %d bytes, así que la actividad no puede tomarse.",
		FR: "L'identifiant dépasse %d octets ; l'activité ne peut donc pas être reprise.",
	}},
	"amount-inexact": {Error, i18n.Message{
		EN: "The amount %s has too many digits to be kept, so it does not count in sums.",
		ES: "El importe %s tiene demasiadas cifras para guardarse, así que no cuenta en las sumas.",
		FR: "Le montant %s a trop de chiffres pour être gardé ; il ne compte donc pas dans les sommes.",
	}},
	"amount-digits": {Warning, i18n.Message{
		EN: "The amount %s has more than six decimals or is above 9,223,372,036,854: it is kept as a text, and sums count it exactly.",
		ES: "El importe %s tiene más de seis decimales o supera 9 223 372 036 854: se guarda como texto, y las sumas lo cuentan con exactitud.",
		FR: "Le montant %s a plus de six décimales ou dépasse 9 223 372 036 854 : il est gardé comme texte, et les sommes le comptent exactement.",
	}},
	"percentage-inexact": {Warning, i18n.Message{
		EN: "The percentage %s has more than six decimals or is too large; only its text is kept.",
		ES: "El porcentaje %s tiene más de seis decimales o es demasiado grande; solo se guarda su texto.",
		FR: "Le pourcentage %s a plus de six décimales ou est trop grand ; seul son texte est gardé.",
	}},
	"code-too-long": {Error, i18n.Message{
		EN: "The attribute “%s” is longer than %d bytes and is left out.",
		ES: "El atributo “%s” ocupa más de %d bytes y se omite.",
		FR: "L'attribut “%s” dépasse %d octets et est omis.",
	}},
	"text-too-long": {Warning, i18n.Message{
		EN: "The text is longer than %d bytes and is cut.",
		ES: "El texto ocupa más de %d bytes y se corta.",
		FR: "Le texte dépasse %d octets et est coupé.",
	}},
	"date-twice": {Warning, i18n.Message{
		EN: "There is another date of the same type; %s counts.",
		ES: "Hay otra fecha del mismo tipo; cuenta %s.",
		FR: "Il y a une autre date du même type ; %s compte.",
	}},
	"no-activities": {Error, i18n.Message{
		EN: "There is no activity in the file.",
		ES: "No hay ninguna actividad en el archivo.",
		FR: "Il n'y a aucune activité dans le fichier.",
	}},
	"too-many-issues": {Warning, i18n.Message{
		EN: "There are more issues in this activity; they are not listed.",
		ES: "Hay más incidencias en esta actividad; no se enumeran.",
		FR: "Il y a d'autres problèmes dans cette activité ; ils ne sont pas énumérés.",
	}},
}

// structureRules are those of the XSD.
var structureRules = map[string]rule{
	"xsd-order": {Error, i18n.Message{
		EN: "The element %s stands after %s; it belongs before it.",
		ES: "El elemento %s está después de %s; debe ir antes.",
		FR: "L'élément %s se trouve après %s ; il doit être avant.",
	}},
	"xsd-missing": {Error, i18n.Message{
		EN: "In the element %s the element %s is missing.",
		ES: "En el elemento %s falta el elemento %s.",
		FR: "Dans l'élément %s, il manque l'élément %s.",
	}},
	"xsd-repeated": {Error, i18n.Message{
		EN: "The element %s can occur only once in %s.",
		ES: "El elemento %s solo puede aparecer una vez en %s.",
		FR: "L'élément %s ne peut figurer qu'une fois dans %s.",
	}},
	"xsd-unknown-element": {Error, i18n.Message{
		EN: "The element %s is not known in %s; own elements need a namespace.",
		ES: "El elemento %s no se conoce en %s; los elementos propios necesitan un espacio de nombres.",
		FR: "L'élément %s n'est pas connu dans %s ; les éléments propres ont besoin d'un espace de noms.",
	}},
	"xsd-attribute": {Error, i18n.Message{
		EN: "The attribute %s of the element %s is missing.",
		ES: "Falta el atributo %s del elemento %s.",
		FR: "Il manque l'attribut %s de l'élément %s.",
	}},
	"xsd-unknown-attribute": {Error, i18n.Message{
		EN: "The attribute %s is not known on %s; own attributes need a namespace.",
		ES: "El atributo %s no se conoce en %s; los atributos propios necesitan un espacio de nombres.",
		FR: "L'attribut %s n'est pas connu sur %s ; les attributs propres ont besoin d'un espace de noms.",
	}},
	"xsd-type": {Error, i18n.Message{
		EN: "%s is not %s.", ES: "%s no es %s.", FR: "%s n'est pas %s.",
	}},
	"xsd-text": {Error, i18n.Message{
		EN: "The element %s cannot hold text of its own.",
		ES: "El elemento %s no puede contener texto propio.",
		FR: "L'élément %s ne peut pas contenir de texte propre.",
	}},
}
