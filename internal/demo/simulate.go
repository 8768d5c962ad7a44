package demo

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// Simulate lets the participants of the Sandy Shorelines discussion go on
// talking, one of them each time, until the context ends. A moment in which
// nobody can speak, because the discussion was closed or the database is away,
// passes in silence.
func Simulate(ctx context.Context, r *command.Runner, w *World, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	Converse(ctx, r, w, ticker.C, rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))) //nolint:gosec // small talk
}

// Converse is Simulate at the given moments, with the given chance. It returns
// when the context ends or no moment will come.
func Converse(ctx context.Context, r *command.Runner, w *World, moments <-chan time.Time, chance *rand.Rand) {
	c, err := newConversation(r, w, chance)
	if err != nil {
		slog.ErrorContext(ctx, "the simulated participants have nothing to say", "error", err)
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case _, more := <-moments:
			if !more || ctx.Err() != nil {
				return
			}
			if err := c.speak(ctx); err != nil && ctx.Err() == nil {
				slog.DebugContext(ctx, "a simulated participant could not speak", "error", err)
			}
		}
	}
}

// phrases are what people say in a language: a remark, a matter and an ending
// make a message, a reply stands alone, an afterthought is added to a message.
type phrases struct{ Remarks, Matters, Endings, Replies, Afterthoughts []string }

// conversation is a discussion that goes on. One goroutine runs it.
type conversation struct {
	*command.Runner
	accounts *account.Service
	threads  *thread.Service
	chance   *rand.Rand
	in       uuid.UUID
	people   []personFact // who takes part
	persons  map[string]uuid.UUID
	phrases  map[i18n.Lang]phrases
	before   string                  // who spoke last
	last     map[string]*ent.Message // the last message of each, unless it was edited
}

// stage is the discussion that goes on.
const stage = "SANDY-SHORELINES"

func newConversation(r *command.Runner, w *World, chance *rand.Rand) (*conversation, error) {
	f, err := load()
	if err != nil {
		return nil, err
	}
	var chatter struct {
		Sources   []string
		Languages map[i18n.Lang]phrases
	}
	if err := read("chatter", &chatter); err != nil {
		return nil, err
	}
	c := &conversation{
		Runner: r, accounts: account.New(r), threads: thread.New(r), chance: chance, in: w.Threads[stage],
		persons: w.Persons, phrases: chatter.Languages, last: map[string]*ent.Message{},
	}
	spoke := map[string]bool{}
	for _, t := range f.Threads {
		for _, what := range t.Messages {
			spoke[what.By] = spoke[what.By] || t.Key == stage
		}
	}
	for _, p := range f.Persons {
		if spoke[p.Key] {
			c.people = append(c.people, p)
		}
	}
	return c, nil
}

// speak lets someone else than the last one say something new, answer the latest
// message of another, or add an afterthought to their own.
func (c *conversation) speak(ctx context.Context) error {
	p := one(c.chance, c.people)
	for p.Key == c.before {
		p = one(c.chance, c.people)
	}
	v, err := c.accounts.Load(ctx, c.persons[p.Key]) // with the rights of today
	if err != nil {
		return err
	}
	ctx = viewer.With(ctx, v)
	say := c.phrases[p.Language]
	mine := c.last[p.Key]
	switch n := c.chance.IntN(10); {
	case n == 0 && mine != nil:
		delete(c.last, p.Key)
		_, _, err = c.threads.EditMessage(ctx, mine.ID, mine.Revision, thread.Rewriting{Body: mine.Body + "\n\n" + one(c.chance, say.Afterthoughts)})
		return err
	case n < 5:
		latest, err := c.DB.Client.Message.Query().
			Where(message.ThreadID(c.in), message.AuthorIDNEQ(v.Person), message.WithdrawnAtIsNil()).
			Order(ent.Desc(message.FieldNumber)).First(ctx)
		if err != nil {
			return err
		}
		return c.post(ctx, p, one(c.chance, say.Replies), &latest.ID)
	}
	return c.post(ctx, p, one(c.chance, say.Remarks)+" "+one(c.chance, say.Matters)+" "+one(c.chance, say.Endings), nil)
}

func (c *conversation) post(ctx context.Context, p personFact, body string, to *uuid.UUID) error {
	said, _, err := c.threads.Post(ctx, thread.Posting{Thread: c.in, Body: body, Language: p.Language, ReplyTo: to}, nil)
	if err != nil {
		return err
	}
	c.before, c.last[p.Key] = p.Key, said
	return nil
}

// one is any of them.
func one[T any](chance *rand.Rand, of []T) T { return of[chance.IntN(len(of))] }
