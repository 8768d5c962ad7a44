package demo

import (
	"context"
	"time"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/notice"
)

// formal makes the formal traffic, all of it demonstration: a notice that two of
// four seats have acknowledged, and a request that was answered late.
func (m *maker) formal(ctx context.Context) error {
	if err := m.notice(ctx); err != nil {
		return about("notice", "of the Secretariat", err)
	}
	return about("request", "for information", m.request(ctx))
}

// unit is the unit of the Secretariat that issues.
const unit = "DCRM"

// said is a text in the three languages.
func said(en, es, fr string) *i18n.TextInput { return &i18n.TextInput{En: &en, Es: &es, Fr: &fr} }

func (m *maker) notice(ctx context.Context) error {
	s := notice.New(m.Runner)
	officer := m.as(ctx, officer)
	in := notice.DraftInput{
		Body: m.world.Bodies[unit],
		Title: said("Demonstration: documents of the next meeting", "Demostración: documentos de la próxima reunión",
			"Démonstration : documents de la prochaine réunion"),
		Content: said("The documents of the next meeting are in the hub. *This notice is fictitious.*",
			"Los documentos de la próxima reunión están en el sistema. *Este aviso es ficticio.*",
			"Les documents de la prochaine réunion se trouvent dans le système. *Cet avis est fictif.*"),
		Subject: named(m.world.Bodies, council),
	}
	week := date.Of(m.Now().Add(7 * 24 * time.Hour))
	in.AcknowledgeBy = &week
	for _, person := range []string{"bureau", "bureau-rapporteur", "bureau-member", "council"} {
		in.Seats = append(in.Seats, m.viewers[person].Seats[0].ID)
	}
	n, _, err := s.Draft(officer, in, nil)
	if err == nil {
		n, _, err = s.Dispatch(officer, n.ID, n.Revision)
	}
	for _, person := range []string{"bureau", "council"} {
		if err == nil {
			_, _, err = s.Acknowledge(m.as(ctx, person), n.ID, nil)
		}
	}
	return err
}

// request is asked three weeks ago, so that today's answer is late.
func (m *maker) request(ctx context.Context) error {
	earlier := *m.Runner
	earlier.Now = func() time.Time { return m.Now().Add(-21 * 24 * time.Hour) }
	s, then := informationrequest.New(m.Runner), informationrequest.New(&earlier)
	officer := m.as(ctx, officer)
	r, _, err := then.Draft(officer, informationrequest.DraftInput{
		Thread: m.world.Threads["CERTIFICATION"], Body: m.world.Bodies[unit],
		Addressee: informationrequest.Addressee{Body: named(m.world.Bodies, "SC-TOURISM")},
		Question:  "How many destinations take part in the first round? (Demonstration.)", Language: i18n.EN,
		Due: date.Of(earlier.Now().Add(14 * 24 * time.Hour)), StopsClock: true,
	}, nil)
	if err == nil {
		r, _, err = then.Dispatch(officer, r.ID, r.Revision)
	}
	if err == nil {
		_, _, err = s.Answer(m.as(ctx, "tourism"), r.ID, "Nueve destinos. (Demostración.)", i18n.ES, nil)
	}
	return err
}
