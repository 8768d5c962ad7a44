package i18n_test

import (
	"testing"

	"acs-aec.org/hub/internal/i18n"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"República Dominicana": "republica dominicana", "  Haïti ": "haiti", "ÉTAT  des\tlieux": "etat des lieux",
		"São Tomé": "sao tome", "": "", "SARG'COOP": "sarg'coop", "Curaçao": "curacao",
	} {
		if got := i18n.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	text := i18n.Text{ES: "Fondo Especial", FR: "Fonds Spécial", Authentic: i18n.ES}
	if got := text.In(i18n.FR); got != "Fonds Spécial" {
		t.Errorf("FR: %q", got)
	}
	if got := text.In(i18n.EN); got != "Fondo Especial" {
		t.Errorf("without a translation the authentic text prevails, got %q", got)
	}
	foreign := i18n.Text{Other: "Fundo", Authentic: "pt"}
	if got := foreign.In(i18n.EN); got != "Fundo" {
		t.Errorf("foreign: %q", got)
	}
}
