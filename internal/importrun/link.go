package importrun

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/id"
)

// The limits of an organisation, in bytes.
const (
	organisationIdentifier = 200
	organisationType       = 10
	organisationName       = 400
	organisationFolded     = 10_000
)

// links are what activities refer to, by organisation identifier and country code,
// and by the identifiers of other activities.
type links struct{ organisations, countries, activities map[string]uuid.UUID }

func (l *links) organisation(ref string) *uuid.UUID { return found(l.organisations, ref) }
func (l *links) country(code string) *uuid.UUID     { return found(l.countries, code) }
func (l *links) activity(ref string) *uuid.UUID     { return found(l.activities, ref) }

func found(m map[string]uuid.UUID, key string) *uuid.UUID {
	if u, ok := m[key]; ok {
		return &u
	}
	return nil
}

// link finds the organisations and countries that the rows name. Organisations
// that report or take part and are not known yet are added, each told once.
func (c *chunk) link(ctx context.Context) (*links, error) {
	refs, codes := map[string]bool{}, map[string]bool{}
	named := map[string]iati.Organisation{}
	introduce := func(o iati.Organisation) {
		refs[o.Ref] = true
		if _, met := named[o.Ref]; !met && nameOf(o.Name) != "" && len(o.Ref) <= organisationIdentifier {
			named[o.Ref] = o
		}
	}
	for _, r := range c.rows {
		introduce(r.Reporting)
		for _, p := range r.Participants {
			introduce(p.Organisation)
		}
		shares := [][]iati.Share{r.Countries}
		for _, t := range r.Transactions {
			refs[t.Provider.Ref], refs[t.Receiver.Ref] = true, true
			shares = append(shares, t.Countries)
		}
		for _, b := range r.Disbursements {
			refs[b.Provider.Ref], refs[b.Receiver.Ref] = true, true
		}
		for _, s := range slices.Concat(shares...) {
			codes[s.Code] = true
		}
	}
	delete(refs, "")
	delete(named, "")
	l := &links{organisations: map[string]uuid.UUID{}, countries: map[string]uuid.UUID{}}
	if err := c.find(ctx, l, sorted(refs)); err != nil {
		return nil, err
	}
	if err := c.introduce(ctx, l, named); err != nil {
		return nil, err
	}
	countries, err := c.tx.Country.Query().Where(country.Iso2In(sorted(codes)...)).Select(country.FieldIso2).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("importrun: find countries: %w", err)
	}
	for _, k := range countries {
		l.countries[k.Iso2] = k.ID
	}
	return l, nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// find finds organisations by their identifiers. One that was merged stands for
// the one that it was merged into.
func (c *chunk) find(ctx context.Context, l *links, refs []string) error {
	for some := range slices.Chunk(refs, 5000) {
		rows, err := c.tx.Organisation.Query().Where(organisation.IdentifierIn(some...)).
			Select(organisation.FieldIdentifier, organisation.FieldMergedIntoID).All(ctx)
		if err != nil {
			return fmt.Errorf("importrun: find organisations: %w", err)
		}
		for _, o := range rows {
			l.organisations[*o.Identifier] = o.ID
			if o.MergedIntoID != nil {
				l.organisations[*o.Identifier] = *o.MergedIntoID
			}
		}
	}
	return nil
}

// introduce adds the organisations that are not known yet.
func (c *chunk) introduce(ctx context.Context, l *links, named map[string]iati.Organisation) error {
	now := c.Time()
	var refs []string
	var rows []*ent.OrganisationCreate
	ids := map[uuid.UUID]bool{}
	for _, ref := range sorted(named) {
		if l.organisation(ref) != nil {
			continue
		}
		o := named[ref]
		u := c.NewID(id.Organisation)
		name := organisationText(o.Name)
		row := c.tx.Organisation.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetIdentifier(ref).
			SetKinds([]string{}).SetAliases([]string{}).SetNameText(name).
			SetFolded(clip(i18n.Fold(strings.Join([]string{name.EN, name.ES, name.FR, ref}, " ")), organisationFolded)).
			SetNameKeyEn(key(name, i18n.EN, organisationName)).SetNameKeyEs(key(name, i18n.ES, organisationName)).
			SetNameKeyFr(key(name, i18n.FR, organisationName))
		if o.Type != "" && len(o.Type) <= organisationType {
			row.SetTypeCode(o.Type)
		}
		refs, rows = append(refs, ref), append(rows, row)
		ids[u] = true
	}
	if len(rows) == 0 {
		return nil
	}
	for some := range slices.Chunk(rows, 500) {
		err := c.tx.Organisation.CreateBulk(some...).
			OnConflict(sql.ConflictColumns(organisation.FieldIdentifier), sql.DoNothing()).Exec(ctx)
		if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
			return fmt.Errorf("importrun: add organisations: %w", err)
		}
	}
	if err := c.find(ctx, l, refs); err != nil { // another may have added one first
		return err
	}
	for _, ref := range refs {
		u := l.organisations[ref]
		if !ids[u] {
			continue
		}
		if err := c.Log.Append(ctx, eventlog.Event{Kind: "OrganisationCreated", Subject: u, Public: true}); err != nil {
			return err
		}
	}
	return nil
}

// organisationText is the name in the languages that there are; one in a language
// that is not official stands as it is, as names do.
func organisationText(t i18n.Text) i18n.Text {
	out := i18n.Text{Authentic: t.Authentic}
	for _, l := range i18n.Langs {
		out.Set(l, clip(t.Get(l), organisationName))
	}
	if out.Get(out.Authentic) == "" {
		out.Authentic = i18n.EN
		out.EN = clip(nameOf(t), organisationName)
	}
	return out
}

// nameOf is a name as it was published.
func nameOf(t i18n.Text) string { return t.In(t.Authentic) }

// key is what lists are ordered by, which may be at most twice as long as the
// text.
func key(t i18n.Text, l i18n.Lang, limit int) string { return clip(i18n.Fold(t.In(l)), 2*limit) }
