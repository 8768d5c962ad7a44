package mail

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"acs-aec.org/hub/internal/i18n"
)

// Letter is a mail to one person.
type Letter struct {
	From, To mail.Address
	// ReplyTo is where answers go; "" if nobody reads them.
	ReplyTo string
	Subject string
	Lang    i18n.Lang
	Date    time.Time
	// MessageID names the mail, References what it belongs to, oldest first; all
	// without angle brackets.
	MessageID  string
	References []string
	// Unsubscribe is an address that stops mails like this one by a POST, and
	// explains itself to a browser; "" if there is none.
	Unsubscribe string
	Text, HTML  string
}

// subjectLimit is how many characters of a subject are kept.
const subjectLimit = 200

// OneLine makes a text fit for a header: control characters and line breaks of
// any alphabet become spaces, and what is too long is cut.
func OneLine(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
}

// message is the letter in the form in which it is handed over.
func (l Letter) message() (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	from := mail.Address{Name: OneLine(l.From.Name, subjectLimit), Address: l.From.Address}
	to := mail.Address{Name: OneLine(l.To.Name, subjectLimit), Address: l.To.Address}
	if err := m.From(from.String()); err != nil {
		return nil, fmt.Errorf("mail: the sender's address: %w", err)
	}
	if err := m.To(to.String()); err != nil {
		return nil, fmt.Errorf("mail: the recipient's address: %w", err)
	}
	if l.ReplyTo != "" {
		if err := m.ReplyTo(l.ReplyTo); err != nil {
			return nil, fmt.Errorf("mail: the address for answers: %w", err)
		}
	}
	m.Subject(OneLine(l.Subject, subjectLimit))
	m.SetDateWithValue(l.Date)
	m.SetMessageIDWithValue(l.MessageID)
	if len(l.References) > 0 {
		ids := "<" + strings.Join(l.References, "> <") + ">"
		m.SetGenHeader(gomail.HeaderReferences, ids)
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+l.References[len(l.References)-1]+">")
	}
	m.SetGenHeader("Auto-Submitted", "auto-generated") // by RFC 3834: no machine answers it
	m.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	m.SetGenHeader(gomail.HeaderContentLang, string(l.Lang))
	if l.Unsubscribe != "" {
		m.SetListUnsubscribe(l.Unsubscribe)
		if strings.HasPrefix(l.Unsubscribe, "https://") { // by RFC 8058 the one click needs TLS
			m.SetListUnsubscribePost()
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

// Shorten cuts a text of several lines after some characters, at a space where
// there is one near.
func Shorten(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	cut := string(r[:limit])
	if i := strings.LastIndexAny(cut, " \n"); i > len(cut)*3/4 {
		cut = cut[:i]
	}
	return strings.TrimSpace(cut) + " …"
}
