package body

import (
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/date"
)

func period(from, to date.Date) Period {
	var p Period
	if from != "" {
		p.From = &from
	}
	if to != "" {
		p.To = &to
	}
	return p
}

func TestPeriodHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p    Period
		day  date.Date
		want bool
	}{
		{period("", ""), "2026-11-23", true},
		{period("2026-11-23", ""), "2026-11-22", false},
		{period("2026-11-23", "2026-11-23"), "2026-11-23", true}, // the last day is a valid one
		{period("2026-11-23", "2026-11-23"), "2026-11-24", false},
		{period("", "2026-11-23"), "", true},
		{period("1000-01-01", ""), "", false},
	} {
		if got := c.p.Holds(c.day); got != c.want {
			t.Errorf("%v holds %q: %v", c.p, c.day, got)
		}
	}
}

func TestMostAtOnce(t *testing.T) {
	t.Parallel()
	others := []Period{period("", "2024-12-31"), period("2024-06-01", "2025-12-31"), period("2025-06-01", ""), period("2027-01-01", "2027-01-01")}
	for _, c := range []struct {
		p    Period
		want int
	}{
		{period("", ""), 2},
		{period("", "2024-05-31"), 1},
		{period("2024-06-01", "2024-06-01"), 2},
		{period("2025-01-01", "2025-05-31"), 1}, // one left the day before, one is still to come
		{period("2026-01-01", "2026-12-31"), 1},
		{period("2026-01-01", ""), 2},
		{period("2028-01-01", ""), 1},
	} {
		if got := c.p.mostAtOnce(others); got != c.want {
			t.Errorf("%v: %d at once, want %d", c.p, got, c.want)
		}
	}
	if got := period("", "").mostAtOnce(nil); got != 0 {
		t.Errorf("nobody: %d", got)
	}
}

func TestCheckSeat(t *testing.T) {
	t.Parallel()
	state, other := uuid.New(), uuid.New()
	of := func(role seat.Role, country *uuid.UUID, votes bool, p Period) *ent.Seat {
		return &ent.Seat{Role: role, CountryID: country, Votes: votes, ValidFrom: p.From, ValidTo: p.To}
	}
	many := func(n int, s *ent.Seat) (all []*ent.Seat) {
		for range n {
			all = append(all, s)
		}
		return all
	}
	always, year, next := period("", ""), period("2026-01-01", "2026-12-31"), period("2027-01-01", "")
	for name, c := range map[string]struct {
		kind   body.Kind
		s      *ent.Seat
		others []*ent.Seat
		want   apperr.Code
		field  string
	}{
		"a first chair":       {body.KindSpecialCommittee, of(seat.RoleChair, nil, true, always), nil, "", ""},
		"a second chair":      {body.KindSpecialCommittee, of(seat.RoleChair, nil, true, year), many(1, of(seat.RoleChair, nil, true, always)), apperr.Conflict, "input.role"},
		"the next chair":      {body.KindSpecialCommittee, of(seat.RoleChair, nil, true, next), many(1, of(seat.RoleChair, nil, true, year)), "", ""},
		"a second rapporteur": {body.KindOther, of(seat.RoleRapporteur, nil, true, always), many(1, of(seat.RoleRapporteur, nil, true, year)), apperr.Conflict, "input.role"},
		"a second vice-chair": {body.KindOther, of(seat.RoleViceChair, nil, true, always), many(1, of(seat.RoleViceChair, nil, true, year)), "", ""},
		"a third vice-chair":  {body.KindOther, of(seat.RoleViceChair, nil, true, always), many(2, of(seat.RoleViceChair, nil, true, year)), apperr.Conflict, "input.role"},
		"many members":        {body.KindOther, of(seat.RoleMember, nil, true, always), many(500, of(seat.RoleMember, nil, true, always)), "", ""},
		"a second vote":       {body.KindOther, of(seat.RoleMember, &state, true, always), many(1, of(seat.RoleChair, &state, true, year)), apperr.Conflict, "input.votes"},
		"without a vote":      {body.KindOther, of(seat.RoleMember, &state, false, always), many(1, of(seat.RoleChair, &state, true, year)), "", ""},
		"another state":       {body.KindOther, of(seat.RoleMember, &state, true, always), many(1, of(seat.RoleMember, &other, true, year)), "", ""},
		"the next vote":       {body.KindOther, of(seat.RoleMember, &state, true, next), many(1, of(seat.RoleMember, &state, true, year)), "", ""},
		"a clerk who votes":   {body.KindOther, of(seat.RoleClerk, nil, true, always), nil, apperr.InvalidInput, "input.votes"},
		"a fifth of the Bureau": {
			body.KindExecutiveBureau, of(seat.RoleMember, nil, true, always), many(4, of(seat.RoleMember, nil, true, always)), "", "",
		},
		"a sixth of the Bureau": {
			body.KindExecutiveBureau, of(seat.RoleMember, nil, true, year), many(5, of(seat.RoleMember, nil, true, always)), apperr.Conflict, "input.role",
		},
		"a clerk of the Bureau": {
			body.KindExecutiveBureau, of(seat.RoleClerk, nil, false, year), many(5, of(seat.RoleMember, nil, true, always)), "", "",
		},
	} {
		err := checkSeat(c.kind, c.s, c.others)
		field := ""
		var e *apperr.Error
		if as(err, &e) {
			field = e.Field
		}
		if apperr.CodeOf(err) != c.want || field != c.field {
			t.Errorf("%s: %v at %q, want %q at %q", name, err, field, c.want, c.field)
		}
	}
}
