package demo

import (
	"context"
	"time"

	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/meeting"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/opportunity"
	"acs-aec.org/hub/internal/thread"
)

// calendar makes a funding opportunity and a meeting, both fictitious, each with a
// discussion on it.
func (m *maker) calendar(ctx context.Context) error {
	if err := m.opportunity(ctx); err != nil {
		return about("opportunity", "example", err)
	}
	return about("meeting", "of the Council", m.meeting(ctx))
}

// opportunity is a call that nobody made, shortlisted and open for two months more.
func (m *maker) opportunity(ctx context.Context) error {
	s, officer := opportunity.New(m.Runner), m.as(ctx, officer)
	sourceID, area := "EXAMPLE-1", programme.AreaCaribbeanSea
	opens, closes := date.Of(m.Now().Add(-14*24*time.Hour)), date.Of(m.Now().Add(60*24*time.Hour))
	o, _, err := s.Identify(officer, opportunity.IdentifyInput{
		Source: "Demonstration", SourceID: &sourceID,
		Title: said("Demonstration: call for resilient coasts", "Demostración: convocatoria para costas resilientes",
			"Démonstration : appel pour des côtes résilientes"),
		Description: said("Grants for the protection of beaches. *This call is fictitious: no donor has made it.*",
			"Subvenciones para la protección de playas. *Esta convocatoria es ficticia: ningún donante la ha hecho.*",
			"Subventions pour la protection des plages. *Cet appel est fictif : aucun bailleur ne l'a lancé.*"),
		Eligibility: said("Intergovernmental organisations of the region.", "Organizaciones intergubernamentales de la región.", "Organisations intergouvernementales de la région."),
		Opens:       &opens, Closes: &closes, Area: &area, Countries: []string{"JM", "TT", "CR"},
		Minimum: &money.Input{Amount: "100000", Currency: "USD"}, Maximum: &money.Input{Amount: "400000", Currency: "USD"},
		Sectors: []opportunity.Sector{{Vocabulary: "1", Code: "41010"}},
	}, nil)
	if err == nil {
		o, _, err = s.Screen(officer, o.ID, o.Revision)
	}
	if err == nil {
		o, _, err = s.Shortlist(officer, o.ID, o.Revision)
	}
	if err != nil {
		return err
	}
	return m.talk(ctx, "EXAMPLE-CALL", thread.Opening{
		Subject: o.ID, Audience: []thread.Party{{Body: named(m.world.Bodies, unit)}, {Body: named(m.world.Bodies, "SC-DRR")}},
		Title: said("Do we apply for it? (Demonstration)", "¿Nos presentamos? (Demostración)", "Candidatons-nous ? (Démonstration)"),
	}, "secretariat", "The maximum suits a second phase on beaches. Does the committee see countries that would take part? (Demonstration.)")
}

// meeting is one that the Council of National Representatives has before it.
func (m *maker) meeting(ctx context.Context) error {
	s, officer := meeting.New(m.Runner), m.as(ctx, officer)
	reference, place := "DEMO/1", "Port of Spain"
	starts := m.Now().Add(21 * 24 * time.Hour).Truncate(24 * time.Hour).Add(13 * time.Hour)
	row, _, err := s.Convene(officer, meeting.ConveneInput{
		Body: m.world.Bodies[council], Reference: &reference, Place: &place, Starts: starts, Ends: starts.Add(8 * time.Hour), OpenToObservers: true,
		Title: said("Demonstration: meeting of the Council", "Demostración: reunión del Consejo", "Démonstration : réunion du Conseil"),
	}, nil)
	if err != nil {
		return err
	}
	return m.talk(ctx, "COUNCIL-MEETING", thread.Opening{
		Subject: row.ID, Audience: []thread.Party{{Body: named(m.world.Bodies, council)}, {Body: named(m.world.Bodies, unit)}},
		Title: said("Preparing the meeting", "Preparación de la reunión", "Préparation de la réunion"),
	}, "secretariat", "Please tell us here which items you wish on the agenda. (Demonstration.)")
}

// talk opens a discussion with one message.
func (m *maker) talk(ctx context.Context, key string, in thread.Opening, by, text string) error {
	s, as := thread.New(m.Runner), m.as(ctx, by)
	t, _, err := s.Open(as, in, nil)
	if err != nil {
		return err
	}
	m.world.Threads[key] = t.ID
	_, _, err = s.Post(as, thread.Posting{Thread: t.ID, Body: text, Language: i18n.EN}, nil)
	return err
}
