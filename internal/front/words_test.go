package front

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	languageBlock = regexp.MustCompile(`(?ms)^  (en|es|fr): \{\n(.*?)^  \},$`)
	sentence      = regexp.MustCompile(`(?m)^    (\w+): '(.*)',$`)
	inPage        = regexp.MustCompile(`data-text="(\w+)"[^>]*>([^<]*)<`)
	inScript      = regexp.MustCompile(`\b(?:say|tell|button)\('(\w+)'|saying\((?:\w+|node\('\w+'\)), '(\w+)'`)
	fill          = regexp.MustCompile(`\{\w+\}`)
)

// sentences are what app/words.js says, by language and name.
func sentences(t *testing.T) map[string]map[string]string {
	t.Helper()
	script, err := pageFiles.ReadFile("page/app/words.js")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, block := range languageBlock.FindAllStringSubmatch(string(script), -1) {
		out[block[1]] = map[string]string{}
		for _, m := range sentence.FindAllStringSubmatch(block[2], -1) {
			out[block[1]][m[1]] = m[2]
		}
		if lines := strings.Count(block[2], "\n"); len(out[block[1]]) != lines {
			t.Fatalf("%s: %d sentences read from %d lines", block[1], len(out[block[1]]), lines)
		}
	}
	return out
}

func TestEverySentenceIsThereInThreeLanguages(t *testing.T) {
	t.Parallel()
	said := sentences(t)
	names := slices.Sorted(maps.Keys(said["en"]))
	if len(names) < 30 {
		t.Fatalf("only %d sentences found", len(names))
	}
	for _, lang := range []string{"es", "fr"} {
		if got := slices.Sorted(maps.Keys(said[lang])); !slices.Equal(got, names) {
			t.Errorf("%s has other sentences than en: %v, %v", lang, got, names)
		}
		for _, name := range names {
			if !slices.Equal(fill.FindAllString(said[lang][name], -1), fill.FindAllString(said["en"][name], -1)) {
				t.Errorf("%s: %s has other blanks than in en", lang, name)
			}
		}
	}
}

func TestThePageSaysOnlyWhatIsTranslated(t *testing.T) {
	t.Parallel()
	english := sentences(t)["en"]
	used := map[string]bool{}
	page, err := pageFiles.ReadFile("page/index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range inPage.FindAllStringSubmatch(string(page), -1) {
		used[m[1]] = true
		if m[2] != english[m[1]] {
			t.Errorf("the page has %q for %s, words.js %q", m[2], m[1], english[m[1]])
		}
	}
	err = fs.WalkDir(pageFiles, "page", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".js") {
			return err
		}
		script, err := pageFiles.ReadFile(name)
		for _, m := range inScript.FindAllStringSubmatch(string(script), -1) {
			said := m[1] + m[2]
			used[said] = true
			if _, ok := english[said]; !ok {
				t.Errorf("%s says %q, which words.js does not have", name, said)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range english {
		if !used[name] {
			t.Errorf("nobody says %q", name)
		}
	}
}
