package main

import (
	"io"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/server"
)

type schemaCmd struct{}

// Run prints the schema as the API serves it.
func (*schemaCmd) Run(t terminal) error {
	_, err := io.WriteString(t.out, server.Print(graph.Schema(&graph.Resolver{}).Schema()))
	return err
}
