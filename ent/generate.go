// Package ent holds the schema of what the hub keeps, and the code generated
// from it.
package ent

//go:generate go run -mod=mod entc.go
