package iati

import "acs-aec.org/hub/internal/i18n"

// standardRules are the rules of the IATI standard ruleset, by their official
// numbers and with their official severities.
var standardRules = map[string]rule{
	"1.1.3": {Error, i18n.Message{
		EN: "The activity's identifier must differ from the identifier of the reporting organisation.",
		ES: "El identificador de la actividad debe ser distinto del de la organización que informa.",
		FR: "L'identifiant de l'activité doit différer de celui de l'organisation déclarante.",
	}},
	"1.1.21": {Warning, i18n.Message{
		EN: "The activity's identifier should begin with the identifier of the reporting organisation and a hyphen: %s.",
		ES: "El identificador de la actividad debería empezar con el de la organización que informa y un guion: %s.",
		FR: "L'identifiant de l'activité devrait commencer par celui de l'organisation déclarante et un trait d'union : %s.",
	}},
	"1.3.1": {Warning, i18n.Message{
		EN: "The activity's identifier should not start or end with spaces or line breaks.",
		ES: "El identificador de la actividad no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'activité ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.3.13": {Warning, i18n.Message{
		EN: "The activity's identifier must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la actividad no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'activité ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.4.1": {Warning, i18n.Message{
		EN: "The activity of the providing organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "La actividad de la organización proveedora (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'activité de l'organisation prestataire (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.5.1": {Warning, i18n.Message{
		EN: "The activity of the receiving organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "La actividad de la organización receptora (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'activité de l'organisation bénéficiaire (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.6.1": {Warning, i18n.Message{
		EN: "The previous identifier of the activity should not start or end with spaces or line breaks.",
		ES: "El identificador anterior de la actividad no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'ancien identifiant de l'activité ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.7.1": {Warning, i18n.Message{
		EN: "The identifier of the related activity (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la actividad relacionada (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'activité liée (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.8.1": {Warning, i18n.Message{
		EN: "The identifier of the participating organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la organización participante (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'organisation participante (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.8.13": {Warning, i18n.Message{
		EN: "The identifier of the participating organisation (“%s”) must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la organización participante (“%s”) no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'organisation participante (“%s”) ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.9.1": {Warning, i18n.Message{
		EN: "The activity of the participating organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "La actividad de la organización participante (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'activité de l'organisation participante (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.10.1": {Warning, i18n.Message{
		EN: "The identifier of the providing organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la organización proveedora (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'organisation prestataire (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.10.13": {Warning, i18n.Message{
		EN: "The identifier of the providing organisation (“%s”) must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la organización proveedora (“%s”) no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'organisation prestataire (“%s”) ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.11.1": {Warning, i18n.Message{
		EN: "The identifier of the owner organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la organización propietaria (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'organisation propriétaire (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.11.13": {Warning, i18n.Message{
		EN: "The identifier of the owner organisation (“%s”) must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la organización propietaria (“%s”) no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'organisation propriétaire (“%s”) ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.14.1": {Warning, i18n.Message{
		EN: "The identifier of the reporting organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la organización que informa (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'organisation déclarante (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.14.13": {Warning, i18n.Message{
		EN: "The identifier of the reporting organisation (“%s”) must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la organización que informa (“%s”) no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'organisation déclarante (“%s”) ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.15.1": {Warning, i18n.Message{
		EN: "The identifier of the receiving organisation (“%s”) should not start or end with spaces or line breaks.",
		ES: "El identificador de la organización receptora (“%s”) no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'identifiant de l'organisation bénéficiaire (“%s”) ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"1.15.13": {Warning, i18n.Message{
		EN: "The identifier of the receiving organisation (“%s”) must not contain any of the symbols /, &, | and ?.",
		ES: "El identificador de la organización receptora (“%s”) no debe contener ninguno de los símbolos /, &, | y ?.",
		FR: "L'identifiant de l'organisation bénéficiaire (“%s”) ne doit contenir aucun des symboles /, &, | et ?.",
	}},
	"1.16.1": {Warning, i18n.Message{
		EN: "The previous identifier of the reporting organisation should not start or end with spaces or line breaks.",
		ES: "El identificador anterior de la organización que informa no debería empezar ni terminar con espacios o saltos de línea.",
		FR: "L'ancien identifiant de l'organisation déclarante ne devrait ni commencer ni finir par des espaces ou des sauts de ligne.",
	}},
	"2.1.1": {Error, i18n.Message{
		EN: "Where there are several sectors of a vocabulary, each must have a percentage.",
		ES: "Donde hay varios sectores de un vocabulario, cada uno debe tener un porcentaje.",
		FR: "Là où il y a plusieurs secteurs d'un vocabulaire, chacun doit avoir un pourcentage.",
	}},
	"2.1.2": {Error, i18n.Message{
		EN: "The percentages of the sectors of a vocabulary must add up to 100; they make %s.",
		ES: "Los porcentajes de los sectores de un vocabulario deben sumar 100; suman %s.",
		FR: "Les pourcentages des secteurs d'un vocabulaire doivent faire 100 ; ils font %s.",
	}},
	"2.1.4": {Error, i18n.Message{
		EN: "Where there is only one of the sectors of a vocabulary, its percentage must be left out or be 100, not %s.",
		ES: "Donde hay uno solo de los sectores de un vocabulario, su porcentaje debe omitirse o ser 100, no %s.",
		FR: "Là où il n'y a qu'un seul des secteurs d'un vocabulaire, son pourcentage doit être omis ou valoir 100, et non %s.",
	}},
	"2.2.1": {Error, i18n.Message{
		EN: "A sector of the organisation's own vocabulary (98 or 99) must have a narrative.",
		ES: "Un sector del vocabulario propio de la organización (98 o 99) debe llevar un texto.",
		FR: "Un secteur du vocabulaire propre à l'organisation (98 ou 99) doit avoir un texte.",
	}},
	"3.1.1": {Error, i18n.Message{
		EN: "Where there are several recipient countries, each must have a percentage.",
		ES: "Donde hay varios países receptores, cada uno debe tener un porcentaje.",
		FR: "Là où il y a plusieurs pays bénéficiaires, chacun doit avoir un pourcentage.",
	}},
	"3.1.2": {Error, i18n.Message{
		EN: "The percentages of the recipient countries must add up to 100; they make %s.",
		ES: "Los porcentajes de los países receptores deben sumar 100; suman %s.",
		FR: "Les pourcentages des pays bénéficiaires doivent faire 100 ; ils font %s.",
	}},
	"3.1.4": {Error, i18n.Message{
		EN: "Where there is only one of the recipient countries, its percentage must be left out or be 100, not %s.",
		ES: "Donde hay uno solo de los países receptores, su porcentaje debe omitirse o ser 100, no %s.",
		FR: "Là où il n'y a qu'un seul des pays bénéficiaires, son pourcentage doit être omis ou valoir 100, et non %s.",
	}},
	"3.4.1": {Error, i18n.Message{
		EN: "Where there are several recipient countries and regions, each must have a percentage.",
		ES: "Donde hay varios países o territorios regionales receptores, cada uno debe tener un porcentaje.",
		FR: "Là où il y a plusieurs pays ou territoires régionaux bénéficiaires, chacun doit avoir un pourcentage.",
	}},
	"3.4.2": {Error, i18n.Message{
		EN: "The percentages of the recipient countries and regions must add up to 100; they make %s.",
		ES: "Los porcentajes de los países o territorios regionales receptores deben sumar 100; suman %s.",
		FR: "Les pourcentages des pays ou territoires régionaux bénéficiaires doivent faire 100 ; ils font %s.",
	}},
	"3.4.4": {Error, i18n.Message{
		EN: "Where there is only one of the recipient countries and regions, its percentage must be left out or be 100, not %s.",
		ES: "Donde hay uno solo de los países o territorios regionales receptores, su porcentaje debe omitirse o ser 100, no %s.",
		FR: "Là où il n'y a qu'un seul des pays ou territoires régionaux bénéficiaires, son pourcentage doit être omis ou valoir 100, et non %s.",
	}},
	"3.6.2": {Error, i18n.Message{
		EN: "Recipient countries and regions must stand in the activity or in its transactions, not in both.",
		ES: "Los países y regiones receptores deben estar en la actividad o en sus transacciones, no en ambas.",
		FR: "Les pays et régions bénéficiaires doivent se trouver dans l'activité ou dans ses transactions, pas dans les deux.",
	}},
	"3.7.1": {Error, i18n.Message{
		EN: "There should be a recipient country or region, in the activity or in all of its transactions.",
		ES: "Debería haber un país o una región receptora, en la actividad o en todas sus transacciones.",
		FR: "Il devrait y avoir un pays ou une région bénéficiaire, dans l'activité ou dans toutes ses transactions.",
	}},
	"3.7.2": {Error, i18n.Message{
		EN: "Some transactions have a recipient country or region and this one has none; all of them should have one.",
		ES: "Algunas transacciones tienen un país o una región receptora y esta no; todas deberían tenerlo.",
		FR: "Certaines transactions ont un pays ou une région bénéficiaire et celle-ci n'en a pas ; toutes devraient en avoir.",
	}},
	"4.1.1": {Error, i18n.Message{
		EN: "The activity must give a default language, or each narrative must give its own.",
		ES: "La actividad debe indicar un idioma por defecto, o cada texto debe indicar el suyo.",
		FR: "L'activité doit donner une langue par défaut, ou chaque texte doit donner la sienne.",
	}},
	"4.3.1": {Error, i18n.Message{
		EN: "The title must say something.",
		ES: "El título debe decir algo.",
		FR: "Le titre doit dire quelque chose.",
	}},
	"4.4.1": {Error, i18n.Message{
		EN: "The description must say something.",
		ES: "La descripción debe decir algo.",
		FR: "La description doit dire quelque chose.",
	}},
	"6.2.2": {Error, i18n.Message{
		EN: "There must be a sector, in the activity or in all of its transactions.",
		ES: "Debe haber un sector, en la actividad o en todas sus transacciones.",
		FR: "Il doit y avoir un secteur, dans l'activité ou dans toutes ses transactions.",
	}},
	"6.6.2": {Error, i18n.Message{
		EN: "Sectors must stand in the activity or in its transactions, not in both.",
		ES: "Los sectores deben estar en la actividad o en sus transacciones, no en ambas.",
		FR: "Les secteurs doivent se trouver dans l'activité ou dans ses transactions, pas dans les deux.",
	}},
	"6.7.2": {Error, i18n.Message{
		EN: "Some transactions have a sector and this one has none; all of them must have one.",
		ES: "Algunas transacciones tienen sector y esta no; todas deben tenerlo.",
		FR: "Certaines transactions ont un secteur et celle-ci n'en a pas ; toutes doivent en avoir un.",
	}},
	"6.8.1": {Error, i18n.Message{
		EN: "The owner organisation must have an identifier or a name.",
		ES: "La organización propietaria debe tener un identificador o un nombre.",
		FR: "L'organisation propriétaire doit avoir un identifiant ou un nom.",
	}},
	"6.9.1": {Error, i18n.Message{
		EN: "The providing organisation must have an identifier or a name.",
		ES: "La organización proveedora debe tener un identificador o un nombre.",
		FR: "L'organisation prestataire doit avoir un identifiant ou un nom.",
	}},
	"6.9.2": {Error, i18n.Message{
		EN: "The receiving organisation must have an identifier or a name.",
		ES: "La organización receptora debe tener un identificador o un nombre.",
		FR: "L'organisation bénéficiaire doit avoir un identifiant ou un nom.",
	}},
	"6.10.1": {Error, i18n.Message{
		EN: "The participating organisation must have an identifier or a name.",
		ES: "La organización participante debe tener un identificador o un nombre.",
		FR: "L'organisation participante doit avoir un identifiant ou un nom.",
	}},
	"6.11.1": {Error, i18n.Message{
		EN: "The activity must have a planned or an actual start date.",
		ES: "La actividad debe tener una fecha de inicio prevista o efectiva.",
		FR: "L'activité doit avoir une date de début prévue ou effective.",
	}},
	"6.13.1": {Error, i18n.Message{
		EN: "A policy marker of the organisation's own vocabulary (99) must have a narrative.",
		ES: "Un marcador de política del vocabulario propio de la organización (99) debe llevar un texto.",
		FR: "Un marqueur politique du vocabulaire propre à l'organisation (99) doit avoir un texte.",
	}},
	"6.14.1": {Error, i18n.Message{
		EN: "A policy marker of the OECD DAC must have a significance.",
		ES: "Un marcador de política del CAD de la OCDE debe tener un grado de importancia.",
		FR: "Un marqueur politique du CAD de l'OCDE doit avoir un degré d'importance.",
	}},
	"7.5.3": {Error, i18n.Message{
		EN: "The budget's period, %s to %s, must not be longer than a year.",
		ES: "El período del presupuesto, del %s al %s, no debe durar más de un año.",
		FR: "La période du budget, du %s au %s, ne doit pas dépasser un an.",
	}},
	"7.8.1": {Error, i18n.Message{
		EN: "The activity must give a default currency, or each amount must give its own.",
		ES: "La actividad debe indicar una moneda por defecto, o cada importe debe indicar la suya.",
		FR: "L'activité doit donner une monnaie par défaut, ou chaque montant doit donner la sienne.",
	}},
	"7.9.1": {Warning, i18n.Message{
		EN: "Where there are several budget items, each must have a percentage.",
		ES: "Donde hay varios renglones del presupuesto, cada uno debe tener un porcentaje.",
		FR: "Là où il y a plusieurs postes budgétaires, chacun doit avoir un pourcentage.",
	}},
	"7.9.2": {Warning, i18n.Message{
		EN: "The percentages of the budget items must add up to 100; they make %s.",
		ES: "Los porcentajes de los renglones del presupuesto deben sumar 100; suman %s.",
		FR: "Les pourcentages des postes budgétaires doivent faire 100 ; ils font %s.",
	}},
	"7.9.4": {Warning, i18n.Message{
		EN: "Where there is only one of the budget items, its percentage must be left out or be 100, not %s.",
		ES: "Donde hay uno solo de los renglones del presupuesto, su porcentaje debe omitirse o ser 100, no %s.",
		FR: "Là où il n'y a qu'un seul des postes budgétaires, son pourcentage doit être omis ou valoir 100, et non %s.",
	}},
	"8.6.1": {Error, i18n.Message{
		EN: "The period of the indicator begins on %s, after it ends on %s.",
		ES: "El período del indicador empieza el %s, después de terminar el %s.",
		FR: "La période de l'indicateur commence le %s, après sa fin le %s.",
	}},
	"8.6.3": {Error, i18n.Message{
		EN: "The period begins on %s, after it ends on %s.",
		ES: "El período empieza el %s, después de terminar el %s.",
		FR: "La période commence le %s, après sa fin le %s.",
	}},
	"8.8.1": {Error, i18n.Message{
		EN: "The baseline must have a value, as the indicator's measure is a number.",
		ES: "La línea de base debe tener un valor, porque el indicador se mide en números.",
		FR: "La valeur de référence doit avoir un nombre, car l'indicateur se mesure en nombres.",
	}},
	"8.8.2": {Warning, i18n.Message{
		EN: "The baseline should be a number, as the indicator's measure is; it is %s.",
		ES: "La línea de base debería ser un número, como la medida del indicador; es %s.",
		FR: "La valeur de référence devrait être un nombre, comme la mesure de l'indicateur ; elle est %s.",
	}},
	"8.8.3": {Warning, i18n.Message{
		EN: "The baseline should have no value, as the indicator's measure is qualitative.",
		ES: "La línea de base no debería tener valor, porque la medida del indicador es cualitativa.",
		FR: "La valeur de référence ne devrait pas avoir de nombre, car la mesure de l'indicateur est qualitative.",
	}},
	"8.9.1": {Error, i18n.Message{
		EN: "The target must have a value, as the indicator's measure is a number.",
		ES: "La meta debe tener un valor, porque el indicador se mide en números.",
		FR: "La valeur cible doit avoir un nombre, car l'indicateur se mesure en nombres.",
	}},
	"8.9.2": {Warning, i18n.Message{
		EN: "The target should be a number, as the indicator's measure is; it is %s.",
		ES: "La meta debería ser un número, como la medida del indicador; es %s.",
		FR: "La valeur cible devrait être un nombre, comme la mesure de l'indicateur ; elle est %s.",
	}},
	"8.9.3": {Warning, i18n.Message{
		EN: "The target should have no value, as the indicator's measure is qualitative.",
		ES: "La meta no debería tener valor, porque la medida del indicador es cualitativa.",
		FR: "La valeur cible ne devrait pas avoir de nombre, car la mesure de l'indicateur est qualitative.",
	}},
	"8.10.1": {Error, i18n.Message{
		EN: "The actual result must have a value, as the indicator's measure is a number.",
		ES: "La cifra alcanzada debe tener un valor, porque el indicador se mide en números.",
		FR: "La valeur atteinte doit avoir un nombre, car l'indicateur se mesure en nombres.",
	}},
	"8.10.2": {Warning, i18n.Message{
		EN: "The actual result should be a number, as the indicator's measure is; it is %s.",
		ES: "La cifra alcanzada debería ser un número, como la medida del indicador; es %s.",
		FR: "La valeur atteinte devrait être un nombre, comme la mesure de l'indicateur ; elle est %s.",
	}},
	"8.10.3": {Warning, i18n.Message{
		EN: "The actual result should have no value, as the indicator's measure is qualitative.",
		ES: "La cifra alcanzada no debería tener valor, porque la medida del indicador es cualitativa.",
		FR: "La valeur atteinte ne devrait pas avoir de nombre, car la mesure de l'indicateur est qualitative.",
	}},
	"8.11.1": {Error, i18n.Message{
		EN: "References must stand at the result or at its indicators, not at both.",
		ES: "Las referencias deben estar en el resultado o en sus indicadores, no en ambos.",
		FR: "Les références doivent se trouver au résultat ou à ses indicateurs, pas aux deux.",
	}},
	"11.1.1": {Error, i18n.Message{
		EN: "The activity says that it was last updated in the future.",
		ES: "La actividad dice que se actualizó por última vez en el futuro.",
		FR: "L'activité dit avoir été mise à jour dans l'avenir.",
	}},
	"11.1.2": {Error, i18n.Message{
		EN: "The planned start, %s, must be before the planned end, %s.",
		ES: "El inicio previsto, %s, debe ser anterior al fin previsto, %s.",
		FR: "Le début prévu, le %s, doit précéder la fin prévue, le %s.",
	}},
	"11.1.3": {Error, i18n.Message{
		EN: "The actual start, %s, must be before the actual end, %s.",
		ES: "El inicio efectivo, %s, debe ser anterior al fin efectivo, %s.",
		FR: "Le début effectif, le %s, doit précéder la fin effective, le %s.",
	}},
	"11.1.4": {Error, i18n.Message{
		EN: "The actual start, %s, must not be in the future.",
		ES: "El inicio efectivo, %s, no debe estar en el futuro.",
		FR: "Le début effectif, %s, ne doit pas être dans l'avenir.",
	}},
	"11.1.5": {Error, i18n.Message{
		EN: "The actual end, %s, must not be in the future.",
		ES: "El fin efectivo, %s, no debe estar en el futuro.",
		FR: "La fin effective, %s, ne doit pas être dans l'avenir.",
	}},
	"11.2.1": {Error, i18n.Message{
		EN: "The date of the transaction, %s, must not be in the future.",
		ES: "La fecha de la transacción, %s, no debe estar en el futuro.",
		FR: "La date de la transaction, %s, ne doit pas être dans l'avenir.",
	}},
	"11.2.2": {Error, i18n.Message{
		EN: "The value date of the transaction, %s, must not be in the future.",
		ES: "La fecha de valor de la transacción, %s, no debe estar en el futuro.",
		FR: "La date de valeur de la transaction, %s, ne doit pas être dans l'avenir.",
	}},
	"12.1.1": {Error, i18n.Message{
		EN: "The percentage %s must be between 0 and 100.",
		ES: "El porcentaje %s debe estar entre 0 y 100.",
		FR: "Le pourcentage %s doit être entre 0 et 100.",
	}},
	"12.2.1": {Error, i18n.Message{
		EN: "The percentage %s must be between 0 and 100.",
		ES: "El porcentaje %s debe estar entre 0 y 100.",
		FR: "Le pourcentage %s doit être entre 0 et 100.",
	}},
	"12.3.1": {Error, i18n.Message{
		EN: "The percentage %s must be between 0 and 100.",
		ES: "El porcentaje %s debe estar entre 0 y 100.",
		FR: "Le pourcentage %s doit être entre 0 et 100.",
	}},
	"102.1.1": {Warning, i18n.Message{
		EN: "Beside other vocabularies, a sector of the OECD DAC (vocabulary 1) should be given.",
		ES: "Además de otros vocabularios debería indicarse un sector del CAD de la OCDE (vocabulario 1).",
		FR: "À côté d'autres vocabulaires, un secteur du CAD de l'OCDE (vocabulaire 1) devrait être donné.",
	}},
	"107.1.1": {Warning, i18n.Message{
		EN: "Beside other vocabularies, a default aid type of the OECD DAC (vocabulary 1) should be given.",
		ES: "Además de otros vocabularios debería indicarse un tipo de ayuda por defecto del CAD de la OCDE (vocabulario 1).",
		FR: "À côté d'autres vocabulaires, un type d'aide par défaut du CAD de l'OCDE (vocabulaire 1) devrait être donné.",
	}},
	"107.1.2": {Warning, i18n.Message{
		EN: "An activity should have only one default aid type of each vocabulary.",
		ES: "Una actividad debería tener un solo tipo de ayuda por defecto de cada vocabulario.",
		FR: "Une activité ne devrait avoir qu'un type d'aide par défaut de chaque vocabulaire.",
	}},
	"107.2.1": {Warning, i18n.Message{
		EN: "Beside other vocabularies, an aid type of the OECD DAC (vocabulary 1) should be given.",
		ES: "Además de otros vocabularios debería indicarse un tipo de ayuda del CAD de la OCDE (vocabulario 1).",
		FR: "À côté d'autres vocabulaires, un type d'aide du CAD de l'OCDE (vocabulaire 1) devrait être donné.",
	}},
	"107.2.2": {Warning, i18n.Message{
		EN: "A transaction should have only one aid type of each vocabulary.",
		ES: "Una transacción debería tener un solo tipo de ayuda de cada vocabulario.",
		FR: "Une transaction ne devrait avoir qu'un type d'aide de chaque vocabulaire.",
	}},
}
