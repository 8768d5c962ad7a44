package iati_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/money"
)

// reference is a file of the reference data, which lies beside the code: at
// HUB_TEST_REFERENCE_DATA, or in a folder shared/data of a folder around this one.
func reference(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("HUB_TEST_REFERENCE_DATA")
	if dir == "" {
		here, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for d := here; d != filepath.Dir(d) && dir == ""; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, "shared", "data", "iati")); err == nil {
				dir = filepath.Join(d, "shared", "data")
			}
		}
	}
	if dir == "" {
		t.Skip("the reference data is not here: put it into ../shared/data, or name its folder in HUB_TEST_REFERENCE_DATA")
	}
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// totals are counted as golden.json has them.
type totals struct {
	Activities int               `json:"activities"`
	Status     map[string]int    `json:"status"`
	TxByType   map[string]int    `json:"tx_by_type"`
	Currencies map[string]int    `json:"currencies"`
	Sectors    map[string]int    `json:"sector_vocabularies"`
	Years      map[string]int    `json:"years"`
	Native     map[string]string `json:"native"`
}

func TestGoldenTotals(t *testing.T) {
	t.Parallel()
	var golden map[string]totals
	if err := json.Unmarshal(reference(t, "golden.json"), &golden); err != nil {
		t.Fatal(err)
	}
	for name, want := range golden {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := string(reference(t, "iati/"+name+".xml"))
			activities, issues := read(t, text)
			got := totals{len(activities), map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]string{}}
			native := map[string]*big.Int{}
			for _, a := range activities {
				got.Status[a.StatusCode]++
				for _, s := range a.Sectors {
					got.Sectors[s.Vocabulary]++
				}
				for _, tx := range a.Transactions {
					got.TxByType[tx.Type]++
					got.Currencies[tx.Value.Currency]++
					got.Years[string(tx.Date)[:4]]++
					key := tx.Type + "|" + tx.Value.Currency
					if native[key] == nil {
						native[key] = new(big.Int)
					}
					native[key].Add(native[key], big.NewInt(*tx.Value.Micro))
				}
			}
			for key, sum := range native {
				got.Native[key] = money.FormatBig(sum)
			}
			for key, sum := range want.Native {
				micro, err := money.Parse(sum)
				if err != nil {
					t.Fatal(err)
				}
				want.Native[key] = money.Format(micro)
			}
			if g, w := inJSON(t, got), inJSON(t, want); g != w {
				t.Errorf("totals\n got %s\nwant %s", g, w)
			}
			mustPoint(t, text, issues)
			for _, i := range issues {
				if strings.HasPrefix(i.Rule, "xsd-") || i.Severity == iati.Critical {
					t.Errorf("line %d: %s", i.Line, i.Message.EN)
				}
			}
		})
	}
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReferenceOfOneActivityInSixCountries(t *testing.T) {
	t.Parallel()
	activities, issues := read(t, string(reference(t, "iati/wri-acs.xml")))
	if len(activities) != 1 || len(activities[0].Countries) != 6 || len(activities[0].Regions) != 2 {
		t.Fatalf("activities: %+v", activities)
	}
	if got := ruleNames(issues); !slices.Equal(got, []string{"102.1.1"}) {
		t.Errorf("issues: %v", got)
	}
}

func TestReferenceOfFaults(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]string{
		"xsd-fail":   {"xsd-missing"},
		"rules-fail": {"3.1.2", "7.5.3", "8.10.1", "9.76.1"},
	} {
		text := string(reference(t, "iati/negative/"+file+".xml"))
		activities, issues := read(t, text)
		if got := ruleNames(issues); len(activities) != 1 || !slices.Equal(got, want) {
			t.Errorf("%s: %d activities, issues %v, want %v", file, len(activities), got, want)
		}
		mustPoint(t, text, issues)
	}
}

