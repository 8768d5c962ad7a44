package organisation_test

import (
	"strings"
	"testing"

	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/organisation"
)

func TestFolded(t *testing.T) {
	t.Parallel()
	identifier := "XM-DAC-1"
	got := organisation.Folded(i18n.Text{EN: "Bank", ES: "Banco de Integración", FR: "Bank", Other: "Banco"}, []string{"CABEI", "bank"}, &identifier)
	if want := "bank\nbanco de integracion\nbanco\ncabei\nxm-dac-1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := organisation.Folded(i18n.Text{EN: strings.Repeat("ﷺ", 400)}, []string{strings.Repeat("ﷺ ", 100)}, nil); len(got) > 10_000 {
		t.Errorf("%d bytes", len(got))
	}
}
