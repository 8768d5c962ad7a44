package search

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/searchdocument"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// What follows is called in the transaction that writes the thing itself. It costs
// a few statements, and work that grows with the text alone.

// document is a document to write.
type document struct {
	source, thread           uuid.UUID
	kind                     searchdocument.Kind
	at                       time.Time
	message, author, subject *uuid.UUID
	number                   *int
	words                    string
}

// Posted makes a message that is written in this transaction found, by its text and
// by the names of its attachments if it has any. The discussion is locked.
func Posted(ctx context.Context, tx *ent.Client, m *ent.Message, attached bool) error {
	ctx = system(ctx)
	var files []*ent.Attachment
	if attached {
		var err error
		if files, err = attachments(ctx, tx, m.ID); err != nil {
			return err
		}
	}
	return add(ctx, tx, messageDocument(m, nil, files))
}

// attachments are those of messages, by their places.
func attachments(ctx context.Context, tx *ent.Client, messages ...uuid.UUID) ([]*ent.Attachment, error) {
	rows, err := tx.Attachment.Query().Where(batch.In(attachment.FieldMessageID, messages)).
		Order(ent.Asc(attachment.FieldPosition, attachment.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("search: read attachments: %w", err)
	}
	// Asked for the status too, SQLite would look through all files of that status.
	return slices.DeleteFunc(rows, func(a *ent.Attachment) bool { return a.Status != attachment.StatusAttached }), nil
}

// Message lets a message be found as it is now, with its official translations. The
// discussion is locked.
func Message(ctx context.Context, tx *ent.Client, m *ent.Message) error {
	ctx = system(ctx)
	official, err := tx.MessageTranslation.Query().Where(
		messagetranslation.MessageID(m.ID), messagetranslation.StatusEQ(messagetranslation.StatusOfficial),
	).All(ctx)
	if err != nil {
		return fmt.Errorf("search: read translations: %w", err)
	}
	files, err := attachments(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	return put(ctx, tx, messageDocument(m, official, files))
}

// Withdrawn takes a message out of what is found. The discussion is locked.
func Withdrawn(ctx context.Context, tx *ent.Client, message uuid.UUID) error {
	_, err := tx.SearchDocument.Delete().Where(searchdocument.MessageID(message)).Exec(system(ctx))
	if err != nil {
		return fmt.Errorf("search: forget a message: %w", err)
	}
	return nil
}

// Opened makes a discussion found that is opened in this transaction, by its titles
// and its subject. It keeps the subject as it is until the transaction ends.
func Opened(ctx context.Context, tx *ent.Client, t *ent.Thread) error {
	ctx = system(ctx)
	names, err := namesOf(ctx, tx, []*ent.Thread{t}, store.Locked(tx))
	if err != nil {
		return err
	}
	return add(ctx, tx, threadDocument(t, names))
}

// Retitled lets a discussion be found by its titles as they are now. The discussion
// is locked.
func Retitled(ctx context.Context, tx *ent.Client, t *ent.Thread) error {
	return threads(ctx, tx, []*ent.Thread{t})
}

// Renamed lets the discussions on subjects be found by the names that those have
// now, where that may have changed. The subjects are locked; it locks the
// discussions.
func Renamed(ctx context.Context, tx *ent.Client, subjects ...uuid.UUID) error {
	var any []predicate.Thread
	for kind, column := range subjectColumns {
		var ids []uuid.UUID
		for _, u := range subjects {
			if id.KindOf(u) == kind {
				ids = append(ids, u)
			}
		}
		if len(ids) > 0 {
			any = append(any, batch.In(column, ids))
		}
	}
	if len(any) == 0 {
		return nil
	}
	rows, err := tx.Thread.Query().Where(thread.Or(any...), store.Locked(tx)).Order(batch.ByID).All(system(ctx))
	if err != nil || len(rows) == 0 {
		return err
	}
	return threads(ctx, tx, rows)
}

// threads writes the documents of discussions, which are locked.
func threads(ctx context.Context, tx *ent.Client, rows []*ent.Thread) error {
	ctx = system(ctx)
	names, err := namesOf(ctx, tx, rows)
	if err != nil {
		return err
	}
	for _, t := range rows {
		if err := put(ctx, tx, threadDocument(t, names)); err != nil {
			return err
		}
	}
	return nil
}

// put writes a document in the place of the one that its source has.
func put(ctx context.Context, tx *ent.Client, d document) error {
	u := tx.SearchDocument.Update().Where(searchdocument.SourceID(d.source)).SetWords(d.words)
	if d.subject != nil {
		u.SetSubjectID(*d.subject)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("search: change a document: %w", err)
	}
	if n > 0 {
		return nil
	}
	return add(ctx, tx, d)
}

// add writes the document of a source that has none.
func add(ctx context.Context, tx *ent.Client, d document) error {
	for place := placeOf(d.at, d.source); ; place++ { // another node may have written in the same moment
		err := tx.SearchDocument.Create().SetID(place).SetSourceID(d.source).SetKind(d.kind).SetThreadID(d.thread).
			SetNillableMessageID(d.message).SetNillableNumber(d.number).SetNillableAuthorID(d.author).
			SetNillableSubjectID(d.subject).SetWords(d.words).
			OnConflict(sql.ConflictColumns(searchdocument.FieldID), sql.DoNothing()).Exec(ctx)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, stdsql.ErrNoRows):
			return fmt.Errorf("search: add a document: %w", err)
		}
	}
}

// messageDocument is what is found of a message that stands: its text, the
// translations of it as it is now, and the names of its attachments.
func messageDocument(m *ent.Message, official []*ent.MessageTranslation, files []*ent.Attachment) document {
	b := newBuilder(threadFacet(m.ThreadID), facetMessage)
	b.text(m.Language, m.Body, false)
	for _, t := range official {
		if t.MessageRevision == m.Revision && t.Language != m.Language {
			b.text(t.Language, t.Body, false)
		}
	}
	for _, f := range files {
		b.name(f.Name, false)
	}
	return document{
		source: m.ID, thread: m.ThreadID, kind: searchdocument.KindMessage, at: m.CreatedAt,
		message: &m.ID, number: &m.Number, author: &m.AuthorID, words: b.String(),
	}
}

func threadDocument(t *ent.Thread, names map[uuid.UUID][]i18n.Text) document {
	b := newBuilder(threadFacet(t.ID), facetThread)
	b.texts(t.TitleText(), false)
	subject := subjectOf(t)
	for _, n := range names[subject] {
		b.texts(n, true)
	}
	return document{
		source: t.ID, thread: t.ID, kind: searchdocument.KindThread, at: t.CreatedAt, subject: &subject, words: b.String(),
	}
}

// system is a context in which the hub itself reads and writes: what is found does
// not depend on who wrote it last.
func system(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }
