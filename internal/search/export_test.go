package search

import "acs-aec.org/hub/ent/generated/ent"

// WordsOf is the document of a message, for tests that make many at once.
func WordsOf(m *ent.Message) (place int64, words string) {
	return placeOf(m.CreatedAt, m.ID), messageDocument(m, nil, nil).words
}
