package codelist

import (
	"context"
	"sync"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// The lists that other packages name.
const (
	ActivityStatus     = "ActivityStatus"
	BudgetType         = "BudgetType"
	Country            = "Country"
	Currency           = "Currency"
	Language           = "Language"
	OrganisationRole   = "OrganisationRole"
	OrganisationType   = "OrganisationType"
	PolicyMarker       = "PolicyMarker"
	PolicySignificance = "PolicySignificance"
	Region             = "Region"
	RegionVocabulary   = "RegionVocabulary"
	Sector             = "Sector"
	SectorCategory     = "SectorCategory"
	SectorVocabulary   = "SectorVocabulary"
	SDGGoals           = "UNSDG-Goals"
	SDGTargets         = "UNSDG-Targets"
	TransactionType    = "TransactionType"
)

// List is a reference list.
type List struct {
	// Name is its name in the IATI standard.
	Name string
	// Names are what it is called.
	Names i18n.Text
	// Source is who published it.
	Source string
	// Written is the day on which it was written here.
	Written date.Date

	parents []string
	items   []*Item // in the order of the source
	byCode  map[string]*Item
	keys    func() map[*Item]keys
}

// Status says whether a code is in use.
type Status string

// The statuses.
const (
	Active    Status = "ACTIVE"
	Withdrawn Status = "WITHDRAWN"
)

// Item is a code of a list.
type Item struct {
	List *List
	Code string
	// Known says whether the list has the code. One that is not known has nothing
	// else.
	Known bool
	// Names are what the code means.
	Names  i18n.Text
	Status Status
	// Since is when it was withdrawn; nil where it is in use, or the day is not known.
	Since *date.Partial
	// Parent is what it belongs to; nil where there is nothing.
	Parent *Item
	// ReplacedBy are the codes that took its place.
	ReplacedBy []*Item
	// Digits are those of a currency's minor unit; nil for what has none.
	Digits *int
}

var lists = sync.OnceValue(load)

// All are the lists, by name.
func All() []*List { return lists().all }

// Find is the list with this name; nil if there is none.
func Find(name string) *List { return lists().byName[name] }

// Of is a code of a list: one that is not Known, if the list does not have it. nil
// stands for no code and for one of a list that there is not.
func Of(list, code string) *Item {
	l := Find(list)
	if l == nil || code == "" {
		return nil
	}
	if i := l.Item(code); i != nil {
		return i
	}
	return &Item{List: l, Code: code}
}

// Item is the code of the list; nil if it has none such. Capitals matter.
func (l *List) Item(code string) *Item { return l.byCode[code] }

// Has says whether the list has the code, in use or withdrawn.
func (l *List) Has(code string) bool { return l.byCode[code] != nil }

// Items are the codes in the order of the source.
func (l *List) Items() []*Item { return l.items }

// Speak is the name in the language of an argument, or of the context without one;
// of a code that is not known, the code.
func (i *Item) Speak(ctx context.Context, in *i18n.Lang) string {
	if !i.Known {
		return i.Code
	}
	return i.Names.Speak(ctx, in)
}

// OfSector is a sector in a vocabulary of the IATI standard; nil where the
// vocabulary has no list here. A sector without a vocabulary is one of the DAC's
// five digits.
func OfSector(vocabulary, code string) *Item {
	switch vocabulary {
	case "", "1":
		return Of(Sector, code)
	case "2":
		return Of(SectorCategory, code)
	case "7":
		return Of(SDGGoals, code)
	case "8":
		return Of(SDGTargets, code)
	}
	return nil
}

// OfRegion is a region in a vocabulary of the IATI standard; nil where the
// vocabulary has no list here. A region without a vocabulary is one of the DAC's.
func OfRegion(vocabulary, code string) *Item {
	switch vocabulary {
	case "", "1":
		return Of(Region, code)
	}
	return nil
}
