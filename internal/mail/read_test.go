package mail_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"acs-aec.org/hub/internal/mail"
)

func crlf(s string) io.Reader { return strings.NewReader(strings.ReplaceAll(s, "\n", "\r\n")) }

const head = "From: Ana <Ana@Example.org>\nTo: reply+x@example.org\nMessage-ID: <1@example.org>\nMIME-Version: 1.0\n"

func TestRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ raw, text string }{
		"plain":                        {head + "Content-Type: text/plain; charset=utf-8\n\nHello", "Hello"},
		"no kind":                      {head + "\nHello\n", "Hello"},
		"latin, quoted-printable":      {head + "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nla l=EDnea =\nde base", "la línea de base"},
		"windows-1252, base64":         {head + "Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: base64\n\nbCeAgA==\n", "l'€€"},
		"unknown charset":              {head + "Content-Type: text/plain; charset=x-none\n\nHello", "Hello"},
		"alternatives":                 {head + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n", "plain"},
		"HTML alone":                   {head + "Content-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style></head><body><p>Hello &amp; <b>good</b><br>day</p><ul><li>one</li><li>two</li></ul><script>x()</script><blockquote>old</blockquote></body></html>", "Hello & good\nday\n\n- one\n- two"},
		"HTML with a quote of Gmail":   {head + "Content-Type: text/html\n\n<div>Yes.</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">On … wrote:</div><blockquote>old</blockquote></div>", "Yes."},
		"HTML with a quote of Outlook": {head + "Content-Type: text/html\n\n<p>Sí.</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>De:</b> x</div><div><b>Enviado:</b> x</div>", "Sí."},
		"nested, with a picture":       {head + "Content-Type: multipart/related; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b--\n--a\nContent-Type: image/png\nContent-Disposition: inline\n\nxx\n--a--\n", "plain"},
	} {
		in, err := mail.Read(crlf(c.raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if in.Text != c.text || in.From != "ana@example.org" || in.MessageID != "1@example.org" || in.Automatic || in.Attached || len(in.To) != 1 {
			t.Errorf("%s: %+v", name, in)
		}
	}
}

func TestReadTellsApart(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]string{
		"by the standard": "Auto-Submitted: auto-replied\n", "a list": "List-Id: <l.example.org>\n", "in bulk": "Precedence: bulk\n",
		"a bounce": "Content-Type: multipart/report; boundary=b\n", "no sender": "Return-Path: <>\n", "an older program": "X-Autoreply: yes\n",
	} {
		if in, err := mail.Read(crlf(head + h + "\nI am away")); err != nil || !in.Automatic {
			t.Errorf("%s: %+v, %v", name, in, err)
		}
	}
	if in, err := mail.Read(crlf(head + "Auto-Submitted: no\n\nHello")); err != nil || in.Automatic {
		t.Errorf("a person: %+v, %v", in, err)
	}
	if in, err := mail.Read(crlf("From: a@example.org, b@example.org\n\nHello")); err != nil || in.From != "" {
		t.Errorf("two senders: %+v, %v", in, err)
	}
	file := "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: %\nContent-Disposition: attachment; filename=x\n\nxx\n--b--\n"
	for kind, attached := range map[string]bool{"application/pdf": true, "text/plain": true, "application/pgp-signature": false, "text/vcard": false} {
		if in, err := mail.Read(crlf(head + strings.Replace(file, "%", kind, 1))); err != nil || in.Attached != attached || in.Text != "see" {
			t.Errorf("%s: %+v, %v", kind, in, err)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	if _, err := mail.Read(io.MultiReader(crlf(head+"\n"), strings.NewReader(strings.Repeat("x", mail.SizeLimit)))); !errors.Is(err, mail.ErrTooBig) {
		t.Errorf("too large: %v", err)
	}
	if _, err := mail.Read(crlf(strings.Repeat("X-A: "+strings.Repeat("y", 900)+"\n", 400) + "\nx")); !errors.Is(err, mail.ErrMail) {
		t.Errorf("too many headers: %v", err)
	}
	var deep strings.Builder
	deep.WriteString(head)
	for i := range 50 {
		b := strings.Repeat("b", i+1)
		deep.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n")
	}
	if _, err := mail.Read(crlf(deep.String())); !errors.Is(err, mail.ErrMail) {
		t.Errorf("too deep: %v", err)
	}
	broken := errors.New("the line is cut")
	if _, err := mail.Read(io.MultiReader(crlf(head+"\nHello"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func TestStrip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"nothing to strip":               {"One.\n\nTwo.", "One.\n\nTwo."},
		"English":                        {"Yes.\n\nOn Wed, 25 Nov 2026 at 10:00, The hub <hub@example.org> wrote:\n\n> old\n> older\n", "Yes."},
		"broken in two":                  {"Yes.\n\nOn Wed, 25 Nov 2026 at 10:00, The hub\n<hub@example.org> wrote:\n> old\n", "Yes."},
		"Spanish":                        {"Sí.\n\nEl mié, 25 nov 2026 a las 10:00, El sistema (<hub@example.org>) escribió:\n> viejo", "Sí."},
		"French":                         {"Oui.\n\nLe mer. 25 nov. 2026 à 10:00, Le système <hub@example.org> a écrit :\n> vieux", "Oui."},
		"French, narrow space":           {"Oui.\n\nLe 25/11/2026 à 10:00, x a écrit\u202f:\n> vieux", "Oui."},
		"Outlook":                        {"Yes.\n\n________________________________\nFrom: The hub <hub@example.org>\nSent: Wednesday\nTo: Ana\nSubject: x\n\nold", "Yes."},
		"Outlook in Spanish":             {"Sí.\n\nDe: El sistema <hub@example.org>\nEnviado: miércoles\nPara: Ana\nAsunto: x\n\nviejo", "Sí."},
		"Outlook in French":              {"Oui.\n\nDe : Le système <hub@example.org>\nEnvoyé : mercredi\nÀ : Ana\nObjet : x\n\nvieux", "Oui."},
		"a ruled line":                   {"Yes.\n-----Original Message-----\nold", "Yes."},
		"our own line":                   {"Oui.\n\n---- Répondez au-dessus de cette ligne ----\nold", "Oui."},
		"our line, quoted":               {"Yes.\n> ---- Reply above this line ----\n> old", "Yes."},
		"beneath the quote":              {"On Wed, 25 Nov 2026, The hub wrote:\n> old\n> older\n\nYes, beneath.", "Yes, beneath."},
		"between":                        {"On Wed, 25 Nov 2026, The hub wrote:\n> one?\n\nYes.\n\n> two?\n\nNo.\n", "Yes.\n\n> two?\n\nNo."},
		"signature":                      {"Yes.\n\n-- \nAna Pérez\nMinistry", "Yes."},
		"telephone":                      {"Yes.\n\nSent from my iPhone", "Yes."},
		"telephone in French":            {"Oui.\n\nEnvoyé de mon iPhone\n\nLe mer. 25 nov. 2026 à 10:00, x <x@example.org> a écrit :\n> vieux", "Oui."},
		"only a quote":                   {"> old\n> older", ""},
		"a person writes “wrote:”":       {"As she wrote:\nthe baseline stands.", "As she wrote:\nthe baseline stands."},
		"a list of headers that is none": {"From: Kingston\nthe ship sails.", "From: Kingston\nthe ship sails."},
		"On, without wrote":              {"On Monday we meet.\nBring the paper.", "On Monday we meet.\nBring the paper."},
		"what can't be shown":            {"a\x00b\ufeffc\r\nd", "abc\nd"},
	} {
		if got := mail.Strip(c[0]); got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "\nHello"))
	f.Add([]byte(head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x<blockquote>\n--b--"))
	f.Add([]byte(head + "Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: base64\n\n////\n"))
	f.Add([]byte("On x wrote:\n> y\n\nz"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := mail.Read(strings.NewReader(string(raw)))
		if err != nil {
			if !errors.Is(err, mail.ErrMail) && !errors.Is(err, mail.ErrTooBig) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		if !utf8.ValidString(in.Text) || strings.ContainsAny(in.Text, "\r\x00\x1b") {
			t.Errorf("the text is %q", in.Text)
		}
		if again := mail.Strip(in.Text); len(again) > len(in.Text) {
			t.Errorf("stripping adds: %q", again)
		}
	})
}
