package command

import "acs-aec.org/hub/internal/i18n"

// State is how people call a state of a life cycle, by its name in the schema; false
// for one that has no words. In Spanish and French the words agree with "estado" and
// "état".
func State(name string) (i18n.Message, bool) {
	for _, cycle := range cycles {
		if m, ok := cycle[name]; ok {
			return m, true
		}
	}
	return i18n.Message{}, false
}

// cycles are the words of the life cycles. What several have in common stands once.
var cycles = []map[string]i18n.Message{common, agreements, proposals, activities, discussions, formal, files, imports, webhooks, accounts, opportunities, meetings}

var common = map[string]i18n.Message{
	"DRAFT":     {EN: "draft", ES: "borrador", FR: "brouillon"},
	"OPEN":      {EN: "open", ES: "abierto", FR: "ouvert"},
	"CLOSED":    {EN: "closed", ES: "cerrado", FR: "clos"},
	"ACTIVE":    {EN: "active", ES: "activo", FR: "actif"},
	"ENDED":     {EN: "ended", ES: "terminado", FR: "terminé"},
	"RETURNED":  {EN: "returned", ES: "devuelto", FR: "renvoyé"},
	"REFUSED":   {EN: "refused", ES: "rechazado", FR: "refusé"},
	"WITHDRAWN": {EN: "withdrawn", ES: "retirado", FR: "retiré"},
}

var agreements = map[string]i18n.Message{
	"NEGOTIATING": {EN: "under negotiation", ES: "en negociación", FR: "en négociation"},
	"SIGNED":      {EN: "signed", ES: "firmado", FR: "signé"},
	"IN_FORCE":    {EN: "in force", ES: "en vigor", FR: "en vigueur"},
	"EXPIRED":     {EN: "expired", ES: "vencido", FR: "expiré"},
	"TERMINATED":  {EN: "terminated", ES: "rescindido", FR: "dénoncé"},
}

// proposals are those of proposals and of programmes.
var proposals = map[string]i18n.Message{
	"SUBMITTED":                {EN: "submitted", ES: "presentado", FR: "soumis"},
	"ADMISSIBLE":               {EN: "admissible", ES: "admisible", FR: "recevable"},
	"UNDER_ASSESSMENT":         {EN: "under assessment", ES: "en evaluación", FR: "en évaluation"},
	"ASSESSED":                 {EN: "assessed", ES: "evaluado", FR: "évalué"},
	"ON_AGENDA":                {EN: "on the agenda", ES: "en el orden del día", FR: "à l'ordre du jour"},
	"APPROVED":                 {EN: "approved", ES: "aprobado", FR: "approuvé"},
	"APPROVED_WITH_CONDITIONS": {EN: "approved with conditions", ES: "aprobado con condiciones", FR: "approuvé sous conditions"},
	"DEFERRED":                 {EN: "deferred", ES: "aplazado", FR: "ajourné"},
	"REJECTED":                 {EN: "rejected", ES: "desestimado", FR: "rejeté"},
	"FINANCED":                 {EN: "financed", ES: "financiado", FR: "financé"},
	"IN_IMPLEMENTATION":        {EN: "in implementation", ES: "en ejecución", FR: "en cours d'exécution"},
	"ADOPTED":                  {EN: "adopted", ES: "adoptado", FR: "adopté"},
	"RUNNING":                  {EN: "running", ES: "en curso", FR: "en cours"},
}

var activities = map[string]i18n.Message{
	"PIPELINE":       {EN: "in the pipeline", ES: "en preparación", FR: "en préparation"},
	"IMPLEMENTATION": {EN: "in implementation", ES: "en ejecución", FR: "en cours d'exécution"},
	"FINALISATION":   {EN: "in finalisation", ES: "en finalización", FR: "en cours d'achèvement"},
	"CANCELLED":      {EN: "cancelled", ES: "cancelado", FR: "annulé"},
	"SUSPENDED":      {EN: "suspended", ES: "suspendido", FR: "suspendu"},
}

