package graph

import "acs-aec.org/hub/graph/generated"

// complexity says what fields cost beside one each. Connections are counted by
// the server, by the size of the page that is asked for.
func complexity() generated.ComplexityRoot { return generated.ComplexityRoot{} }
