package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/i18n"
)

// World names what the demonstration world holds: identifiers by the keys that
// the files of the world use.
type World struct {
	Groups, Countries, Organisations, Bodies, Persons map[string]uuid.UUID

	Agreements, Programmes, Proposals, Activities, Threads map[string]uuid.UUID
}

// Account is a fictitious person who can sign in. The password is public.
type Account struct {
	Email    string
	Password string
	Role     string
}

// Accounts are the accounts of the world, that of a Secretariat officer first.
// Their passwords are those the world was made with.
func Accounts(w *World) []Account {
	f, err := load()
	if err != nil {
		panic(err) // the files are a part of the program
	}
	var out []Account
	for _, p := range f.Persons {
		if _, ok := w.Persons[p.Key]; ok {
			out = append(out, Account{p.Email, p.Password, p.Role})
		}
	}
	return out
}

//go:embed world/*.json world/*.csv world/*.xml
var files embed.FS

// facts are what the files of the world say.
type facts struct {
	Groups []struct {
		Code string
		Name text
	}
	Members []struct {
		ISO2, Group string
		Name        text
	}
	Associates, Observers []struct {
		ISO2, Note string
		Name       text
	}
	Organisations []organisationFact
	Bodies        []struct {
		Code, Kind, Parent string
		Name               text
		DemonstrationRule  string `json:"demonstration_rule"`
	}
	Persons    []personFact
	Vacant     []seatFact
	Agreements []agreementFact
	Programmes []programmeFact
	Proposals  []proposalFact
	Activities []activityFact
	Threads    []threadFact
	Money      moneyFacts
}

type organisationFact struct {
	Key, Identifier, Type, Country, Observer string
	Name                                     text
	Kinds, Aliases                           []string
}

type personFact struct {
	Key, Name, Email, Password, Role, Organisation string
	Language                                       i18n.Lang
	Seats                                          []seatFact
	Posts                                          []struct {
		Body  string
		Title text
	}
}

type seatFact struct{ Body, Role, Country string }

type agreementFact struct {
	Key, Kind, Signed  string
	Parties            []string
	Title, Description text
}

type amount struct{ Amount, Currency string }

type programmeFact struct {
	Code, Area, Status, Starts string
	Title, Objective           text
	Envelope                   *amount
	Demonstration              bool
	SeedTitle                  string `json:"seed_title"`
	StatusReason               string `json:"status_reason"`
}

type proposalFact struct {
	Key, Reference, Sponsor, Programme, Status, Reason, Author string
	Starts, Ends                                               string
	Title, Summary                                             text
	Requested                                                  *amount
	Countries, Sectors                                         []string
	SectorShares                                               []string `json:"sector_shares"`
}

type activityFact struct {
	Key, Identifier, Status, Programme, Proposal string
	SeedTitle                                    string `json:"seed_title"`
	Title, Description                           text
	PlannedStart                                 string `json:"planned_start"`
	PlannedEnd                                   string `json:"planned_end"`
	ActualStart                                  string `json:"actual_start"`
	ActualEnd                                    string `json:"actual_end"`
	// Amount stands in the description too; no day is known for it.
	Amount       *amount
	Participants []struct{ Organisation, Role string }
	Countries    []string
	Sectors      []string
	Transaction  *struct {
		Type, Date, Provider string
		amount
		Description text
	}
}

type threadFact struct {
	Key      string
	On       struct{ Agreement, Programme, Proposal, Activity, Body string }
	OpenedBy string `json:"opened_by"`
	Audience []struct{ Body, Person, Organisation string }
	Title    text
	// Closed says why the discussion was closed; "": it is open.
	Closed   string
	Messages []messageFact
}

type messageFact struct {
	By       string
	Language i18n.Lang
	Text     string
	Reply    int // the number of the message that it answers, 0 for none
	// Edited is the text that took its place, Withdrawn why it was withdrawn.
	Edited, Withdrawn string
	// Translations are of the text as it is in the end.
	Translations []translationFact
}

type translationFact struct {
	By       string
	Language i18n.Lang
	Text     string
	Machine  string // its name; "": a person translated
	Official string // who made it official; "": it is a draft
}

// text is a text in the three languages; English prevails.
type text struct{ EN, ES, FR string }

// input is the text as a person gives it; nil if it is empty.
func (t text) input() *i18n.TextInput {
	if t == (text{}) {
		return nil
	}
	return &i18n.TextInput{En: &t.EN, Es: &t.ES, Fr: &t.FR}
}

// load reads the files of the world.
func load() (*facts, error) {
	var f facts
	for _, name := range []string{
		"countries", "organisations", "bodies", "people", "agreements", "programmes", "proposals", "activities", "threads", "money",
	} {
		with := struct {
			Sources []string
			*facts
		}{facts: &f}
		if err := read(name, &with); err != nil {
			return nil, err
		}
		if len(with.Sources) == 0 {
			return nil, fmt.Errorf("demo: %s names no source", name)
		}
	}
	return &f, nil
}

// read reads a file of the world. A field that nobody knows is an error: it
// would be a fact that gets lost.
func read(name string, into any) error {
	raw, err := files.ReadFile("world/" + name + ".json")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("demo: read %s: %w", name, err)
	}
	return nil
}