// discussions are those of discussions, messages, drafts and translations.
var discussions = map[string]i18n.Message{
	"CONFIDENTIAL": {EN: "confidential", ES: "confidencial", FR: "confidentiel"},
	"HELD":         {EN: "held for the Secretariat", ES: "retenido para la Secretaría", FR: "retenu pour le Secrétariat"},
	"RELEASED":     {EN: "released", ES: "liberado", FR: "publié"},
	"DISCARDED":    {EN: "discarded", ES: "descartado", FR: "abandonné"},
	"OFFICIAL":     {EN: "official", ES: "oficial", FR: "officiel"},
}

// formal are those of notices, requests for information and wishes for a later day.
var formal = map[string]i18n.Message{
	"DISPATCHED": {EN: "dispatched", ES: "expedido", FR: "expédié"},
	"ANSWERED":   {EN: "answered", ES: "respondido", FR: "répondu"},
	"VOID":       {EN: "void", ES: "nulo", FR: "nul"},
	"REQUESTED":  {EN: "requested", ES: "solicitado", FR: "demandé"},
	"GRANTED":    {EN: "granted", ES: "concedido", FR: "accordé"},
}

var files = map[string]i18n.Message{
	"PENDING":  {EN: "not in a message yet", ES: "aún sin mensaje", FR: "pas encore dans un message"},
	"ATTACHED": {EN: "attached", ES: "adjuntado", FR: "joint"},
	"ERASED":   {EN: "erased", ES: "borrado", FR: "effacé"},
}

var imports = map[string]i18n.Message{
	"CHECKING": {EN: "being checked", ES: "en revisión", FR: "en cours de vérification"},
	"CHECKED":  {EN: "checked", ES: "revisado", FR: "vérifié"},
	"APPLYING": {EN: "being applied", ES: "en aplicación", FR: "en cours d'application"},
	"APPLIED":  {EN: "applied", ES: "aplicado", FR: "appliqué"},
}

// webhooks are those of webhooks and their deliveries.
var webhooks = map[string]i18n.Message{
	"PAUSED":    {EN: "paused", ES: "en pausa", FR: "en pause"},
	"WAITING":   {EN: "waiting", ES: "en espera", FR: "en attente"},
	"DELIVERED": {EN: "delivered", ES: "entregado", FR: "remis"},
	"DEAD":      {EN: "given up", ES: "abandonado", FR: "abandonné"},
	"SKIPPED":   {EN: "skipped", ES: "omitido", FR: "omis"},
	"FAILED":    {EN: "failed", ES: "fallido", FR: "échoué"},
}

// accounts are those of persons, bodies and organisations.
var accounts = map[string]i18n.Message{
	"DISABLED":  {EN: "disabled", ES: "desactivado", FR: "désactivé"},
	"DISSOLVED": {EN: "dissolved", ES: "disuelto", FR: "dissous"},
	"MERGED":    {EN: "merged into another", ES: "fusionado con otro", FR: "fusionné avec un autre"},
}

var opportunities = map[string]i18n.Message{
	"IDENTIFIED":  {EN: "identified", ES: "identificado", FR: "repéré"},
	"SCREENED":    {EN: "screened", ES: "examinado", FR: "examiné"},
	"SHORTLISTED": {EN: "shortlisted", ES: "preseleccionado", FR: "présélectionné"},
	"PURSUED":     {EN: "pursued", ES: "en solicitud", FR: "en candidature"},
	"WON":         {EN: "won", ES: "ganado", FR: "remporté"},
	"LOST":        {EN: "lost", ES: "perdido", FR: "perdu"},
	"DISMISSED":   {EN: "dismissed", ES: "descartado", FR: "écarté"},
}

var meetings = map[string]i18n.Message{
	"PLANNED": {EN: "planned", ES: "previsto", FR: "prévu"},
}