func TestReferenceOfOldVersions(t *testing.T) {
	t.Parallel()
	for file, rule := range map[string]string{"ocha-fts-haiti-2010": "version-missing", "datastore-CD": "version"} {
		var r *iati.Refusal
		_, err := iati.Reader{}.Read(t.Context(), bytes.NewReader(reference(t, "iati/negative/"+file+".xml")), func(context.Context, iati.Checked) error {
			t.Errorf("%s: an activity was handed over", file)
			return nil
		})
		if !errors.As(err, &r) || r.Rule != rule || r.Line != 2 {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// Our notation of the schema says what the published one says.
func TestSchemaIsThePublishedOne(t *testing.T) {
	t.Parallel()
	x := xsd{elements: map[string]*xsdNode{}, types: map[string]*xsdNode{}, attributes: map[string]*xsdNode{}}
	for _, f := range []string{"iati-common.xsd", "iati-activities-schema.xsd"} {
		var root xsdNode
		if err := xml.Unmarshal(reference(t, "iati-2.03/"+f), &root); err != nil {
			t.Fatal(err)
		}
		for _, n := range root.Nodes {
			if into := map[string]map[string]*xsdNode{"element": x.elements, "complexType": x.types, "attribute": x.attributes}[n.XMLName.Local]; into != nil {
				into[n.get("name")] = n
			}
		}
	}
	x.write(x.elements["iati-activity"], 0)
	ours, err := os.ReadFile("schema-2.03.txt")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(ours)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	for i := range max(len(lines), len(x.lines)) {
		if i >= len(lines) || i >= len(x.lines) || lines[i] != x.lines[i] {
			t.Fatalf("line %d of the notation differs from the published schema:\n%q\n%q", i, lines[min(i, len(lines)-1)], x.lines[min(i, len(x.lines)-1)])
		}
	}
}

type xsdNode struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []*xsdNode `xml:",any"`
}

func (n *xsdNode) get(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *xsdNode) child(name string) *xsdNode {
	for _, c := range n.Nodes {
		if c.XMLName.Local == name {
			return c
		}
	}
	return nil
}

// xsd writes the published schema in our notation.
type xsd struct {
	elements, types, attributes map[string]*xsdNode
	lines                       []string
}

func (x *xsd) write(e *xsdNode, depth int) {
	name := e.get("name") + e.get("ref")
	often := map[string]string{"11": "1", "01": "?", "0unbounded": "*", "1unbounded": "+"}[or(e.get("minOccurs"), "1")+or(e.get("maxOccurs"), "1")]
	for e.get("ref") != "" {
		e = x.elements[e.get("ref")]
	}
	var attrs, children []*xsdNode
	typ := ""
	switch t := e.get("type"); {
	case strings.HasPrefix(t, "xsd:"):
		typ = strings.TrimPrefix(t, "xsd:")
	case t != "":
		attrs, children, typ = x.expand(x.types[t])
	default:
		attrs, children, typ = x.expand(e.child("complexType"))
	}
	line := strings.Repeat("  ", depth) + often + " " + name
	if typ != "" {
		line += " = " + typ
	}
	for _, a := range attrs {
		required := a.get("use") == "required"
		an := a.get("name")
		if ref := a.get("ref"); ref != "" {
			if ref == "xml:lang" {
				continue
			}
			an, a = ref, x.attributes[ref]
		}
		line += " @" + an
		if required {
			line += "!"
		}
		if at := strings.TrimPrefix(or(a.get("type"), "xsd:string"), "xsd:"); at != "string" {
			line += ":" + at
		}
	}
	x.lines = append(x.lines, line)
	for _, c := range children {
		x.write(c, depth+1)
	}
}

func (x *xsd) expand(n *xsdNode) (attrs, children []*xsdNode, typ string) {
	for _, c := range n.Nodes {
		switch c.XMLName.Local {
		case "simpleContent", "complexContent":
			ext := c.child("extension")
			if base := ext.get("base"); strings.HasPrefix(base, "xsd:") {
				typ = strings.TrimPrefix(base, "xsd:")
			} else {
				attrs, children, typ = x.expand(x.types[base])
			}
			a, k, _ := x.expand(ext)
			attrs, children = append(attrs, a...), append(children, k...)
		case "sequence":
			for _, e := range c.Nodes {
				if e.XMLName.Local == "element" {
					children = append(children, e)
				}
			}
		case "attribute":
			attrs = append(attrs, c)
		}
	}
	return attrs, children, typ
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
