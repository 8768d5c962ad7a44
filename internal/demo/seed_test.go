package demo_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/i18n"
)

// seed is the reference data that the world was written from.
type seed struct {
	Members []struct {
		ISO2   string
		NameEN string `json:"name_en"`
		NameES string `json:"name_es"`
		NameFR string `json:"name_fr"`
		Group  string `json:"acs_group"`
	}
	Associates []struct {
		ISO2   string
		NameEN string `json:"name_en"`
	}
	FoundingObservers     []string `json:"founding_observers"`
	ObserverCountries     []string `json:"observer_countries"`
	ObserverOrganisations []string `json:"observer_organisations"`
	Bodies                []struct{ Code, EN, ES, FR string }
	Agreements            []struct {
		Kind, Signed string
		Parties      []string
	}
	Projects []struct {
		Title, Currency, Start, Decided, Announced string
		Amount                                     json.Number
		PlannedEnd                                 string `json:"planned_end"`
		ActualEnd                                  string `json:"actual_end"`
		End                                        string
		Beneficiaries                              []string
	}
}

func readSeed(t *testing.T) seed {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "acs_seed.json")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the reference data is not beside the code (%s): the facts were not compared with it", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var s seed
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFactsAreThoseOfTheReferenceData(t *testing.T) {
	s := readSeed(t)
	each(t, func(t *testing.T, r *command.Runner, _ *demo.World) {
		t.Run("members", func(t *testing.T) { sameMembers(t, r.DB.Client, s) })
		t.Run("observers", func(t *testing.T) { sameObservers(t, r.DB.Client, s) })
		t.Run("bodies", func(t *testing.T) { sameBodies(t, r.DB.Client, s) })
		t.Run("agreements", func(t *testing.T) { sameAgreements(t, r.DB.Client, s) })
		t.Run("projects", func(t *testing.T) { sameProjects(t, r.DB.Client, s) })
	})
}

func sameMembers(t *testing.T, c *ent.Client, s seed) {
	t.Helper()
	ctx := system(t)
	for _, m := range s.Members {
		row := c.Country.Query().Where(country.Iso2(m.ISO2)).WithGroup().WithMemberships().OnlyX(ctx)
		code := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(m.Group))
		if row.NameEn != m.NameEN || row.NameEs != m.NameES || row.NameFr != m.NameFR || row.Edges.Group.Code != code ||
			len(row.Edges.Memberships) != 1 || row.Edges.Memberships[0].Kind != membership.KindMember {
			t.Errorf("%s: %+v", m.ISO2, row)
		}
	}
	for _, a := range s.Associates {
		row := c.Country.Query().Where(country.Iso2(a.ISO2)).WithMemberships().OnlyX(ctx)
		ms := row.Edges.Memberships
		if row.GroupID != nil || len(ms) != 1 || ms[0].Kind != membership.KindAssociate || row.NameEn != a.NameEN && !strings.Contains(ms[0].Note, a.NameEN) {
			t.Errorf("%s: %+v", a.ISO2, row)
		}
	}
}

func sameObservers(t *testing.T, c *ent.Client, s seed) {
	t.Helper()
	ctx := system(t)
	for _, name := range s.ObserverCountries {
		n := c.Country.Query().Where(country.NameEnContains(name), country.HasMembershipsWith(membership.KindEQ(membership.KindObserver))).CountX(ctx)
		if n != 1 {
			t.Errorf("observer %s: %d", name, n)
		}
	}
	for _, name := range append(slices.Clone(s.FoundingObservers), s.ObserverOrganisations...) {
		founding := slices.Contains(s.FoundingObservers, name)
		rows := c.Organisation.Query().Where(organisation.FoldedContains(i18n.Fold(name)),
			organisation.HasMembershipsWith(membership.KindEQ(membership.KindObserver))).WithMemberships().AllX(ctx)
		rows = slices.DeleteFunc(rows, func(o *ent.Organisation) bool { return o.NameEn != name && !slices.Contains(o.Aliases, name) })
		if len(rows) != 1 || strings.Contains(rows[0].Edges.Memberships[0].Note, "Founding") != founding {
			t.Errorf("observer %s: %+v", name, rows)
		}
	}
}

func sameBodies(t *testing.T, c *ent.Client, s seed) {
	t.Helper()
	for _, b := range s.Bodies {
		row := c.Body.Query().Where(body.Code(b.Code)).OnlyX(system(t))
		if b.Code == "CNR-EB" { // its English pages call it Executive Board, as another body is called
			b.EN = "Executive Bureau of the Special Fund"
		}
		if row.NameEn != b.EN || b.ES != "" && row.NameEs != b.ES || b.FR != "" && row.NameFr != b.FR {
			t.Errorf("%s: %s / %s / %s", b.Code, row.NameEn, row.NameEs, row.NameFr)
		}
	}
}

