package body

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// BureauSeats is how many members the Executive Bureau of the Special Fund has.
const BureauSeats = 5

// roleLimits is how many of a role a body has on one day; no entry, no limit.
var roleLimits = map[seat.Role]int{seat.RoleChair: 1, seat.RoleViceChair: 2, seat.RoleRapporteur: 1}

var (
	msgRoleTaken = i18n.Message{
		EN: "In this period the body already has as many of this role as it can have (%d).",
		ES: "En este período el órgano ya tiene el máximo de esta función (%d).",
		FR: "Pendant cette période, l'organe compte déjà le maximum pour cette fonction (%d).",
	}
	msgStateVotes = i18n.Message{
		EN: "In this period the state already has a seat with a vote in this body.",
		ES: "En este período el Estado ya tiene un puesto con voto en este órgano.",
		FR: "Pendant cette période, l'État dispose déjà d'un siège avec voix dans cet organe.",
	}
	msgBureauFull = i18n.Message{
		EN: "In this period the Executive Bureau already has its %d members.",
		ES: "En este período la Mesa Directiva ya tiene sus %d miembros.",
		FR: "Pendant cette période, le Bureau Exécutif compte déjà ses %d membres.",
	}
	msgClerkVotes = i18n.Message{
		EN: "A clerk has no vote.", ES: "La secretaría de actas no tiene voto.", FR: "Le greffier n'a pas de voix.",
	}
)

// checkSeat refuses a seat for which there is no room beside the others of the
// body. CONFLICT says that others stand in its way, INVALID_INPUT that it could
// be nowhere.
func checkSeat(kind body.Kind, s *ent.Seat, others []*ent.Seat) error {
	if s.Role == seat.RoleClerk && s.Votes {
		return apperr.Invalid("input.votes", msgClerkVotes)
	}
	full := func(limit int, counts func(*ent.Seat) bool) bool {
		var taken []Period
		for _, o := range others {
			if counts(o) {
				taken = append(taken, PeriodOf(o))
			}
		}
		return PeriodOf(s).mostAtOnce(taken) >= limit
	}
	if limit, ok := roleLimits[s.Role]; ok && full(limit, func(o *ent.Seat) bool { return o.Role == s.Role }) {
		return apperr.New(apperr.Conflict, msgRoleTaken, limit).In("input.role")
	}
	if s.Votes && s.CountryID != nil && full(1, func(o *ent.Seat) bool { return o.Votes && o.CountryID != nil && *o.CountryID == *s.CountryID }) {
		return apperr.New(apperr.Conflict, msgStateVotes).In("input.votes")
	}
	sits := func(o *ent.Seat) bool { return o.Role != seat.RoleClerk }
	if kind == body.KindExecutiveBureau && sits(s) && full(BureauSeats, sits) {
		return apperr.New(apperr.Conflict, msgBureauFull, BureauSeats).In("input.role")
	}
	return nil
}

// PeriodOf is when a seat is in force.
func PeriodOf(s *ent.Seat) Period { return Period{s.ValidFrom, s.ValidTo} }

// PeriodOfPost is when a post is in force.
func PeriodOfPost(p *ent.StaffPost) Period { return Period{p.ValidFrom, p.ValidTo} }
