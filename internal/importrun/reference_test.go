package importrun_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/activity"
	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/importrun"
)

// golden are figures that were computed independently.
type golden struct {
	Activities int
	Status     map[string]int
	TxByType   map[string]int `json:"tx_by_type"`
	Currencies map[string]int
	Native     map[string]string
	Years      map[string]int
}

func TestReferenceFiles(t *testing.T) {
	t.Parallel()
	dir := reference(t)
	raw, err := os.ReadFile(filepath.Join(dir, "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]golden
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		for name, want := range all {
			path := filepath.Join(dir, "iati", name+".xml")
			run, err := s.Import(ctx, importrun.File(path), nil)
			if err != nil || run.Created != want.Activities || run.Status != entrun.StatusApplied || run.Critical != 0 {
				t.Fatal(name, run, err)
			}
			compare(t, w, run.DatasetName, want)
			told := len(w.Told(t))
			again, err := s.Import(ctx, importrun.File(path), nil)
			if err != nil || again.Unchanged != want.Activities || again.Created+again.Updated != 0 || again.Transactions != run.Transactions {
				t.Fatal(name, again, err)
			}
			if n := len(w.Told(t)) - told; n != 2 {
				t.Errorf("%s: the second run told %d events", name, n)
			}
			compare(t, w, run.DatasetName, want)
		}
	})
}

// compare compares what stands in the database with the golden figures.
func compare(t *testing.T, w *dbtest.World, dataset string, want golden) {
	t.Helper()
	ctx, c := w.System(), w.DB.Client
	status, types, currencies, years := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	sums := map[string]*big.Int{}
	for _, a := range c.Activity.Query().Where(activity.DatasetName(dataset)).AllX(ctx) {
		status[a.StatusCode]++
		for _, tr := range a.QueryTransactions().Order(transaction.ByPosition()).AllX(ctx) {
			types[tr.TypeCode]++
			currencies[tr.ValueCurrency]++
			years[string(*tr.Date)[:4]]++
			k := tr.TypeCode + "|" + tr.ValueCurrency
			if sums[k] == nil {
				sums[k] = new(big.Int)
			}
			sums[k].Add(sums[k], big.NewInt(*tr.ValueMicro))
		}
	}
	for what, pair := range map[string][2]map[string]int{
		"status": {status, want.Status}, "types": {types, want.TxByType}, "currencies": {currencies, want.Currencies}, "years": {years, want.Years},
	} {
		if !maps.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %s are %v, want %v", dataset, what, pair[0], pair[1])
		}
	}
	for k, v := range want.Native {
		r, ok := new(big.Rat).SetString(v)
		if got := new(big.Rat).SetFrac(sums[k], big.NewInt(1_000_000)); !ok || got.Cmp(r) != 0 {
			t.Errorf("%s: %s is %v, want %s", dataset, k, got, v)
		}
	}
	if len(sums) != len(want.Native) {
		t.Errorf("%s: %d sums, want %d", dataset, len(sums), len(want.Native))
	}
}

func TestAlteredReferenceFile(t *testing.T) {
	t.Parallel()
	xml, err := os.ReadFile(filepath.Join(reference(t), "iati", "caf-acs.xml"))
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(xml, []byte(`<activity-status code="2"`), []byte(`<activity-status code="4"`), 1)
	if bytes.Equal(altered, xml) {
		t.Fatal("nothing to alter")
	}
	source := func(b []byte) importrun.Source {
		return importrun.Source{Name: "caf-acs.xml", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
	}
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		if _, err := s.Import(ctx, source(xml), nil); err != nil {
			t.Fatal(err)
		}
		before := len(told(t, w))
		run, err := s.Import(ctx, source(altered), nil)
		if err != nil || run.Updated != 1 || run.Unchanged != 116 || run.Created != 0 {
			t.Fatal(run, err)
		}
		facts := told(t, w)[before:]
		if len(facts) != 1 || facts[0].New || *facts[0].Run != run.ID {
			t.Errorf("told %+v", facts)
		}
	})
}

func TestNegativeFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reference(t), "iati", "negative")
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		s, ctx := service(w), w.As(t, w.Secretariat)
		for name, refused := range map[string]bool{
			"ocha-fts-haiti-2010.xml": true, "datastore-CD.xml": true, "xsd-fail.xml": false, "rules-fail.xml": false,
		} {
			run, err := s.Import(ctx, importrun.File(filepath.Join(dir, name)), nil)
			if err != nil {
				t.Fatal(name, err)
			}
			if (run.Status == entrun.StatusRefused) != refused {
				t.Errorf("%s is %s", name, run.Status)
			}
			if !refused && run.Errors == 0 {
				t.Errorf("%s: no errors", name)
			}
			if refused && (!strings.Contains(run.RefusalEn, "version") || run.RefusalLine == 0) {
				t.Errorf("%s: line %d: %s", name, run.RefusalLine, run.RefusalEn)
			}
		}
	})
}
