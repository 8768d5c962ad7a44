package share

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/country"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/money"
)

// Country is a country's share as a person gives it. A nil percentage is none.
type Country struct {
	Code       string
	Percentage *string
}

// Sector is a sector's share as a person gives it. A nil percentage is none.
type Sector struct {
	Vocabulary string
	Code       string
	Percentage *string
}

// Row is a share that was checked.
type Row struct {
	Dimension  allocation.Dimension
	Vocabulary string
	Code       string
	// Published is the percentage as it was written, Micro its millionths; "" and
	// nil for none.
	Published string
	Micro     *int64
	Country   *uuid.UUID
}

// limit is how many shares a list has at most.
const limit = 200

var (
	msgTooMany = i18n.Message{
		EN: "Name at most %d.", ES: "Indique %d como máximo.", FR: "Indiquez-en %d au maximum.",
	}
	msgTwice = i18n.Message{
		EN: "This stands here twice.", ES: "Esto figura dos veces.", FR: "Ceci figure deux fois.",
	}
	msgNoCountry = i18n.Message{
		EN: "There is no such country here.", ES: "No existe ese país aquí.", FR: "Ce pays n'existe pas ici.",
	}
	msgVocabulary = i18n.Message{
		EN: "This is not a code of the IATI SectorVocabulary list.", ES: "No es un código de la lista SectorVocabulary de la IATI.",
		FR: "Ce n'est pas un code de la liste SectorVocabulary de l'IITA.",
	}
	msgSector = i18n.Message{
		EN: "A sector of this vocabulary has %d digits.", ES: "Un sector de este vocabulario tiene %d cifras.",
		FR: "Un secteur de ce vocabulaire compte %d chiffres.",
	}
	msgPercentage = i18n.Message{
		EN: "A percentage is more than 0 and at most 100, with at most six decimals.",
		ES: "Un porcentaje es mayor que 0 y como máximo 100, con seis decimales como máximo.",
		FR: "Un pourcentage est supérieur à 0 et d'au plus 100, avec six décimales au maximum.",
	}
	msgAllOrNone = i18n.Message{
		EN: "Give a percentage for all, or for none.", ES: "Indique un porcentaje para todos o para ninguno.",
		FR: "Indiquez un pourcentage pour tous ou pour aucun.",
	}
	msgSum = i18n.Message{
		EN: "The percentages make %s together instead of 100.", ES: "Los porcentajes suman %s en lugar de 100.",
		FR: "Les pourcentages font %s au total au lieu de 100.",
	}
)

// Countries checks the shares of countries. The field is the path of the list.
func Countries(ctx context.Context, tx *ent.Client, field string, in []Country) ([]Row, error) {
	if len(in) > limit {
		return nil, apperr.Invalid(field, msgTooMany, limit).With("limit", limit)
	}
	codes := make([]string, len(in))
	for i, c := range in {
		codes[i] = c.Code
	}
	known := map[string]uuid.UUID{}
	if len(in) > 0 {
		found, err := tx.Country.Query().Where(country.Iso2In(codes...)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("share: look for countries: %w", err)
		}
		for _, c := range found {
			known[c.Iso2] = c.ID
		}
	}
	rows := make([]Row, len(in))
	for i, c := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		u, ok := known[c.Code]
		if !ok {
			return nil, apperr.Invalid(at+".code", msgNoCountry)
		}
		if slices.Contains(codes[:i], c.Code) {
			return nil, apperr.Invalid(at+".code", msgTwice)
		}
		rows[i] = Row{Dimension: allocation.DimensionCountry, Code: c.Code, Country: &u}
		if err := rows[i].setPercentage(at, c.Percentage); err != nil {
			return nil, err
		}
	}
	return rows, checkSums(field, rows)
}

// vocabularies are the codes of the IATI SectorVocabulary list.
var vocabularies = strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 98 99")

// digits is how many digits the codes of the DAC's vocabularies have.
var digits = map[string]int{"1": 5, "2": 3}

var number = regexp.MustCompile(`^[0-9]+$`)

// Sectors checks the shares of sectors. The field is the path of the list.
func Sectors(field string, in []Sector) ([]Row, error) {
	if len(in) > limit {
		return nil, apperr.Invalid(field, msgTooMany, limit).With("limit", limit)
	}
	type key struct{ vocabulary, code string }
	seen := map[key]bool{}
	rows := make([]Row, len(in))
	for i, s := range in {
		at := fmt.Sprintf("%s[%d]", field, i)
		if !slices.Contains(vocabularies, s.Vocabulary) {
			return nil, apperr.Invalid(at+".vocabulary", msgVocabulary)
		}
		code, err := command.Line(at+".code", s.Code, 200)
		if err != nil {
			return nil, err
		}
		if n := digits[s.Vocabulary]; n > 0 && (len(code) != n || !number.MatchString(code)) {
			return nil, apperr.Invalid(at+".code", msgSector, n)
		}
		if seen[key{s.Vocabulary, code}] {
			return nil, apperr.Invalid(at+".code", msgTwice)
		}
		seen[key{s.Vocabulary, code}] = true
		rows[i] = Row{Dimension: allocation.DimensionSector, Vocabulary: s.Vocabulary, Code: code}
		if err := rows[i].setPercentage(at, s.Percentage); err != nil {
			return nil, err
		}
	}
	return rows, checkSums(field, rows)
}

func (r *Row) setPercentage(at string, published *string) error {
	if published == nil {
		return nil
	}
	micro, err := money.Parse(*published)
	if err == nil && (micro <= 0 || micro > Whole) {
		err = errors.New("share: out of range")
	}
	if err != nil {
		return apperr.Invalid(at+".percentage", msgPercentage).Because(err)
	}
	r.Micro, r.Published = &micro, *published
	if len(r.Published) > publishedLimit {
		r.Published = money.Format(micro)
	}
	return nil
}

// publishedLimit is how long the text of a percentage may be.
const publishedLimit = 40

// checkSums refuses percentages that are there for some only, or that do not
// make 100 together.
func checkSums(field string, rows []Row) error {
	for _, part := range wholes(rows) {
		given, sum := 0, int64(0)
		for _, i := range part {
			if rows[i].Micro != nil {
				given++
				sum += *rows[i].Micro
			}
		}
		switch {
		case given == 0:
		case given < len(part):
			return apperr.Invalid(field, msgAllOrNone)
		case sum != Whole:
			return apperr.Invalid(field, msgSum, money.Format(sum))
		}
	}
	return nil
}

// Complete says whether rows share out a whole, in each vocabulary: with
// percentages, or as the only one. No rows share out nothing.
func Complete(rows []Row) bool {
	for _, part := range wholes(rows) {
		sum := int64(0)
		for _, i := range part {
			if rows[i].Micro != nil {
				sum += *rows[i].Micro
			}
		}
		if sum != Whole && (len(part) > 1 || rows[part[0]].Micro != nil) {
			return false
		}
	}
	return len(rows) > 0
}
