package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
)

// ImportRun is one file that was checked and, unless refused, applied.
type ImportRun struct{ ent.Schema }

// Mixin of ImportRun.
func (ImportRun) Mixin() []ent.Mixin { return []ent.Mixin{editable{}} }

// Fields of ImportRun.
func (ImportRun) Fields() []ent.Field {
	return []ent.Field{
		field.String("dataset_name").NotEmpty().MaxRuneLen(200).Immutable(),
		field.Bytes("sha256").Optional().MaxLen(32),
		field.Int64("size").Default(0).NonNegative(),
		field.String("version").Default("").MaxRuneLen(20),
		// CHECKING and APPLYING are runs that something stopped, or that go on.
		field.Enum("status").NamedValues("Checking", "CHECKING", "Checked", "CHECKED", "Applying", "APPLYING",
			"Applied", "APPLIED", "Refused", "REFUSED", "Cancelled", "CANCELLED").Default("CHECKING"),
		// Whether the nodes have something to do for it: nothing, as for a run that a
		// command on the machine works on; something that waits for a node; or a node
		// has it, unless it stands still.
		field.Enum("work").NamedValues("None", "NONE", "Waiting", "WAITING", "Taken", "TAKEN").Default("NONE"),
		// Why a file was refused whole: a sentence in three languages, and the line.
		field.Text("refusal_en").Default(""),
		field.Text("refusal_es").Default(""),
		field.Text("refusal_fr").Default(""),
		field.Int("refusal_line").Default(0),
		// How many bytes of the file are read, and how many items of it are staged.
		field.Int64("read_to").Default(0).NonNegative(),
		field.Int("staged").Default(0).NonNegative(),
		// The resume mark: staged items up to this position are applied.
		field.Int("applied_to").Default(0).NonNegative(),
		// What applying would have done when the check ended; none of earlier runs.
		field.Int("plan_created").Optional().Nillable(),
		field.Int("plan_updated").Optional().Nillable(),
		field.Int("plan_unchanged").Optional().Nillable(),
		field.Int("plan_vanished").Optional().Nillable(),
		field.Int("activities").Default(0),
		field.Int("created").Default(0),
		field.Int("updated").Default(0),
		field.Int("unchanged").Default(0),
		field.Int("transactions").Default(0),
		field.Int("critical").Default(0),
		field.Int("errors").Default(0),
		field.Int("warnings").Default(0),
		// How many activities were left out, and how many the dataset has no more.
		field.Int("left_out").Default(0),
		field.Int("vanished").Default(0),
		// What becomes of an activity with errors.
		field.Enum("on_error").NamedValues("Import", "IMPORT", "Refuse", "REFUSE").Default("IMPORT"),
		// Whether the activities are taken as the ACS's own.
		field.Bool("own").Default(false),
		bounded("checked_at"),
		bounded("finished_at"),
		ref("started_by_id"),
		ref("applied_by_id"),
		ref("file_id"),
	}
}

// Edges of ImportRun.
func (ImportRun) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("started_by", Person.Type).Field("started_by_id").Unique(),
		edge.To("applied_by", Person.Type).Field("applied_by_id").Unique(),
		edge.To("file", ImportFile.Type).Field("file_id").Unique(),
		edge.To("issues", ImportIssue.Type),
	}
}

// Indexes of ImportRun.
func (ImportRun) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("dataset_name", "id"), index.Fields("sha256"), index.Fields("file_id"),
		index.Fields("work"),
	}
}

// Annotations of ImportRun.
func (ImportRun) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(
		among("status", "CHECKING", "CHECKED", "APPLYING", "APPLIED", "REFUSED", "CANCELLED"), among("work", "NONE", "WAITING", "TAKEN"),
	)}
}

// Policy of ImportRun.
func (ImportRun) Policy() ent.Policy { return access.Policy(access.ImportRuns) }

// ImportIssue is something that a check found in a file.
type ImportIssue struct{ ent.Schema }

