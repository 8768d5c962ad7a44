package notification

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/notification"
	entthread "acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	hubmail "acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// Letterhead is what all mails of a deployment have in common.
type Letterhead struct {
	From mail.Address
	// Public is the address under which people reach the hub.
	Public *url.URL
	// Replies are the addresses for answers; nil: nobody reads answers.
	Replies *hubmail.Replies
}

const (
	// digestItems is how many things a digest tells.
	digestItems = 30
	// digestText is how many characters of a text a digest tells.
	digestText = 600
)

// writer writes mails with the rights, the wishes and the texts of now.
type writer struct {
	*command.Runner
	Letterhead
	accounts *account.Service
	threads  *thread.Service
	stopper  *Unsubscriber
}

// nothing is why a mail has nothing to tell.
type nothing string

func (n nothing) Error() string { return string(n) }

// letter writes a mail. A nothing says that there is nothing to tell any more.
func (w *writer) letter(ctx context.Context, row *ent.OutboxMail) (hubmail.Letter, error) {
	v, err := w.accounts.Load(ctx, row.PersonID)
	if apperr.CodeOf(err) == apperr.NotFound {
		return hubmail.Letter{}, nothing("the person has no access")
	}
	if err != nil {
		return hubmail.Letter{}, err
	}
	person, err := w.DB.Client.Person.Get(viewer.With(ctx, viewer.System()), row.PersonID)
	if err != nil {
		return hubmail.Letter{}, err
	}
	lang := languageOf(person)
	ctx = i18n.With(viewer.With(ctx, v), lang)
	all, err := w.DB.Client.Notification.Query().Where(notification.MailID(row.ID), notification.SeenAtIsNil()).
		Order(ent.Asc(notification.FieldCreatedAt, notification.FieldID)).Limit(digestItems + 1).All(ctx)
	if err != nil {
		return hubmail.Letter{}, err
	}
	settings, err := one(ctx, w.DB.Client, row.PersonID)
	if err != nil {
		return hubmail.Letter{}, err
	}
	page := hubmail.Page{Lang: lang, Why: msgWhy.In(lang, person.Email), Settings: w.Public.String()}
	if len(all) > digestItems {
		all, page.More = all[:digestItems], msgMore.In(lang)
	}
	letter := hubmail.Letter{
		From: w.From, To: mail.Address{Name: person.Name, Address: person.Email}, Lang: lang, Date: w.Now(), MessageID: row.MessageID,
	}
	files, err := w.files(ctx, all)
	if err != nil {
		return hubmail.Letter{}, err
	}
	for _, n := range batch.Join(all) {
		if !settings.Mailed(n.Kind) {
			continue
		}
		item, subject, err := w.item(ctx, n, lang, row.NotificationID == nil)
		if err != nil {
			return hubmail.Letter{}, err
		}
		if item == nil {
			continue
		}
		if item.Text != "" && n.MessageID != nil { // who is told no text is told no names either
			item.Files = files[*n.MessageID]
		}
		page.Items, page.Title = append(page.Items, *item), subject
		if row.NotificationID != nil {
			letter.References = w.references(n)
			if w.Replies != nil && n.MessageID != nil {
				letter.ReplyTo, page.CanReply = w.Replies.Address(n.ID), true
			}
		}
	}
	if len(page.Items) == 0 {
		return hubmail.Letter{}, nothing("seen, withdrawn, not wanted or not open to the person any more")
	}
	kind := Kind("")
	if row.NotificationID != nil {
		kind = all[0].Kind
	} else {
		page.Title = msgDigest.In(lang, len(page.Items))
	}
	letter.Subject = page.Title
	letter.Unsubscribe = w.Public.JoinPath("mail", "unsubscribe").String() + "?t=" + url.QueryEscape(w.stopper.Token(row.PersonID, kind))
	page.Unsubscribe = letter.Unsubscribe
	letter.Text, letter.HTML, err = page.Write()
	return letter, err
}

// references are the names of what mail programs put a mail with: the
// discussion's, though no mail has that name.
func (w *writer) references(n *ent.Notification) []string {
	if n.ThreadID == nil {
		return nil
	}
	return []string{w.name(*n.ThreadID)}
}

// name is the name of a mail, or of what mails belong to.
func (w *writer) name(u uuid.UUID) string {
	_, domain, _ := strings.Cut(w.From.Address, "@")
	return id.Format(u) + "@" + domain
}

// hushed says whether mails tell neither title nor text of a discussion.
func hushed(t *ent.Thread) bool {
	return t.Status == entthread.StatusClosed || t.Confidentiality == entthread.ConfidentialityConfidential
}