// parties are the parties of the reference data by what the world calls them.
var parties = map[string]string{
	"ACS": "Association of Caribbean States", "UWI St Augustine": "University of the West Indies, St Augustine",
	"INEGI": "National Institute of Statistics and Geography", "KOICA": "Korea International Cooperation Agency",
	"CABEI": "Central American Bank for Economic Integration", "AGCID (Chile)": "Chilean Agency for International Development Cooperation",
	"CAF": "CAF – Development Bank of Latin America and the Caribbean",
}

func sameAgreements(t *testing.T, c *ent.Client, s seed) {
	t.Helper()
	ctx := system(t)
	var want, got []string
	for _, a := range s.Agreements {
		line := map[string]string{"MoU": "MEMORANDUM_OF_UNDERSTANDING", "Grant arrangement": "GRANT_ARRANGEMENT"}[a.Kind] + " " + a.Signed
		for _, p := range a.Parties {
			if full, ok := parties[p]; ok {
				p = full
			}
			line += ", " + p
		}
		want = append(want, line)
	}
	for _, a := range c.Agreement.Query().WithParties(func(q *ent.AgreementPartyQuery) {
		q.Order(ent.Asc(agreementparty.FieldPosition)).WithOrganisation()
	}).AllX(ctx) {
		if strings.HasPrefix(a.TitleEn, "Demonstration:") {
			continue
		}
		line := string(a.Kind) + " " + command.Word(a.SignedOn)
		for _, p := range a.Edges.Parties {
			line += ", " + p.Edges.Organisation.NameEn
		}
		got = append(got, line)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("agreements:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func sameProjects(t *testing.T, c *ent.Client, s seed) {
	t.Helper()
	ctx := system(t)
	titles, err := demo.SeedTitles()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Projects {
		place, ok := titles[p.Title]
		if !ok {
			t.Errorf("%q is missing", p.Title)
			continue
		}
		delete(titles, p.Title)
		if place.Amount != p.Amount.String() || place.Currency != p.Currency {
			t.Errorf("%q has %s %s, want %s %s", p.Title, place.Amount, place.Currency, p.Amount, p.Currency)
		}
		if place.Programme != "" { // a total over projects is the envelope of their programme
			row := c.Programme.Query().Where(programme.Code(place.Programme)).OnlyX(ctx)
			if row.EnvelopePublished != p.Amount.String() || row.EnvelopeCurrency != p.Currency {
				t.Errorf("%q: %s %s", p.Title, row.EnvelopePublished, row.EnvelopeCurrency)
			}
			continue
		}
		row := c.Activity.Query().Where(activity.IatiIdentifier(place.Activity)).OnlyX(ctx)
		start := command.Word(row.ActualStart) + command.Word(row.PlannedStart)
		if !strings.HasPrefix(start, p.Start) || p.Start == "" && start != "" {
			t.Errorf("%q starts %q, want %q", p.Title, start, p.Start)
		}
		if planned := command.Word(row.PlannedEnd); !strings.HasPrefix(planned, p.PlannedEnd) || p.PlannedEnd == "" && planned != "" {
			t.Errorf("%q is planned to end %q, want %q", p.Title, planned, p.PlannedEnd)
		}
		if actual := command.Word(row.ActualEnd); actual != p.ActualEnd+p.End {
			t.Errorf("%q ended %q, want %q", p.Title, actual, p.ActualEnd+p.End)
		}
		for _, tr := range row.QueryTransactions().AllX(ctx) {
			if on := date.Date(p.Decided + p.Announced); *tr.Date != on || tr.ValuePublished != p.Amount.String() || tr.ValueCurrency != p.Currency {
				t.Errorf("%q: a transaction of %s %s on %s", p.Title, tr.ValuePublished, tr.ValueCurrency, *tr.Date)
			}
		}
		if len(p.Beneficiaries) > 0 {
			got := row.QueryAllocations().Where(allocation.DimensionEQ(allocation.DimensionCountry)).Order(ent.Asc(allocation.FieldCode)).
				Select(allocation.FieldCode).StringsX(ctx)
			if want := slices.Sorted(slices.Values(p.Beneficiaries)); !slices.Equal(got, want) {
				t.Errorf("%q is for %v, want %v", p.Title, got, want)
			}
		}
	}
	if len(titles) > 0 {
		t.Errorf("these are in no reference: %v", titles)
	}
}
