package server

import (
	"context"
	"html/template"
	"net/http"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
)

// Stopper stops mails by a token that stands in them.
type Stopper interface {
	// Knows is the language of the person whose token it is; NOT_FOUND for no token.
	Knows(ctx context.Context, token string) (i18n.Lang, error)
	// Stop has no more such mails sent. It may be called again.
	Stop(ctx context.Context, token string) error
}

var (
	msgStopTitle = i18n.Message{EN: "Mails of the hub", ES: "Correos del sistema", FR: "Courriels du système"}
	msgStopAsk   = i18n.Message{
		EN: "No more mails of this kind? Your inbox in the hub stays as it is.", ES: "¿No quiere recibir más correos de este tipo? Su bandeja de entrada en el sistema no cambia.",
		FR: "Ne plus recevoir de courriels de ce genre ? Votre boîte de réception dans le système reste inchangée.",
	}
	msgStopDo   = i18n.Message{EN: "Stop them", ES: "Dejar de recibirlos", FR: "Ne plus les recevoir"}
	msgStopDone = i18n.Message{
		EN: "You get no more mails of this kind. You can choose otherwise in your settings at any time.",
		ES: "Ya no recibirá correos de este tipo. Puede elegir otra cosa en su configuración en cualquier momento.",
		FR: "Vous ne recevrez plus de courriels de ce genre. Vous pouvez en décider autrement dans vos réglages à tout moment.",
	}
)

var stopPage = template.Must(template.New("stop").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p>{{if .Do}}<form method="post"><button>{{.Do}}</button></form>{{end}}</body></html>
`))

// Unsubscribe answers the links by which mails are stopped without signing in. A
// visit changes nothing, since programs visit links: it asks. A POST stops, by the
// page's button or by the one click of RFC 8058.
func Unsubscribe(s Stopper) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("t")
		lang, err := s.Knows(r.Context(), token)
		text, do := msgStopAsk.In(lang), msgStopDo.In(lang)
		switch {
		case err != nil:
		case r.Method == http.MethodPost:
			err = s.Stop(r.Context(), token)
			text, do = msgStopDone.In(lang), ""
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, "Only GET, HEAD and POST are answered here.", http.StatusMethodNotAllowed)
			return
		}
		status := http.StatusOK
		if err != nil {
			lang = i18n.FromAcceptLanguage(r.Header.Get("Accept-Language"))
			refusal := apperr.ErrUnavailable
			status = http.StatusServiceUnavailable
			if apperr.CodeOf(err) == apperr.NotFound && !store.IsAway(err) {
				refusal, status = apperr.ErrNotFound, http.StatusNotFound
			}
			text, do = refusal.Sentence(lang), ""
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		h.Set("Referrer-Policy", "no-referrer") // the address is a secret
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = stopPage.Execute(w, struct {
			Lang            i18n.Lang
			Title, Text, Do string
		}{lang, msgStopTitle.In(lang), text, do})
	})
}
