package importrun

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/budget"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/relatedactivity"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
)

// uriLimit is how many bytes of the address of a vocabulary are kept.
const uriLimit = 2000

// besides is how many rows an activity has beside its shares, participants and
// transactions.
func besides(a *iati.Activity) int {
	n := len(a.Budgets) + len(a.Disbursements) + len(a.Documents) + len(a.Related) + len(a.Results) + len(a.Tags) + len(a.Markers) +
		len(a.Conditions)
	for _, r := range a.Results {
		n += len(r.Documents) + len(r.Indicators)
		for _, i := range r.Indicators {
			n += len(i.Documents) + len(i.Periods)
		}
	}
	return n
}

// besideRows gathers them.
type besideRows struct {
	*chunk
	links *links
	now   time.Time

	budgets    []*ent.BudgetCreate
	documents  []*ent.DocumentCreate
	related    []*ent.RelatedActivityCreate
	results    []*ent.ResultCreate
	indicators []*ent.IndicatorCreate
	periods    []*ent.IndicatorPeriodCreate
	tags       []*ent.ActivityTagCreate
	markers    []*ent.PolicyMarkerCreate
	conditions []*ent.ActivityConditionCreate

	mentions map[string][]*ent.RelatedActivityCreate // of other activities, by identifier
}

func (b *besideRows) add(r *row) {
	for n := range r.Budgets {
		b.budget(r, budget.KindBudget, n, &r.Budgets[n])
	}
	for n := range r.Disbursements {
		b.budget(r, budget.KindPlannedDisbursement, n, &r.Disbursements[n])
	}
	places := &places{besideRows: b, row: r}
	for n := range r.Documents {
		places.document(&r.Documents[n], func(*ent.DocumentCreate) {})
	}
	for n := range r.Results {
		places.result(n, &r.Results[n])
	}
	for n, o := range r.Related {
		b.relate(r, n, o)
	}
	for n, t := range r.Tags {
		name, names := t.Name(r.Language)
		c := b.tx.ActivityTag.Create().SetID(b.NewID(id.Tag)).SetCreatedAt(b.now).SetActivityID(r.id).SetPosition(n).
			SetVocabulary(t.Vocabulary).SetURI(t.URI).SetCode(t.Code).SetNarrative(name)
		some(c.SetNames, names)
		b.tags = append(b.tags, c)
	}
	for n, m := range r.Markers {
		name, names := m.Name(r.Language)
		c := b.tx.PolicyMarker.Create().SetID(b.NewID(id.Marker)).SetCreatedAt(b.now).SetActivityID(r.id).SetPosition(n).
			SetVocabulary(m.Vocabulary).SetURI(m.URI).SetCode(m.Code).SetNarrative(name).SetSignificance(m.Significance)
		some(c.SetNames, names)
		b.markers = append(b.markers, c)
	}
	for n, k := range r.Conditions {
		text := k.Texts.Text(r.Language, textLimit, "\n\n")
		c := b.tx.ActivityCondition.Create().SetID(b.NewID(id.Condition)).SetCreatedAt(b.now).
			SetActivityID(r.id).SetPosition(n).SetTypeCode(k.Type).SetTextText(published(text, b.now))
		some(c.SetTexts, k.Texts.Beside(text))
		b.conditions = append(b.conditions, c)
	}
}

func (b *besideRows) budget(r *row, kind budget.Kind, n int, m *iati.Budget) {
	c := b.tx.Budget.Create().SetID(b.NewID(id.Budget)).SetCreatedAt(b.now).SetActivityID(r.id).SetKind(kind).
		SetPosition(n).SetLine(m.Line).SetTypeCode(m.Type).SetStatusCode(m.Status).SetNillablePeriodStart(day(m.From)).
		SetNillablePeriodEnd(day(m.To)).SetNillableValueDate(day(m.ValueDate)).SetCurrencyAssumed(m.Value.Assumed).
		SetNillableValuePublished(given(m.Value.Published)).SetNillableValueMicro(m.Value.Micro).
		SetNillableValueCurrency(given(m.Value.Currency)).
		SetProviderRef(m.Provider.Ref).SetProviderName(nameOf(m.Provider.Name)).SetProviderType(m.Provider.Type).
		SetProviderActivityRef(m.Provider.ActivityID).SetNillableProviderID(b.links.organisation(m.Provider.Ref)).
		SetReceiverRef(m.Receiver.Ref).SetReceiverName(nameOf(m.Receiver.Name)).SetReceiverType(m.Receiver.Type).
		SetReceiverActivityRef(m.Receiver.ActivityID).SetNillableReceiverID(b.links.organisation(m.Receiver.Ref))
	some(c.SetProviderNames, m.Provider.Names)
	some(c.SetReceiverNames, m.Receiver.Names)
	b.budgets = append(b.budgets, c)
}

func (b *besideRows) relate(r *row, n int, o iati.Related) {
	c := b.tx.RelatedActivity.Create().SetID(b.NewID(id.Related)).SetCreatedAt(b.now).SetActivityID(r.id).SetPosition(n).
		SetTypeCode(o.Type).SetRef(o.Ref)
	b.related = append(b.related, c)
	if o.Ref == "" {
		return
	}
	if b.mentions == nil {
		b.mentions = map[string][]*ent.RelatedActivityCreate{}
	}
	b.mentions[o.Ref] = append(b.mentions[o.Ref], c)
}

