//go:build generators

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/tools/imports"
)

// rewrite is a change of the generated code, for the sake of what an answer
// costs. Each must find its place: a generator that writes otherwise is noticed.
type rewrite struct {
	what        string
	find        *regexp.Regexp
	replacement string
}

var rewrites = []rewrite{
	{
		"lists: a goroutine for each element, whose stack must grow anew every time, becomes a loop",
		regexp.MustCompile(`graphql\.MarshalSliceConcurrently\(ctx, len\(v\), 0, false, `), "writing.List(ctx, len(v), ",
	},
	{
		"objects: fields that come later are refused before, so nothing is kept ready for them",
		regexp.MustCompile(`graphql\.NewFieldSet\(fields\)\n\tdeferred := graphql\.NewDeferredGroup\(ctx\)\n`), "writing.NewObject(fields)\n",
	},
	{
		"objects: there is nothing to wait for",
		regexp.MustCompile(`\tout\.Dispatch\(ctx\)\n`), "",
	},
	{
		"objects: there is nothing to send later",
		regexp.MustCompile(`\tif n := len\(deferred\.Defers\); n > 0 \{\n(?:\t\t.*\n)*?\t\}\n\n`), "",
	},
	{
		// Its value is there, its type has no fields and can always be written: nothing
		// can go wrong of which a context would tell the place.
		"fields: one that only reads a field of a struct needs no context of its own",
		regexp.MustCompile(`\treturn graphql\.ResolveField\(\n\t\tctx,\n\t\tec\.OperationContext,\n\t\tfield,\n` +
			`\t\tfunc\(ctx context\.Context, field graphql\.CollectedField\) \(\*graphql\.FieldContext, error\) \{\n` +
			`\t\t\treturn ec\.fieldContext_\w+\(ctx, field\)\n\t\t\},\n` +
			`\t\tfunc\(ctx context\.Context\) \(any, error\) \{\n\t\t\treturn (obj\.[\w.]+), nil\n\t\t\},\n\t\tnil,\n` +
			`\t\tfunc\(ctx context\.Context, selections ast\.SelectionSet, v (\S+)\) graphql\.Marshaler \{\n` +
			`\t\t\treturn (ec\.marshal\S+)\(ctx, selections, v\)\n\t\t\},\n\t\ttrue,\n\t\t(?:true|false),\n\t\)\n` +
			`(\}\nfunc \(ec \*executionContext\) fieldContext_\w+\([^)]*\) \([^)]*\) \{\n\treturn graphql\.NewScalarFieldContext\()`),
		"\treturn $3(ctx, field.Selections, $1)\n$4",
	},
	{
		"edges: a row that occurs again under the same selection is written once",
		regexp.MustCompile(`(\t\tfunc\(ctx context\.Context, selections ast\.SelectionSet, v \*ent\.\w+\) graphql\.Marshaler \{\n` +
			`\t\t\treturn )(ec\.marshal\S+)\(ctx, selections, v\)\n`),
		"${1}writing.Once(ctx, ec.rows, selections, v, $2)\n",
	},
	{
		"queries: the answer's buffer does not grow anew",
		regexp.MustCompile(`\t\t\tvar buf bytes\.Buffer\n\t\t\tdata\.MarshalGQL\(&buf\)\n\t\t\tresponse\.Data = buf\.Bytes\(\)\n`),
		"\t\t\tresponse.Data = writing.Text(data)\n",
	},
	{
		"the rows of an answer",
		regexp.MustCompile(`type executionContext struct \{\n`), "type executionContext struct {\n\trows *writing.Rows\n",
	},
	{
		"the rows of an answer, made",
		regexp.MustCompile(`return &executionContext\{\n`), "return &executionContext{\n\t\trows: writing.NewRows(opCtx),\n",
	},
}

// quicken makes the generated code write with graph/writing.
func quicken(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.generated.go"))
	if err != nil {
		return err
	}
	found := make([]int, len(rewrites))
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for i, r := range rewrites {
			found[i] += len(r.find.FindAllIndex(code, -1))
			code = r.find.ReplaceAll(code, []byte(r.replacement))
		}
		if bytes.Contains(code, []byte("writing.")) {
			code = bytes.Replace(code, []byte("import (\n"), []byte("import (\n\t\"acs-aec.org/hub/graph/writing\"\n"), 1)
		}
		if code, err = imports.Process(file, code, nil); err != nil { // takes out what is not needed any more
			return err
		}
		if err := os.WriteFile(file, code, 0o600); err != nil {
			return err
		}
	}
	for i, r := range rewrites {
		if found[i] == 0 {
			return fmt.Errorf("the generated code has no place for this rewrite: %s", r.what)
		}
	}
	return nil
}