// item is what a mail tells of a notification, and under which subject; nil if
// there is nothing to tell of it any more.
func (w *writer) item(ctx context.Context, n *ent.Notification, lang i18n.Lang, brief bool) (*hubmail.Item, string, error) {
	t, err := n.Thread(ctx)
	if err != nil {
		return nil, "", err
	}
	link := w.Public.String()
	if n.ThreadID != nil {
		if t == nil {
			return nil, "", nil
		}
		link = strings.TrimSuffix(link, "/") + "/#" + id.Format(t.ID)
		if hushed(t) {
			return &hubmail.Item{Heading: msgHushed.In(lang), Note: msgHushedNote.In(lang), Link: link}, msgHushed.In(lang), nil
		}
	}
	actor, err := w.actor(ctx, n, lang)
	if err != nil {
		return nil, "", err
	}
	item := &hubmail.Item{Heading: fill(headings[n.Kind].In(lang), actor), Link: link}
	if item.Place, err = w.place(ctx, n, t); err != nil {
		return nil, "", err
	}
	if e, err := n.Entry(ctx); err != nil {
		return nil, "", err
	} else if e != nil {
		item.Place = strings.TrimSuffix(strings.Join([]string{facts(e).Reference, item.Place}, " · "), " · ")
		item.Place = strings.TrimPrefix(item.Place, " · ")
	}
	if n.MessageID != nil {
		m, err := n.Message(ctx)
		if err != nil || m == nil || m.WithdrawnAt != nil {
			return nil, "", err
		}
		text, err := w.threads.TextIn(ctx, m, lang)
		if err != nil || text.Body == nil {
			return nil, "", err
		}
		item.Text = *text.Body
		if !text.IsOriginal() {
			item.Note = msgTranslated.In(lang)
		}
		if brief {
			item.Text = hubmail.Shorten(item.Text, digestText)
		}
	}
	subject := item.Place
	if subject == "" {
		subject = item.Heading
	}
	return item, subject, nil
}

// files are the names of what is attached to the messages that a mail tells, in
// their order, as the person may see them. It costs a statement.
func (w *writer) files(ctx context.Context, all []*ent.Notification) (map[uuid.UUID][]string, error) {
	var messages []uuid.UUID
	for _, n := range all {
		if n.MessageID != nil {
			messages = append(messages, *n.MessageID)
		}
	}
	if len(messages) == 0 {
		return nil, nil
	}
	rows, err := w.DB.Client.Attachment.Query().Where(batch.In(attachment.FieldMessageID, messages)).
		Order(ent.Asc(attachment.FieldPosition, attachment.FieldID)).Select(attachment.FieldMessageID, attachment.FieldName, attachment.FieldStatus).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("notification: read what is attached: %w", err)
	}
	out := map[uuid.UUID][]string{}
	for _, a := range rows {
		if a.Status == attachment.StatusAttached { // asked for it, SQLite would look through all files
			out[*a.MessageID] = append(out[*a.MessageID], a.Name)
		}
	}
	return out, nil
}

// fill puts who did it into a heading, if that names anybody.
func fill(heading, actor string) string {
	if !strings.Contains(heading, "%s") {
		return heading
	}
	return fmt.Sprintf(heading, actor)
}

// actor is who did it, as the person may know.
func (w *writer) actor(ctx context.Context, n *ent.Notification, lang i18n.Lang) (string, error) {
	if n.ActorID == nil {
		return msgHub.In(lang), nil
	}
	p, err := n.Actor(ctx)
	if err != nil {
		return "", err
	}
	if p == nil {
		return msgSomeone.In(lang), nil
	}
	return hubmail.OneLine(p.Name, 200), nil
}

// place is the title of where it happened; "" if it has none.
func (w *writer) place(ctx context.Context, n *ent.Notification, t *ent.Thread) (string, error) {
	if t != nil {
		return t.TitleText().Speak(ctx, nil), nil
	}
	e, err := n.Entry(ctx)
	if err != nil || e == nil {
		return "", err
	}
	switch {
	case e.ProposalID != nil:
		p, err := w.DB.Client.Proposal.Get(ctx, *e.ProposalID)
		if ent.IsNotFound(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		return p.TitleText().Speak(ctx, nil), nil
	case e.BodyID != nil:
		b, err := w.DB.Client.Body.Get(ctx, *e.BodyID)
		if ent.IsNotFound(err) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		return b.NameText().Speak(ctx, nil), nil
	}
	return "", nil
}
