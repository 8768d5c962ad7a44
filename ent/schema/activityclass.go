package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/iati"
)

// RelatedActivity is what an activity says of its relation to another one.
type RelatedActivity struct{ ent.Schema }

// Mixin of RelatedActivity.
func (RelatedActivity) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of RelatedActivity.
func (RelatedActivity) Fields() []ent.Field {
	return []ent.Field{
		must("activity_id"),
		field.Int("position").NonNegative(),
		// The IATI RelatedActivityType code as published.
		field.String("type_code").Default("").MaxRuneLen(20),
		// The other activity's IATI identifier, and the activity once it is here.
		field.String("ref").Default("").MaxRuneLen(400),
		ref("related_id"),
	}
}

// Edges of RelatedActivity.
func (RelatedActivity) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("activity", Activity.Type).Ref("related").Field("activity_id").Unique().Required(),
		edge.To("other", Activity.Type).Field("related_id").Unique(),
	}
}

// Indexes of RelatedActivity.
func (RelatedActivity) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "position"), index.Fields("ref"), index.Fields("related_id")}
}

// Policy of RelatedActivity.
func (RelatedActivity) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// classes are the fields of what an activity is classed as.
func classes() []ent.Field {
	return []ent.Field{
		must("activity_id"),
		field.Int("position").NonNegative(),
		field.String("vocabulary").Default("").MaxRuneLen(20),
		field.String("uri").Default("").MaxRuneLen(2000),
		field.String("code").Default("").MaxRuneLen(200),
		// What a code of an own vocabulary means, as published; in all languages where
		// the narrative does not give it again.
		field.String("narrative").Default("").MaxRuneLen(1000),
		field.JSON("names", iati.Narratives{}).Optional(),
	}
}

// ActivityTag is a tag of an activity, such as a Sustainable Development Goal.
type ActivityTag struct{ ent.Schema }

// Mixin of ActivityTag.
func (ActivityTag) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ActivityTag.
func (ActivityTag) Fields() []ent.Field { return classes() }

// Edges of ActivityTag.
func (ActivityTag) Edges() []ent.Edge {
	return []ent.Edge{edge.From("activity", Activity.Type).Ref("tags").Field("activity_id").Unique().Required()}
}

// Indexes of ActivityTag.
func (ActivityTag) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "position"), index.Fields("vocabulary", "code")}
}

// Policy of ActivityTag.
func (ActivityTag) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// PolicyMarker says how much an activity serves a policy.
type PolicyMarker struct{ ent.Schema }

// Mixin of PolicyMarker.
func (PolicyMarker) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of PolicyMarker.
func (PolicyMarker) Fields() []ent.Field {
	return append(classes(), field.String("significance").Default("").MaxRuneLen(20))
}

// Edges of PolicyMarker.
func (PolicyMarker) Edges() []ent.Edge {
	return []ent.Edge{edge.From("activity", Activity.Type).Ref("markers").Field("activity_id").Unique().Required()}
}

// Indexes of PolicyMarker.
func (PolicyMarker) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "position"), index.Fields("vocabulary", "code")}
}

// Policy of PolicyMarker.
func (PolicyMarker) Policy() ent.Policy { return access.Policy(access.OfActivity) }

// ActivityCondition is a condition that an activity is under.
type ActivityCondition struct{ ent.Schema }

// Mixin of ActivityCondition.
func (ActivityCondition) Mixin() []ent.Mixin { return []ent.Mixin{record{}} }

// Fields of ActivityCondition.
func (ActivityCondition) Fields() []ent.Field {
	return append([]ent.Field{
		must("activity_id"),
		field.Int("position").NonNegative(),
		// The IATI ConditionType code as published.
		field.String("type_code").Default("").MaxRuneLen(20),
		// The text in all languages, where the columns do not give it again.
		field.JSON("texts", iati.Narratives{}).Optional(),
	}, foreignText("text", 100_000)...)
}

// Edges of ActivityCondition.
func (ActivityCondition) Edges() []ent.Edge {
	return []ent.Edge{edge.From("activity", Activity.Type).Ref("conditions").Field("activity_id").Unique().Required()}
}

// Indexes of ActivityCondition.
func (ActivityCondition) Indexes() []ent.Index {
	return []ent.Index{index.Fields("activity_id", "position")}
}

// Policy of ActivityCondition.
func (ActivityCondition) Policy() ent.Policy { return access.Policy(access.OfActivity) }
