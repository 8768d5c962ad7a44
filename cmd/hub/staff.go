package main

import (
	"context"
	"errors"
	"fmt"

	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/store"

	bodies "acs-aec.org/hub/internal/body"
)

// staffed says how long someone with access holds a post in the Secretariat:
// without one, nobody could add people, give seats, or let others in. It is an
// error if there is none today and was one before.
func staffed(ctx context.Context, db *store.DB, t terminal) (string, error) {
	ctx = system(ctx)
	today := date.Of(t.now())
	posts, err := db.Client.StaffPost.Query().
		Where(staffpost.HasBodyWith(body.KindEQ(body.KindSecretariat)), staffpost.HasPersonWith(person.StatusEQ(person.StatusActive))).All(ctx)
	if err != nil {
		return "", err
	}
	periods := make([]bodies.Period, len(posts))
	for i, p := range posts {
		periods[i] = bodies.PeriodOfPost(p)
	}
	switch day, gap := bodies.UnheldFrom(today, periods); {
	case !gap:
		return "someone holds a post until further notice", nil
	case day > today:
		return fmt.Sprintf("nobody holds a post on %s: give one in time", day), nil
	}
	if once, err := db.Client.StaffPost.Query().Exist(ctx); once || err != nil {
		return "", errors.Join(errors.New("nobody with access holds a post today: hub person create --secretariat gives one"), err)
	}
	return "nobody yet: hub person create --secretariat adds the first person", nil
}
