package record

import (
	"context"
	_ "embed"
	"html/template"
	"io"
	"time"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/richtext"
)

// words are the headings of the page.
type words struct {
	Subject, Opened, Status, Confidentiality, Audience, After, Mail, Reply, Edited, Gone, Revision, Withdrawn, Translation,
	Replaced, Attachments, Request, Due, Answer, Late, Extension, Exported, Verify string
}

var wordsIn = map[i18n.Lang]words{
	i18n.EN: {
		Subject: "Subject", Opened: "Opened", Status: "Status", Confidentiality: "Confidentiality", Audience: "Audience",
		After: "after message", Mail: "by mail", Reply: "answers", Edited: "changed", Gone: "withdrawn", Revision: "revision",
		Withdrawn: "Withdrawn", Translation: "Translation", Replaced: "replaced", Attachments: "Attachments",
		Request: "Request for information", Due: "due", Answer: "Answer", Late: "late", Extension: "Extension to",
		Exported: "Record made", Verify: "What it holds, and that nobody changed it, is checked by",
	},
	i18n.ES: {
		Subject: "Asunto", Opened: "Abierta", Status: "Estado", Confidentiality: "Confidencialidad", Audience: "Participantes", //nolint:misspell // Spanish
		After: "después del mensaje", Mail: "por correo", Reply: "responde a", Edited: "modificado", Gone: "retirado", Revision: "revisión",
		Withdrawn: "Retirado", Translation: "Traducción", Replaced: "sustituida", Attachments: "Adjuntos",
		Request: "Solicitud de información", Due: "plazo", Answer: "Respuesta", Late: "fuera de plazo", Extension: "Prórroga hasta",
		Exported: "Expediente hecho", Verify: "Su contenido, y que nadie lo modificó, se comprueba con",
	},
	i18n.FR: {
		Subject: "Objet", Opened: "Ouverte", Status: "État", Confidentiality: "Confidentialité", Audience: "Participants",
		After: "après le message", Mail: "par courriel", Reply: "répond à", Edited: "modifié", Gone: "retiré", Revision: "révision",
		Withdrawn: "Retiré", Translation: "Traduction", Replaced: "remplacée", Attachments: "Pièces jointes",
		Request: "Demande d'information", Due: "échéance", Answer: "Réponse", Late: "en retard", Extension: "Prorogation au",
		Exported: "Dossier établi", Verify: "Son contenu, et que personne ne l'a modifié, se vérifie avec",
	},
}

//go:embed page.html
var pageHTML string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"stamp": func(t any) string {
		switch t := t.(type) {
		case time.Time:
			return t.UTC().Format("2006-01-02 15:04 UTC")
		case *time.Time:
			return t.UTC().Format("2006-01-02 15:04 UTC")
		}
		return ""
	},
	"html": func(markdown string) (template.HTML, error) {
		safe, err := richtext.HTML(markdown)
		return template.HTML(safe), err //nolint:gosec // richtext makes it safe
	},
}).Parse(pageHTML))

// part is what a template of the page is filled with.
type part struct {
	Lang   i18n.Lang
	W      words
	Thread *Thread
	M      any
	At     time.Time
	By     *Person
}

// page writes the record to read.
func (w *writer) page(ctx context.Context, in i18n.Lang, t *Thread, src Source) error {
	if _, known := wordsIn[in]; !known {
		in = i18n.EN
	}
	p := part{Lang: in, W: wordsIn[in], Thread: t, At: w.manifest.ExportedAt, By: w.manifest.ExportedBy}
	return w.create(fileHTML, func(to io.Writer) error {
		if err := page.ExecuteTemplate(to, "head", p); err != nil {
			return err
		}
		for m, err := range src.Messages(ctx) {
			if err != nil {
				return err
			}
			p.M = m
			if err := page.ExecuteTemplate(to, "message", p); err != nil {
				return err
			}
		}
		for r, err := range src.Requests(ctx) {
			if err != nil {
				return err
			}
			p.M = r
			if err := page.ExecuteTemplate(to, "request", p); err != nil {
				return err
			}
		}
		return page.ExecuteTemplate(to, "foot", p)
	})
}
