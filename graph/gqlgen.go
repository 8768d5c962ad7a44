//go:build generators

// Command gqlgen generates the code under graph/generated from graph/*.graphqls.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"golang.org/x/tools/imports"
)

// sequential makes the fields of an object run one after another: edges are
// loaded for all siblings at once, so goroutines would only wait for each other.
type sequential struct{}

func (sequential) Name() string { return "sequential" }

func (sequential) GenerateCode(data *codegen.Data) error {
	for _, o := range data.Objects {
		o.DisableConcurrency = true
	}
	return nil
}

func main() {
	// From the module's root, so that generated paths are the same everywhere.
	if err := os.Chdir(".."); err != nil {
		log.Fatal(err)
	}
	cfg, err := config.LoadConfig("gqlgen.yml")
	if err != nil {
		log.Fatal(err)
	}
	if err := api.Generate(cfg, api.PrependPlugin(sequential{})); err != nil {
		log.Fatal(err)
	}
	if err := sortImports("graph/*.resolvers.go"); err != nil {
		log.Fatal(err)
	}
	if err := quicken("graph/generated"); err != nil {
		log.Fatal(err)
	}
}

// sortImports gives the files the order of imports that the rest of the code has.
func sortImports(pattern string) error {
	imports.LocalPrefix = "acs-aec.org/hub"
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	for _, file := range files {
		sorted, err := imports.Process(file, nil, nil)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, sorted, 0o600); err != nil {
			return err
		}
	}
	return nil
}