// insert writes what was gathered, and joins activities with those that mention
// them, whichever came first.
func (b *besideRows) insert(ctx context.Context) error {
	if err := b.resolve(ctx); err != nil {
		return err
	}
	for _, insert := range []func(context.Context) error{
		bulk("budgets", 1000, b.budgets, b.tx.Budget.CreateBulk), bulk("results", 1000, b.results, b.tx.Result.CreateBulk),
		bulk("indicators", 1000, b.indicators, b.tx.Indicator.CreateBulk), bulk("periods", 2500, b.periods, b.tx.IndicatorPeriod.CreateBulk),
		bulk("documents", 1000, b.documents, b.tx.Document.CreateBulk), bulk("related activities", 2500, b.related, b.tx.RelatedActivity.CreateBulk),
		bulk("tags", 2500, b.tags, b.tx.ActivityTag.CreateBulk), bulk("policy markers", 2500, b.markers, b.tx.PolicyMarker.CreateBulk),
		bulk("conditions", 2000, b.conditions, b.tx.ActivityCondition.CreateBulk),
	} {
		if err := insert(ctx); err != nil {
			return err
		}
	}
	return b.mentioned(ctx)
}

// some gives a column a value, unless it is an empty list: then the column stays
// empty.
func some[L ~[]E, E, C any](put func(L) C, list L) {
	if len(list) > 0 {
		put(list)
	}
}

// executor is a bulk of rows to insert.
type executor interface {
	Exec(ctx context.Context) error
}

// bulk inserts rows, so many by a statement: SQLite takes 32,766 parameters.
func bulk[C any, B executor](what string, most int, rows []C, create func(...C) B) func(context.Context) error {
	return func(ctx context.Context) error {
		for some := range slices.Chunk(rows, most) {
			if err := create(some...).Exec(ctx); err != nil {
				return fmt.Errorf("importrun: write %s: %w", what, err)
			}
		}
		return nil
	}
}

// resolve finds the activities that the rows mention.
func (b *besideRows) resolve(ctx context.Context) error {
	for some := range slices.Chunk(sorted(b.mentions), 5000) {
		here, err := b.tx.Activity.Query().Where(activity.IatiIdentifierIn(some...)).Select(activity.FieldIatiIdentifier).All(ctx)
		if err != nil {
			return fmt.Errorf("importrun: find related activities: %w", err)
		}
		for _, a := range here {
			for _, c := range b.mentions[a.IatiIdentifier] {
				c.SetRelatedID(a.ID)
			}
		}
	}
	return nil
}

// mentioned joins the new activities with what others said of them before.
func (b *besideRows) mentioned(ctx context.Context) error {
	var fresh []string
	for _, r := range b.rows {
		if r.fresh {
			fresh = append(fresh, r.Identifier)
		}
	}
	for some := range slices.Chunk(fresh, 5000) {
		err := b.tx.RelatedActivity.Update().Where(relatedactivity.RelatedIDIsNil(), relatedactivity.RefIn(some...)).
			Modify(func(u *sql.UpdateBuilder) {
				here, own := sql.Dialect(u.Dialect()).Table(activity.Table), sql.Dialect(u.Dialect()).Table(relatedactivity.Table)
				it := sql.Dialect(u.Dialect()).Select(here.C(activity.FieldID)).From(here).
					Where(sql.ColumnsEQ(here.C(activity.FieldIatiIdentifier), own.C(relatedactivity.FieldRef)))
				u.Set(relatedactivity.FieldRelatedID, sql.ExprFunc(func(q *sql.Builder) { q.Wrap(func(q *sql.Builder) { q.Join(it) }) }))
			}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("importrun: join related activities: %w", err)
		}
	}
	return nil
}

// clearBesides takes away what activities had before.
func (c *chunk) clearBesides(ctx context.Context, ids []uuid.UUID) error {
	of := batch.In("activity_id", ids)
	for _, gone := range []interface {
		Exec(ctx context.Context) (int, error)
	}{
		c.tx.Budget.Delete().Where(predicate.Budget(of)), c.tx.Document.Delete().Where(predicate.Document(of)),
		c.tx.IndicatorPeriod.Delete().Where(predicate.IndicatorPeriod(of)), c.tx.Indicator.Delete().Where(predicate.Indicator(of)),
		c.tx.Result.Delete().Where(predicate.Result(of)), c.tx.RelatedActivity.Delete().Where(predicate.RelatedActivity(of)),
		c.tx.ActivityTag.Delete().Where(predicate.ActivityTag(of)), c.tx.PolicyMarker.Delete().Where(predicate.PolicyMarker(of)),
		c.tx.ActivityCondition.Delete().Where(predicate.ActivityCondition(of)),
	} {
		if _, err := gone.Exec(ctx); err != nil {
			return fmt.Errorf("importrun: clear what activities had: %w", err)
		}
	}
	return nil
}
