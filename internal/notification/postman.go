package notification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/outboxmail"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// lease is how long the node that took a mail may send it.
	lease = 5 * time.Minute
	// margin is how much of the lease must be left when a mail is handed over: more
	// than a server may take to answer.
	margin = 3 * time.Minute
	// handful is how many mails are sent over one connection.
	handful = 20
	// lookEvery is how often the outbox is looked at.
	lookEvery = time.Second
	// countEvery is how often what waits is counted.
	countEvery = 15 * time.Second
	// patience is how often a mail is tried.
	patience = 16
)

// backOff is how long a mail waits after a number of tries.
func backOff(attempts int) time.Duration {
	steps := [...]time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}
	return steps[min(max(attempts, 1), len(steps))-1]
}

// Postman sends what is in the outbox.
type Postman struct {
	*command.Runner
	writer  *writer
	server  *mail.Server
	log     *slog.Logger
	waiting prometheus.Gauge
	done    *prometheus.CounterVec
	// fault, in tests, is asked at each step; an error is the death of the node.
	fault func(step string) error
}

// NewPostman makes a postman.
func NewPostman(r *command.Runner, threads *thread.Service, server *mail.Server, head Letterhead, log *slog.Logger) (*Postman, error) {
	stopper, err := NewUnsubscriber(New(r))
	if err != nil {
		return nil, err
	}
	return &Postman{
		Runner: r, server: server, log: log,
		writer:  &writer{Runner: r, Letterhead: head, accounts: account.New(r), threads: threads, stopper: stopper},
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hub_mail_waiting", Help: "Mails in the outbox that wait to be sent, due or not yet; counted up to 10,000."}),
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hub_mail_total", Help: "What became of tries to send a mail: sent, skipped, deferred (to be tried again), failed.",
		}, []string{"outcome"}),
	}, nil
}

// Register shows what the postman does.
func (p *Postman) Register(r prometheus.Registerer) { r.MustRegister(p.waiting, p.done) }

