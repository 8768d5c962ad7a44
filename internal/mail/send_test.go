package mail_test

import (
	"errors"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"acs-aec.org/hub/internal/i18n"
	hubmail "acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/mailtest"
)

func dial(tb testing.TB, s *mailtest.Server) *hubmail.Line {
	tb.Helper()
	server, err := hubmail.ParseServer(s.Address)
	if err != nil {
		tb.Fatal(err)
	}
	l, err := server.Dial(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	return l
}

func letter(tb testing.TB, p hubmail.Page) hubmail.Letter {
	tb.Helper()
	text, html, err := p.Write()
	if err != nil {
		tb.Fatal(err)
	}
	return hubmail.Letter{
		From: mail.Address{Name: "The hub", Address: "hub@example.org"}, To: mail.Address{Name: "Ana Pérez", Address: "ana@example.org"},
		ReplyTo: "reply+x@example.org", Subject: p.Title, Lang: p.Lang, Date: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC),
		MessageID: "mai_1@example.org", References: []string{"thr_1@example.org", "msg_1@example.org"},
		Unsubscribe: "https://hub.example.org/mail/unsubscribe?t=x", Text: text, HTML: html,
	}
}

// TestALetterArrives with everything that its headers must say.
func TestALetterArrives(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t)
	l := dial(t, s)
	for _, lang := range i18n.Langs {
		if err := l.Send(letter(t, hubmail.Page{
			Lang: lang, Title: "Línea de base – été", CanReply: true, Why: "Why.", Settings: "https://hub.example.org/", Unsubscribe: "https://hub.example.org/u",
			Items: []hubmail.Item{{Heading: "A reply", Place: "Sandy Shorelines", Text: "**Bold** <script>alert(1)</script>\n-- \nnot a signature", Link: "https://hub.example.org/t"}},
		})); err != nil {
			t.Fatal(err)
		}
	}
	mails := s.Mails()
	if len(mails) != 3 {
		t.Fatalf("%d mails", len(mails))
	}
	for i, m := range mails {
		for name, want := range map[string]string{
			"From": `"The hub" <hub@example.org>`, "Message-Id": "<mai_1@example.org>", "In-Reply-To": "<msg_1@example.org>",
			"References": "<thr_1@example.org> <msg_1@example.org>", "Auto-Submitted": "auto-generated", "Reply-To": "<reply+x@example.org>",
			"List-Unsubscribe": "<https://hub.example.org/mail/unsubscribe?t=x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"Content-Language": string(i18n.Langs[i]), "Subject": "Línea de base – été", "Date": "Wed, 25 Nov 2026 12:00:00 +0000",
		} {
			if got := m.Header(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		text, html := m.Part("text/plain"), m.Part("text/html")
		if !strings.HasPrefix(text, "---- ") || !strings.Contains(text, "    **Bold** <script>") || !strings.Contains(text, "    -- \n    not a signature") {
			t.Errorf("the text is %q", text)
		}
		if !strings.Contains(html, "<strong>Bold</strong>") || strings.Contains(html, "<script") {
			t.Errorf("the HTML is %s", html)
		}
		if strings.Contains(html, "Open in the hub") != (i == 0) {
			t.Errorf("the words around it are in another language: %s", html)
		}
	}
}

// TestNothingGetsIntoHeaders that a person wrote, whatever is in it.
func TestNothingGetsIntoHeaders(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t)
	l := dial(t, s)
	hostile := []string{
		"a\r\nBcc: evil@example.org", "a\nSubject: other", "a\r\n\r\n<html>", "a\u2028Bcc: x@example.org", "a\x00b", "a\u202eb",
		"=?utf-8?q?a=0D=0ABcc:_x@example.org?=", strings.Repeat("é", 3000), "\xff\xfe", `"<x@example.org>`,
	}
	for _, h := range hostile {
		m := letter(t, hubmail.Page{Lang: i18n.EN, Title: h, Why: h, Intro: h, More: h, Items: []hubmail.Item{{Heading: h, Place: h, Text: h, Note: h, Link: "https://x.example.org/"}}})
		m.To.Name, m.From.Name = h, h
		if err := l.Send(m); err != nil {
			t.Fatalf("%q: %v", h, err)
		}
	}
	mails := s.Mails()
	if len(mails) != len(hostile) {
		t.Fatalf("%d mails of %d", len(mails), len(hostile))
	}
	for i, m := range mails {
		head, _, _ := strings.Cut(string(m.Raw), "\r\n\r\n")
		names := map[string]int{}
		for _, line := range strings.Split(head, "\r\n") {
			if name, _, found := strings.Cut(line, ":"); found && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
				names[strings.ToLower(name)]++
			}
			if len(line) > 998 || strings.ContainsAny(line, "\n\x00") {
				t.Errorf("%q makes the line %q", hostile[i], line)
			}
		}
		if names["bcc"] > 0 || names["subject"] != 1 || names["from"] != 1 || len(m.To) != 1 || m.Header("Content-Language") != "en" {
			t.Errorf("%q makes the headers %s", hostile[i], head)
		}
	}
}

func TestWhatAServerRefuses(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t)
	l := dial(t, s)
	page := hubmail.Page{Lang: i18n.EN, Title: "x", Why: "y"}
	var refused *hubmail.Refusal
	s.Refuse(func(string) error { return &smtp.SMTPError{Code: 550, Message: "no such person"} })
	if err := l.Send(letter(t, page)); !errors.As(err, &refused) {
		t.Errorf("for good: %v", err)
	}
	s.Refuse(func(string) error { return &smtp.SMTPError{Code: 451, Message: "come back"} })
	if err := l.Send(letter(t, page)); err == nil || errors.As(err, &refused) && !errors.Is(err, refused) {
		t.Errorf("for now: %v", err)
	} else if again := new(hubmail.Refusal); errors.As(err, &again) {
		t.Errorf("for now is taken as for good: %v", err)
	}
	s.Refuse(nil)
	if err := l.Send(letter(t, page)); err != nil {
		t.Errorf("after refusals: %v", err)
	}
	bad := letter(t, page)
	bad.To.Address = "not an address"
	if err := l.Send(bad); !errors.As(err, &refused) {
		t.Errorf("no address: %v", err)
	}
}

func TestNamesOfServers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"smtp://mail.example.org": "smtp://mail.example.org:587", "smtps://u:secret@mail.example.org": "smtps://mail.example.org:465",
		"smtp://u:secret@127.0.0.1:2525?starttls=never": "smtp://127.0.0.1:2525",
	} {
		s, err := hubmail.ParseServer(name)
		if err != nil || s.String() != want {
			t.Errorf("%s is %v, %v", name, s, err)
		}
	}
	for _, bad := range []string{"", "mail.example.org:25", "http://mail.example.org", "smtp://u:secret@h:99999", "smtp://u:secret@h?starttls=maybe", "smtp://u:secret@h/path", "smtp://u:sec\nret@h"} {
		if _, err := hubmail.ParseServer(bad); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// A password never goes over a line without TLS, and is in no error.
	s := mailtest.New(t)
	server, err := hubmail.ParseServer(strings.Replace(s.Address, "smtp://", "smtp://u:secret@", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Dial(t.Context()); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("without TLS: %v", err)
	}
}
