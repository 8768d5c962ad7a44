package mail

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // texts in other alphabets' encodings
)

// Limits of what is read. A mail may be larger than its text: signatures carry
// pictures, which are passed over.
const (
	SizeLimit   = 10 << 20
	headerLimit = 256 << 10
	textLimit   = 1 << 20 // bytes of text, before quotes are taken away
	depthLimit  = 10
	partLimit   = 100
)

// Incoming is a mail that came.
type Incoming struct {
	// From is the address in the mail's own header, in small letters.
	From string
	// MessageID names the mail, without angle brackets; "" if it has none.
	MessageID string
	// To are the addresses that the header names.
	To []string
	// Automatic says that a machine wrote it, or that it went to many.
	Automatic bool
	// Text is what the person wrote, without quotes and signature; of an automatic
	// mail nothing.
	Text string
	// Attached says that files came with it.
	Attached bool
}

// ErrMail says that a mail can't be read; the sentence may be told.
var (
	ErrMail   = errors.New("mail: this can't be read as a mail")
	ErrTooBig = errors.New("mail: the mail is too large")
)

// Read reads a mail. ErrTooBig and ErrMail for what is none, or more than Read
// takes in. Errors of the reader are given back as they are.
func Read(r io.Reader) (*Incoming, error) {
	limited := &bounded{r: r, left: SizeLimit}
	e, err := message.ReadWithOptions(limited, &message.ReadOptions{MaxHeaderBytes: headerLimit})
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, limited.why(err)
	}
	in := &Incoming{MessageID: strings.Trim(strings.TrimSpace(e.Header.Get("Message-Id")), "<>"), Automatic: automatic(&e.Header)}
	if from, err := mail.ParseAddressList(e.Header.Get("From")); err == nil && len(from) == 1 {
		in.From = strings.ToLower(from[0].Address)
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "To", "Cc"} {
		for fields := e.Header.FieldsByKey(name); fields.Next(); {
			list, err := mail.ParseAddressList(fields.Value())
			if err != nil {
				continue // some write what is no address there
			}
			for _, a := range list {
				in.To = append(in.To, a.Address)
			}
		}
	}
	if in.Automatic { // nobody asks what it says
		return in, limited.drain()
	}
	found := &texts{}
	if err := found.collect(e, 0); err != nil {
		return nil, limited.why(err)
	}
	in.Text, in.Attached = Strip(found.text()), found.attached
	return in, limited.drain() // what stands behind the last part
}

// automatic says whether a machine wrote the mail, by RFC 3834 and by what
// programs do that do not know it.
func automatic(h *message.Header) bool {
	if s := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); s != "" && s != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	if strings.TrimSpace(h.Get("Return-Path")) == "<>" {
		return true
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe", "X-Failed-Recipients"} {
		if h.Has(name) {
			return true
		}
	}
	kind, _, _ := h.ContentType()
	return kind == "multipart/report"
}

// texts are what a mail holds in words.
type texts struct {
	plain, html strings.Builder
	parts       int
	attached    bool
}

// collect walks a part of a mail. Of alternatives the plain text is preferred;
// pictures within the text, signatures and cards of address are passed over.
func (t *texts) collect(e *message.Entity, depth int) error {
	if t.parts++; t.parts > partLimit || depth > depthLimit {
		return fmt.Errorf("%w: it has too many parts", ErrMail)
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return err
			}
			if err := t.collect(part, depth+1); err != nil {
				return err
			}
		}
	}
	kind, _, err := e.Header.ContentType()
	if err != nil {
		kind = "text/plain" // of no kind, or of one that nobody can read
	}
	place, _, _ := e.Header.ContentDisposition()
	var into *strings.Builder
	switch {
	case place == "attachment" || kind == "message/rfc822":
		if !passedOver(kind) {
			t.attached = true
		}
		return nil
	case kind == "text/plain":
		into = &t.plain
	case kind == "text/html":
		into = &t.html
	default:
		if !passedOver(kind) && !strings.HasPrefix(kind, "image/") {
			t.attached = true
		}
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(e.Body, textLimit))
	if err != nil {
		return err
	}
	if into.Len()+len(raw) <= textLimit {
		into.WriteString(strings.ToValidUTF8(string(raw), "\uFFFD"))
		into.WriteString("\n")
	}
	return nil
}

// passedOver are the kinds of parts that mail programs add by themselves.
func passedOver(kind string) bool {
	switch kind {
	case "application/pgp-signature", "application/pgp-keys", "application/pkcs7-signature", "application/x-pkcs7-signature",
		"text/vcard", "text/x-vcard", "text/directory", "application/ms-tnef":
		return true
	}
	return false
}

func (t *texts) text() string {
	if strings.TrimSpace(t.plain.String()) != "" || t.html.Len() == 0 {
		return t.plain.String()
	}
	return htmlText(t.html.String())
}

// bounded reads up to a limit and tells apart what went wrong.
type bounded struct {
	r    io.Reader
	left int64
	err  error // of the reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, err := b.r.Read(one[:]); n == 0 && err != nil {
			return 0, err
		}
		b.err = ErrTooBig
		return 0, b.err
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

// drain reads the rest.
func (b *bounded) drain() error {
	if _, err := io.Copy(io.Discard, b); err != nil {
		return b.why(err)
	}
	return nil
}

// why says what kept a mail from being read: the reader, or the mail itself.
func (b *bounded) why(err error) error {
	switch {
	case b.err != nil:
		return b.err
	case errors.Is(err, ErrMail):
		return err
	}
	return fmt.Errorf("%w: %w", ErrMail, err)
}

// clean is a text as it is kept: line ends as in texts, nothing that can't be
// shown.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u00a0", " ", "\t", "    ").Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\ufeff' {
			return -1
		}
		if r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, s)
}
