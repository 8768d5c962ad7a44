package export

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/table"
	"acs-aec.org/hub/internal/viewer"
)

const (
	linkLife = 5 * time.Minute
	// maxQuestion bounds what is sealed into a link, so that every server and browser
	// takes the address; packed bytes.
	maxQuestion = 4500
	maxUnpacked = 1 << 20
)

var msgTooLong = i18n.Message{
	EN: "The question is too long for a link. Name fewer values in the filter.",
	ES: "La pregunta es demasiado larga para un enlace. Indique menos valores en el filtro.",
	FR: "La question est trop longue pour un lien. Indiquez moins de valeurs dans le filtre.",
}

// Question is what is to be exported, and how.
type Question struct {
	// Kind names the list or summary, Query is what to ask it for.
	Kind  string          `json:"k"`
	Query json.RawMessage `json:"q,omitempty"`

	Format table.Format `json:"f"`
	HXL    bool         `json:"h,omitempty"`
	Lang   i18n.Lang    `json:"l"`
}

// sealed is what a link holds.
type sealed struct {
	Question
	Person uuid.UUID `json:"p"`
	Until  int64     `json:"u"`
}

// Service gives links and reads them.
type Service struct {
	*command.Runner
	links *seal.Sealer
}

// New makes a service.
func New(r *command.Runner) (*Service, error) {
	links, err := seal.New(r.Key, "link to an export")
	if err != nil {
		return nil, err
	}
	return &Service{Runner: r, links: links}, nil
}

// Link seals a question into a link for the viewer, good until the moment that it
// returns. A question that is too long is INVALID_INPUT.
func (s *Service) Link(ctx context.Context, q Question) (string, time.Time, error) {
	until := s.Time().Add(linkLife)
	l := sealed{Question: q, Until: until.Unix()}
	if v := viewer.From(ctx); v.SignedIn() {
		l.Person = v.Person
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return "", until, fmt.Errorf("export: write the question: %w", err)
	}
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		_, err = z.Write(plain)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return "", until, fmt.Errorf("export: pack the question: %w", err)
	}
	if packed.Len() > maxQuestion {
		return "", until, apperr.Invalid("of", msgTooLong)
	}
	return s.links.Seal(packed.Bytes()), until, nil
}

// Linked reads a link. One that is foreign, over, or another person's is NOT_FOUND.
func (s *Service) Linked(ctx context.Context, link string) (Question, error) {
	packed, err := s.links.Open(link)
	if err != nil {
		return Question{}, apperr.ErrNotFound
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxUnpacked))
	var l sealed
	if err == nil {
		err = json.Unmarshal(plain, &l)
	}
	if err != nil {
		return Question{}, apperr.ErrNotFound
	}
	if l.Person != uuid.Nil {
		if v := viewer.From(ctx); !v.SignedIn() || v.Person != l.Person {
			return Question{}, apperr.ErrNotFound
		}
	}
	if s.Now().Unix() > l.Until {
		return Question{}, apperr.ErrNotFound
	}
	return l.Question, nil
}

// Sheet is a list or summary that is ready to be written.
type Sheet struct {
	// Name is the title in the language of the question; files are called by it.
	Name    string
	Columns []table.Column
	Rows    iter.Seq2[[]table.Cell, error]
	// Totals is asked for its rows after the last one of the list; nil: there are none.
	Totals func() [][]table.Cell
}

// Write writes the sheet. begin is called once, when the first row is there or it
// is certain that there is none; an error before that leaves nothing written.
func (s Sheet) Write(q Question, begin func() io.Writer) error {
	next, stop := iter.Pull2(s.Rows)
	defer stop()
	row, err, more := next()
	if more && err != nil {
		return err
	}
	w, err := table.New(q.Format, begin(), s.Columns, table.Options{Name: s.Name, HXL: q.HXL})
	if err != nil {
		return err
	}
	for more {
		if err := w.Row(row); err != nil {
			return err
		}
		if row, err, more = next(); err != nil {
			return err
		}
	}
	var totals [][]table.Cell
	if s.Totals != nil {
		totals = s.Totals()
	}
	return w.Close(totals...)
}
