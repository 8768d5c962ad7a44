package codelist

import (
	"cmp"
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

//go:embed lists/*.txt
var files embed.FS

type index struct {
	all    []*List
	byName map[string]*List
}

// load reads the lists. It panics on a mistake in them, which is one of ours and
// which every test would meet.
func load() index {
	x := index{byName: map[string]*List{}}
	entries, err := files.ReadDir("lists")
	if err != nil {
		panic(fmt.Sprintf("codelist: %v", err))
	}
	var links []link
	for _, e := range entries {
		text, err := files.ReadFile(path.Join("lists", e.Name()))
		if err != nil {
			panic(fmt.Sprintf("codelist: %v", err))
		}
		l, more, err := parse(strings.TrimSuffix(e.Name(), ".txt"), string(text))
		if err != nil {
			panic(fmt.Sprintf("codelist: %v", err))
		}
		x.all, x.byName[l.Name], links = append(x.all, l), l, append(links, more...)
	}
	slices.SortFunc(x.all, func(a, b *List) int { return cmp.Compare(a.Name, b.Name) })
	for _, k := range links {
		if err := k.follow(x.byName); err != nil {
			panic(fmt.Sprintf("codelist: %v", err))
		}
	}
	return x
}

// link is what a code says of others: they can be found once all are read.
type link struct {
	item       *Item
	parent     string
	replacedBy []string
}

func (k link) follow(byName map[string]*List) error {
	for _, name := range k.item.List.parents {
		if l := byName[name]; k.item.Parent == nil && l != nil {
			k.item.Parent = l.Item(k.parent)
		}
	}
	if k.parent != "" && k.item.Parent == nil {
		return fmt.Errorf("%s: %s has the parent %s, which is nowhere", k.item.List.Name, k.item.Code, k.parent)
	}
	for _, code := range k.replacedBy {
		by := k.item.List.Item(code)
		if by == nil {
			return fmt.Errorf("%s: %s is replaced by %s, which is not there", k.item.List.Name, k.item.Code, code)
		}
		k.item.ReplacedBy = append(k.item.ReplacedBy, by)
	}
	return nil
}

// parse reads a list in the form that the package's comment describes.
func parse(name, text string) (*List, []link, error) {
	l := &List{Name: name, byCode: map[string]*Item{}}
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok {
		return nil, nil, fmt.Errorf("%s: no empty line before the codes", name)
	}
	var titles []string
	for line := range strings.Lines(head) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch columns[0] {
		case "name":
			titles = columns[1:]
		case "source":
			l.Source = strings.Join(columns[1:], " ")
		case "written":
			d, err := date.Parse(columns[1])
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
			l.Written = d
		case "parents":
			l.parents = columns[1:]
		default:
			return nil, nil, fmt.Errorf("%s: what is %q?", name, columns[0])
		}
	}
	o, err := originsOf(l.Written)
	if err != nil || len(titles) != len(i18n.Langs) {
		return nil, nil, fmt.Errorf("%s: the names of the list, or its day, are missing", name)
	}
	l.Names = o.text(titles)
	var links []link
	for line := range strings.Lines(body) {
		k, err := l.parseItem(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), o)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w: %q", name, err, line)
		}
		links = append(links, k)
	}
	l.keys = sync.OnceValue(l.makeKeys)
	return l, links, nil
}

// parseItem reads a line and adds its code to the list.
func (l *List) parseItem(columns []string, o origins) (link, error) {
	if len(columns) != 6 && len(columns) != 7 {
		return link{}, fmt.Errorf("%d columns", len(columns))
	}
	i := &Item{List: l, Code: columns[0], Known: true, Status: Active, Names: o.text(columns[3:6])}
	if i.Code == "" || l.byCode[i.Code] != nil || i.Names.EN == "" || i.Names.ES == "" || i.Names.FR == "" {
		return link{}, fmt.Errorf("a code that is there twice, or a name that is missing")
	}
	k := link{item: i, parent: columns[1]}
	state, by, replaced := strings.Cut(columns[2], " > ")
	if replaced {
		k.replacedBy = strings.Split(by, ",")
	}
	state, since, dated := strings.Cut(state, " ")
	switch state {
	case "":
	case "withdrawn":
		i.Status = Withdrawn
	default:
		return link{}, fmt.Errorf("a state that is none")
	}
	if dated {
		d, err := date.ParsePartial(since)
		if err != nil {
			return link{}, err
		}
		i.Since = &d
	}
	if len(columns) == 7 && columns[6] != "" {
		n, err := strconv.Atoi(columns[6])
		if err != nil {
			return link{}, err
		}
		i.Digits = &n
	}
	l.items, l.byCode[i.Code] = append(l.items, i), i
	return k, nil
}

// origins are what names say of who made them, each once: they are the same for
// thousands of names.
type origins map[[2]i18n.Maker]i18n.Origins

func originsOf(written date.Date) (origins, error) {
	at, err := time.Parse(time.DateOnly, string(written))
	if err != nil {
		return nil, err
	}
	makers := []i18n.Maker{i18n.ByPerson, i18n.BySource, i18n.ByMachine}
	o := origins{}
	for _, es := range makers {
		for _, fr := range makers {
			o[[2]i18n.Maker{es, fr}] = i18n.Origins{i18n.ES: {Maker: es, At: at}, i18n.FR: {Maker: fr, At: at}}
		}
	}
	return o, nil
}

// text reads names in English, Spanish and French.
func (o origins) text(names []string) i18n.Text {
	es, esBy := made(names[1])
	fr, frBy := made(names[2])
	return i18n.Text{EN: names[0], ES: es, FR: fr, Authentic: i18n.EN, Origins: o[[2]i18n.Maker{esBy, frBy}]}
}

// made is a name, and who made it.
func made(name string) (string, i18n.Maker) {
	if s, ok := strings.CutPrefix(name, "~"); ok {
		return s, i18n.ByMachine
	}
	if s, ok := strings.CutPrefix(name, "+"); ok {
		return s, i18n.ByPerson
	}
	return name, i18n.BySource
}