// Mixin of ImportIssue.
func (ImportIssue) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ImportIssue.
func (ImportIssue) Fields() []ent.Field {
	return []ent.Field{
		must("run_id"),
		field.Int("position").NonNegative(),
		field.Enum("severity").NamedValues("Critical", "CRITICAL", "Error", "ERROR", "Warning", "WARNING"),
		field.String("rule").MaxRuneLen(60),
		field.Int("line"),
		field.String("path").Default("").MaxRuneLen(500),
		field.String("activity_identifier").Default("").MaxRuneLen(400),
		field.Text("message_en").MaxRuneLen(2000),
		field.Text("message_es").MaxRuneLen(2000),
		field.Text("message_fr").MaxRuneLen(2000),
	}
}

// Edges of ImportIssue.
func (ImportIssue) Edges() []ent.Edge {
	return []ent.Edge{edge.From("run", ImportRun.Type).Ref("issues").Field("run_id").Unique().Required()}
}

// Indexes of ImportIssue.
func (ImportIssue) Indexes() []ent.Index {
	return []ent.Index{index.Fields("run_id", "position").Unique()}
}

// Annotations of ImportIssue.
func (ImportIssue) Annotations() []schema.Annotation {
	return []schema.Annotation{checks(among("severity", "CRITICAL", "ERROR", "WARNING"))}
}

// Policy of ImportIssue.
func (ImportIssue) Policy() ent.Policy { return access.Policy(access.Secretariat) }

// StagedItem is a checked activity of a run that waits to be applied, and
// afterwards the record of what became of it.
type StagedItem struct{ ent.Schema }

// Mixin of StagedItem.
func (StagedItem) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of StagedItem.
func (StagedItem) Fields() []ent.Field {
	return []ent.Field{
		must("run_id"),
		field.Int("position").Positive(),
		field.String("identifier").MaxRuneLen(400),
		field.Bytes("digest").MaxLen(32),
		field.Int("line"),
		// The activity, compressed; erased once the run is applied.
		field.Bytes("payload").Optional(),
		field.Enum("outcome").Optional().Nillable().NamedValues("Created", "CREATED", "Updated", "UPDATED", "Unchanged", "UNCHANGED",
			"Left", "LEFT"),
		ref("activity_id"),
	}
}

// Edges of StagedItem.
func (StagedItem) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("run", ImportRun.Type).Field("run_id").Unique().Required(),
		edge.To("activity", Activity.Type).Field("activity_id").Unique(),
	}
}

// Indexes of StagedItem.
func (StagedItem) Indexes() []ent.Index {
	return []ent.Index{index.Fields("run_id", "position").Unique(), index.Fields("run_id", "identifier").Unique(), index.Fields("activity_id")}
}

// Policy of StagedItem.
func (StagedItem) Policy() ent.Policy { return access.Policy(access.Hub) }

// ImportFile is a file that was uploaded to be checked. Its content lies in the store
// of files as long as it is kept.
type ImportFile struct{ ent.Schema }

// Mixin of ImportFile.
func (ImportFile) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ImportFile.
func (ImportFile) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").NotEmpty().MaxRuneLen(200).Immutable(),
		field.String("version").MaxRuneLen(20).Immutable(),
		field.Int64("size").Positive().Immutable(),
		field.Bytes("sha256").MaxLen(32).Immutable(),
		// Where the content lies, and from when on it does not any more.
		field.String("file_key").NotEmpty().MaxRuneLen(40).Immutable(),
		field.Time("kept_until").SchemaType(instant),
		ref("uploaded_by_id"),
	}
}

// Edges of ImportFile.
func (ImportFile) Edges() []ent.Edge {
	return []ent.Edge{edge.To("uploaded_by", Person.Type).Field("uploaded_by_id").Unique()}
}

// Indexes of ImportFile.
func (ImportFile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kept_until")}
}

// Policy of ImportFile.
func (ImportFile) Policy() ent.Policy { return access.Policy(access.Secretariat) }