// Run sends what is due until ctx is done. Any number of nodes may run it. What
// is being handed over when ctx ends is finished first.
func (p *Postman) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	troubled, since := 0, 0
	for {
		if since--; since <= 0 {
			p.count(ctx)
			since = int(countEvery / lookEvery)
		}
		wait := 0
		if err := p.Deliver(ctx); err != nil && ctx.Err() == nil {
			p.log.LogAttrs(ctx, slog.LevelWarn, "mails wait", slog.String("cause", err.Error()))
			troubled++
			wait = min(5*troubled, 60) // while the server is away
		} else {
			troubled = 0
		}
		for range wait + 1 {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (p *Postman) count(ctx context.Context) {
	ids, err := p.DB.Client.OutboxMail.Query().Where(outboxmail.StateEQ(outboxmail.StateWaiting)).Limit(10_000).
		Select(outboxmail.FieldState).Strings(viewer.With(ctx, viewer.System()))
	if err == nil {
		p.waiting.Set(float64(len(ids)))
	}
}

// errDied is the death of the node in tests.
var errDied = errors.New("notification: the node died")

func (p *Postman) at(step string) error {
	if p.fault == nil {
		return nil
	}
	return p.fault(step)
}

// Deliver sends what is due now, and returns when nothing is. An error says that
// the server or the database can't be reached; what was due waits.
func (p *Postman) Deliver(ctx context.Context) error {
	ctx = viewer.With(ctx, viewer.System())
	var line *mail.Line
	defer func() {
		if line != nil {
			_ = line.Close()
		}
	}()
	for ctx.Err() == nil {
		due, err := p.due(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, m := range due {
			if ctx.Err() != nil {
				return nil
			}
			if line, err = p.one(ctx, m, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// due are some mails that are to be sent now and that nobody is sending.
func (p *Postman) due(ctx context.Context) ([]uuid.UUID, error) {
	now := p.Time()
	ids, err := p.DB.Client.OutboxMail.Query().Where(
		outboxmail.StateEQ(outboxmail.StateWaiting), outboxmail.DueAtLTE(now),
		outboxmail.Or(outboxmail.LeasedUntilIsNil(), outboxmail.LeasedUntilLTE(now)),
	).Order(ent.Asc(outboxmail.FieldDueAt)).Limit(handful).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("notification: look into the outbox: %w", err)
	}
	return ids, nil
}

// one sends one mail, unless another node is at it. It gives the connection back
// that can be used further on.
func (p *Postman) one(ctx context.Context, u uuid.UUID, line *mail.Line) (*mail.Line, error) {
	row, err := p.claim(ctx, u)
	if err != nil || row == nil {
		return line, err
	}
	if err := p.at("claimed"); err != nil {
		return line, err
	}
	letter, err := p.writer.letter(ctx, row)
	var skip nothing
	switch {
	case errors.As(err, &skip):
		return line, p.record(ctx, row, outboxmail.StateSkipped, string(skip))
	case err != nil:
		return line, errors.Join(err, p.putBack(ctx, row, p.Time().Add(backOff(row.Attempts)), row.Attempts))
	}
	if line == nil {
		if line, err = p.server.Dial(ctx); err != nil {
			// The server is away for all: that counts for none.
			return nil, errors.Join(err, p.putBack(ctx, row, row.DueAt, row.Attempts-1))
		}
	}
	if row.LeasedUntil.Sub(p.Time()) < margin { // writing took long: another node takes it
		return line, nil
	}
	if err := p.at("written"); err != nil {
		return line, err
	}
	err = line.Send(letter)
	if err == nil {
		if err := p.at("accepted"); err != nil {
			return line, err
		}
		return line, p.record(ctx, row, outboxmail.StateSent, "")
	}
	_ = line.Close()
	if errors.Is(err, errDied) {
		return nil, err
	}
	return nil, p.troubled(ctx, row, err)
}

// claim takes a mail for this node and gives it its name; nil if another node was
// first.
func (p *Postman) claim(ctx context.Context, u uuid.UUID) (*ent.OutboxMail, error) {
	var row *ent.OutboxMail
	now := p.Time()
	err := store.InTx(ctx, p.DB, func(ctx context.Context, tx *ent.Client) error {
		m, err := tx.OutboxMail.Query().Where(
			outboxmail.ID(u), outboxmail.StateEQ(outboxmail.StateWaiting),
			outboxmail.Or(outboxmail.LeasedUntilIsNil(), outboxmail.LeasedUntilLTE(now)), store.Locked(tx),
		).Only(ctx)
		if row = nil; ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		name := m.MessageID
		if name == "" {
			name = p.writer.name(m.ID)
		}
		row, err = m.Update().SetLeasedUntil(now.Add(lease)).SetAttempts(m.Attempts + 1).SetMessageID(name).Save(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notification: take a mail: %w", err)
	}
	if row != nil {
		row = row.Unwrap()
	}
	return row, nil
}

// troubled decides what becomes of a mail that was not taken.
func (p *Postman) troubled(ctx context.Context, row *ent.OutboxMail, cause error) error {
	note := mail.OneLine(cause.Error(), 300)
	var refused *mail.Refusal
	if errors.As(cause, &refused) || row.Attempts >= patience {
		p.log.LogAttrs(ctx, slog.LevelWarn, "a mail can't be delivered", slog.String("mail", row.MessageID), slog.String("cause", note))
		return p.record(ctx, row, outboxmail.StateFailed, note)
	}
	p.done.WithLabelValues("deferred").Inc()
	p.log.LogAttrs(ctx, slog.LevelInfo, "a mail is tried again later", slog.String("mail", row.MessageID), slog.String("cause", note))
	return p.putBack(ctx, row, p.Time().Add(backOff(row.Attempts)), row.Attempts)
}

// putBack lets any node try again later.
func (p *Postman) putBack(ctx context.Context, row *ent.OutboxMail, due time.Time, attempts int) error {
	return p.insist(ctx, func(ctx context.Context, tx *ent.Client) error {
		return tx.OutboxMail.UpdateOneID(row.ID).SetDueAt(due).SetAttempts(attempts).ClearLeasedUntil().Exec(ctx)
	})
}

// record notes what became of a mail.
func (p *Postman) record(ctx context.Context, row *ent.OutboxMail, state outboxmail.State, note string) error {
	err := p.insist(ctx, func(ctx context.Context, tx *ent.Client) error {
		return tx.OutboxMail.UpdateOneID(row.ID).SetState(state).SetNote(note).SetDoneAt(p.Time()).ClearLeasedUntil().Exec(ctx)
	})
	if err == nil {
		p.done.WithLabelValues(map[outboxmail.State]string{
			outboxmail.StateSent: "sent", outboxmail.StateSkipped: "skipped", outboxmail.StateFailed: "failed",
		}[state]).Inc()
	}
	return err
}

// insist writes until it is written, or the node ends: what a server has taken
// must not be forgotten because the database was away for a moment.
func (p *Postman) insist(ctx context.Context, write func(ctx context.Context, tx *ent.Client) error) error {
	ending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		last := time.NewTimer(10 * time.Second)
		defer last.Stop()
		select {
		case <-last.C:
			cancel()
		case <-ending.Done():
		}
	})()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := store.InTx(ending, p.DB, write)
		if err == nil || ending.Err() != nil || !store.IsAway(err) && !store.IsFull(err) {
			return err
		}
		p.log.LogAttrs(ctx, slog.LevelWarn, "what became of a mail can't be noted yet", slog.String("cause", err.Error()))
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ending.Done():
			again.Stop()
			return err
		}
	}
}

// keep is how long the outbox remembers what it is done with.
const keep = 90 * 24 * time.Hour

// Sweep takes mails away that have had their time, a few at a time.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		n := 0
		err := store.InTx(ctx, s.DB, func(ctx context.Context, tx *ent.Client) error {
			ids, err := tx.OutboxMail.Query().Where(outboxmail.DoneAtLT(s.Time().Add(-keep))).Limit(together).IDs(ctx)
			if n = 0; err != nil || len(ids) == 0 {
				return err
			}
			n, err = tx.OutboxMail.Delete().Where(outboxmail.IDIn(ids...)).Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("notification: take old mails away: %w", err)
		}
		if n < together {
			return nil
		}
	}
}
