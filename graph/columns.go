package graph

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/internal/columns"
)

// narrow are the types whose rows are read by the columns that are asked for:
// what each field shows. A field that is not here looks at more than can be said,
// and its operation reads all rows whole.
var narrow = map[string]struct {
	table  string
	fields map[string][]string
	orders []string
}{
	"Message": {
		message.Table,
		map[string][]string{
			"id": nil, "number": {message.FieldNumber}, "revision": {message.FieldRevision},
			"language": {message.FieldLanguage}, "author": {message.FieldAuthorID}, "thread": {message.FieldThreadID},
			"replyTo": {message.FieldReplyToID}, "createdAt": {message.FieldCreatedAt}, "editedAt": {message.FieldEditedAt},
			"body": inLanguage, "bodyHtml": inLanguage, "text": inLanguage, "withdrawnAt": {message.FieldWithdrawnAt},
			"withdrawnBy": {message.FieldWithdrawnByID}, "withdrawalReason": {message.FieldWithdrawalReason},
		},
		[]string{message.FieldThreadID, message.FieldNumber, message.FieldEditedAt},
	},
	"Person": {
		person.Table,
		map[string][]string{
			"id": nil, "name": {person.FieldName}, "organisation": {person.FieldOrganisationID}, "email": {person.FieldEmail},
			"language": {person.FieldLanguage}, "status": {person.FieldStatus}, "revision": {person.FieldRevision},
		},
		[]string{person.FieldNameKey, person.FieldCreatedAt},
	},
	"Organisation": {
		organisation.Table,
		map[string][]string{
			"id": nil, "identifier": {organisation.FieldIdentifier}, "typeCode": {organisation.FieldTypeCode}, "type": {organisation.FieldTypeCode},
			"name":  {organisation.FieldNameEn, organisation.FieldNameEs, organisation.FieldNameFr, organisation.FieldNameLanguage},
			"kinds": {organisation.FieldKinds}, "aliases": {organisation.FieldAliases}, "country": {organisation.FieldCountryID},
			"status": {organisation.FieldStatus}, "mergedInto": {organisation.FieldMergedIntoID}, "revision": {organisation.FieldRevision},
		},
		[]string{
			organisation.FieldCreatedAt, organisation.FieldIdentifier, organisation.FieldNameKeyEn, organisation.FieldNameKeyEs, organisation.FieldNameKeyFr,
		},
	},
}

// beside are fields of other types that look at no row of those: the lists that
// they stand in, and threads, whose rows are read whole.
var beside = map[string][]string{
	"Query":                  {"thread", "threads", "persons", "organisations"},
	"Thread":                 {"id", "title", "number", "messages", "createdAt", "lastMessageAt", "status", "revision", "viewerReading"},
	"ThreadReading":          {"upTo", "ranges", "unread", "firstUnread", "attention", "updatedAt"},
	"NumberRange":            {"from", "to"},
	"MessageText":            {"language", "body", "bodyHtml", "isOriginal"},
	"CodelistItem":           {"code", "isKnown", "name", "status", "since", "digits"},
	"ThreadConnection":       listFields,
	"MessageConnection":      listFields,
	"PersonConnection":       listFields,
	"OrganisationConnection": listFields,
	"ThreadEdge":             entryFields,
	"MessageEdge":            entryFields,
	"PersonEdge":             entryFields,
	"OrganisationEdge":       entryFields,
	"PageInfo":               {"hasNextPage", "hasPreviousPage", "startCursor", "endCursor"},
}

// inLanguage is what decides in which language a message's text is given.
var inLanguage = []string{message.FieldBody, message.FieldLanguage, message.FieldRevision}

var (
	listFields  = []string{"edges", "nodes", "pageInfo", "totalCount"}
	entryFields = []string{"cursor", "node"}
)

// needOf is what an operation reads; nil where it can't be said, or where rows are
// also looked at by what changes them. It is the same for every place of the
// operation, since rows that are read together are shared among places.
func needOf(op *graphql.OperationContext) columns.Need {
	if op.Operation == nil || op.Operation.Operation != ast.Query {
		return nil
	}
	n := columns.Need{}
	if !gather(n, op.Operation.SelectionSet) {
		return nil
	}
	return n
}

// gather adds what a selection reads. It gives false where that can't be said.
func gather(n columns.Need, set ast.SelectionSet) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if !gatherField(n, s) || !gather(n, s.SelectionSet) {
				return false
			}
		case *ast.InlineFragment:
			if !gather(n, s.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if s.Definition == nil || !gather(n, s.Definition.SelectionSet) {
				return false
			}
		}
	}
	return true
}

func gatherField(n columns.Need, f *ast.Field) bool {
	if f.Name == "__typename" {
		return true
	}
	if f.ObjectDefinition == nil {
		return false
	}
	t, ok := narrow[f.ObjectDefinition.Name]
	if !ok {
		return slices.Contains(beside[f.ObjectDefinition.Name], f.Name)
	}
	shows, ok := t.fields[f.Name]
	if !ok {
		return false
	}
	c, ok := n[t.table]
	if !ok {
		c = columns.Columns{Fields: []string{"id"}, Orders: t.orders}
	}
	for _, column := range shows {
		if !slices.Contains(c.Fields, column) {
			c.Fields = append(c.Fields, column)
		}
	}
	n[t.table] = c
	return true
}
