package main

import (
	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/server"
)

type schemaCmd struct{}

// Run prints the schema as the API serves it.
func (*schemaCmd) Run(t terminal) error {
	say(t.out, "%s", server.Print(graph.Schema(&graph.Resolver{}).Schema()))
	return nil
}
