package chaos

import (
	"reflect"
	"testing"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

func moment(s int) time.Time { return time.Unix(int64(s), 0) }

// TestFoldFollowsRights follows one who takes part by a seat, by admission, by
// both, and not at all.
func TestFoldFollowsRights(t *testing.T) {
	t.Parallel()
	w := &world{
		threads: []thread{{id: "T", subject: "B", audience: []string{"B", "per_ana"}}},
		seats:   []seat{{id: "s1", person: "per_ben", body: "B"}},
	}
	b := newBook(w)
	b.seats["s2"] = seat{id: "s2", person: "per_ben", body: "B"}
	b.taken["s1"] = change{asked: moment(20), done: moment(21)}
	b.given["s2"] = change{asked: moment(40), done: moment(41)}
	b.ended["T"] = []change{{subject: "T", who: "per_ana", asked: moment(50), done: moment(51)}, {subject: "T", who: "B", asked: moment(70), done: moment(71)}}
	b.granted["T"] = []change{{subject: "T", who: "per_ben", asked: moment(60), done: moment(61)}}
	b.sessions["per_ana"] = []change{{who: "ana 1", done: moment(81)}}
	entry := func(kind, thread, seatID, person string) told {
		return told{Entry: history.Entry{Kind: kind, Thread: thread, Person: person}, seat: seat{id: seatID}}
	}
	log := []told{
		entry("SeatAssigned", "", "s1", ""),
		entry("ThreadOpened", "T", "", ""),
		entry("SeatEnded", "", "s1", ""),
		entry(history.Posted, "T", "", ""),
		entry("SeatAssigned", "", "s2", ""),
		entry(history.AccessEnded, "T", "", ""),
		entry(history.AccessGranted, "T", "", ""),
		entry(history.AccessEnded, "T", "", ""),
		entry("SessionEnded", "", "", "per_ana"),
	}
	people := []*person{{id: "per_ana"}, {id: "per_ben"}, {id: "per_eva"}}
	rights, sessions, err := b.fold(log, 2, people)
	if err != nil {
		t.Fatal(err)
	}
	want := map[history.Pair][]history.Span{
		{Person: "per_ana", Thread: "T"}: {{From: 1, To: 5, Ended: moment(51)}},
		{Person: "per_ben", Thread: "T"}: {{From: 1, To: 2, Ended: moment(21)}, {From: 5, To: history.Open, Asked: moment(40)}},
	}
	if !reflect.DeepEqual(rights, want) {
		t.Errorf("rights\n%v, want\n%v", rights, want)
	}
	if end := sessions["ana 1"]; end.At != 8 || end.Known != moment(81) {
		t.Errorf("sessions %v", sessions)
	}
	if _, _, err := b.fold(append(log, entry(history.AccessEnded, "T", "", "")), 2, people); err == nil {
		t.Error("a change that nobody made was taken")
	}
}

// TestThePlanFollowsTheSeed compares plans of equal and of other seeds.
func TestThePlanFollowsTheSeed(t *testing.T) {
	t.Parallel()
	d := &Deployment{URLs: []string{"a", "b", "c"}}
	of := func(seed uint64) []fault { return plan(source(seed, "nemesis", 0), d, time.Minute) }
	if a, b := of(1), of(1); !reflect.DeepEqual(a, b) || len(a) < 30 {
		t.Errorf("the same seed gives %d and %d faults, not the same", len(a), len(b))
	}
	if a, b := of(1), of(2); reflect.DeepEqual(a, b) {
		t.Error("two seeds give the same plan")
	}
	for _, f := range of(3) {
		if f.kind == "kill" || f.kind == "kill the database" || f.kind == string(token) {
			t.Errorf("%s is planned where nothing can be killed", f.kind)
		}
	}
}
