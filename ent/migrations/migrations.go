// Package migrations holds the steps by which databases came to their form, one
// folder a dialect. Steps are only ever added; one that was released never
// changes.
//
// A step for what changed in ent/schema is drafted by
//
//	HUB_MIGRATION=add_meetings go test ./internal/store -run TestMigrationsMatchTheSchema
//
// and then read, completed and committed by a person.
package migrations

import "embed"

// Files are the steps.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
