package record_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/record"
)

var at = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// told is a discussion in memory.
type told struct {
	thread   record.Thread
	messages []*record.Message
	events   []*record.Event
	requests []*record.Request
	files    map[string]string
}

func digest(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

func (s *told) tell(kind, subject string, facts eventlog.Facts) {
	raw, err := json.Marshal(facts)
	if err != nil {
		panic(err)
	}
	var before []byte
	if n := len(s.events); n > 0 {
		before = s.events[n-1].Chain
	}
	u := id.New(id.Event, at)
	s.events = append(s.events, &record.Event{
		ID: id.Format(u), Kind: kind, CommittedAt: at, Subject: subject, Facts: raw, Chain: eventlog.Chain(before, u, kind, raw),
	})
}

func (s *told) say(body string, change func(*record.Message)) {
	m := &record.Message{
		Number: len(s.messages) + 1, ID: id.Format(id.New(id.Message, at)), Author: record.Person{ID: "per_1", Name: "Ana <b>Pérez</b>"},
		Language: "es", Revision: 1, Body: body, WrittenAt: at,
	}
	s.messages = append(s.messages, m)
	s.tell("MessagePosted", m.ID, eventlog.Facts{Number: m.Number, Digest: digest(body)})
	if change != nil {
		change(m)
	}
}

// sample is a discussion with a bit of everything.
func sample() *told {
	s := &told{
		thread: record.Thread{
			ID: "thr_1", Title: "Playas <script>", Titles: map[string]string{"es": "Playas <script>", "en": "Beaches"}, TitleLanguage: "es",
			Status: "OPEN", Confidentiality: "NORMAL", OpenedAt: at, Audience: []record.Party{{Kind: "BODY", ID: "bod_1", Name: "Comité", Since: at}},
		},
		files: map[string]string{},
	}
	s.tell("ThreadOpened", "thr_1", eventlog.Facts{})
	s.say("Hola <img src=x onerror=alert(1)> **a todos**", nil)
	s.say("Segundo", func(m *record.Message) {
		m.Earlier = []record.Text{{Revision: 1, Language: "es", Body: m.Body, ReplacedAt: at}}
		m.Body, m.Revision = "Segundo, cambiado", 2
		s.tell("MessageEdited", m.ID, eventlog.Facts{Number: 2, Digest: digest(m.Body)})
		tr := record.Translation{ID: id.Format(id.New(id.Translation, at)), Language: "fr", Status: "OFFICIAL", Of: 2, Body: "Deuxième, changé", MadeAt: at}
		m.Transl = []record.Translation{tr}
		s.tell("TranslationProposed", tr.ID, eventlog.Facts{Number: 2, Digest: digest(tr.Body)})
	})
	s.say("secret", func(m *record.Message) {
		m.Body, m.Withdrawn = "", &record.Withdrawal{At: at, Reason: "por error"}
		s.tell("MessageWithdrawn", m.ID, eventlog.Facts{Number: 3})
	})
	s.say("con archivo", func(m *record.Message) {
		a := record.Attachment{ID: "att_1", Name: "plan.pdf", MediaType: "application/pdf", Size: 4, SHA256: digest("%PDF"), Path: "attachments/1-plan.pdf"}
		s.files[a.ID] = "%PDF"
		m.Attachments = []record.Attachment{a}
	})
	s.requests = []*record.Request{{ID: "req_1", Reference: "SN/2026/001", Status: "DISPATCHED", Question: "¿Cuándo?", Language: "es"}}
	return s
}

func (s *told) Thread(context.Context) (*record.Thread, error) { return &s.thread, nil }

func all[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s *told) Messages(context.Context) iter.Seq2[*record.Message, error] { return all(s.messages) }

func (s *told) Requests(context.Context) iter.Seq2[*record.Request, error] { return all(s.requests) }
func (s *told) Events(context.Context) iter.Seq2[*record.Event, error]     { return all(s.events) }
func (s *told) Content(_ context.Context, a record.Attachment) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(s.files[a.ID])), nil
}

func keys(t *testing.T) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

func write(t *testing.T, key ed25519.PrivateKey, s record.Source) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := record.Write(t.Context(), &b, record.Making{Key: key, At: at, Language: i18n.FR}, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func verify(b []byte, key ed25519.PublicKey) (*record.Manifest, error) {
	return record.Verify(bytes.NewReader(b), int64(len(b)), key)
}

func TestARecordIsAsItWasSigned(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	m, err := verify(write(t, private, sample()), public)
	if err != nil {
		t.Fatal(err)
	}
	if m.Messages != 4 || m.Events != 8 || m.Thread != "thr_1" || len(m.Files) != 6 {
		t.Errorf("the manifest says %+v", m)
	}
	b := write(t, private, sample())
	signer, err := record.Signer(bytes.NewReader(b), int64(len(b)))
	if err != nil || !signer.Equal(public) {
		t.Errorf("signed by %v, %v", signer, err)
	}
	other, _ := keys(t)
	if _, err := verify(b, other); !isFault(err, "signature") {
		t.Errorf("with another key: %v", err)
	}
}

func isFault(err error, about string) bool {
	var f *record.Fault
	return errors.As(err, &f) && strings.Contains(f.Why, about)
}

func TestThePageIsHarmless(t *testing.T) {
	t.Parallel()
	_, private := keys(t)
	page := unzip(t, write(t, private, sample()))["index.html"]
	for _, bad := range []string{"<script", "<img", "<b>P"} {
		if bytes.Contains(page, []byte(bad)) {
			t.Errorf("%s is in the page", bad)
		}
	}
	for _, good := range []string{"<strong>a todos</strong>", "Pièces jointes", "por error", "Deuxième, changé", "SN/2026/001", `lang="fr"`} {
		if !bytes.Contains(page, []byte(good)) {
			t.Errorf("%s is not in the page", good)
		}
	}
	if bytes.Contains(page, []byte("secret")) {
		t.Error("the withdrawn text is in the page")
	}
}

func unzip(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func zipped(t *testing.T, files map[string][]byte, twice ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range append(names, twice...) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryChangeIsFound(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	_, forger := keys(t)
	for name, c := range map[string]struct {
		change func(map[string][]byte)
		about  string
	}{
		"a letter in the messages": {func(f map[string][]byte) {
			f["messages.jsonl"] = bytes.Replace(f["messages.jsonl"], []byte("Hola"), []byte("Hole"), 1)
		}, "messages.jsonl is not as it was signed"},
		"a file less":  {func(f map[string][]byte) { delete(f, "attachments/1-plan.pdf") }, "missing"},
		"a file more":  {func(f map[string][]byte) { f["attachments/2.pdf"] = []byte("x") }, "does not belong"},
		"no signature": {func(f map[string][]byte) { delete(f, "manifest.sig") }, "manifest.sig is missing"},
		"a forger's signature": {func(f map[string][]byte) {
			f["manifest.sig"] = []byte(base64.StdEncoding.EncodeToString(ed25519.Sign(forger, f["manifest.json"])))
		}, "signature"},
		"a manifest that was changed": {func(f map[string][]byte) {
			f["manifest.json"] = bytes.Replace(f["manifest.json"], []byte(`"events": 8`), []byte(`"events": 7`), 1)
		}, "signature"},
		"a way out": {func(f map[string][]byte) { f["../x"] = nil }, "no name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := unzip(t, write(t, private, sample()))
			c.change(files)
			if _, err := verify(zipped(t, files), public); !isFault(err, c.about) {
				t.Errorf("%v", err)
			}
		})
	}
	files := unzip(t, write(t, private, sample()))
	if _, err := verify(zipped(t, files, "thread.json"), public); !isFault(err, "twice") {
		t.Errorf("a file twice: %v", err)
	}
	if _, err := verify([]byte("not a zip"), public); !isFault(err, "no record") {
		t.Errorf("no archive: %v", err)
	}
}

// TestPartsMustAgree: a record that was signed with the right
// key, but whose parts contradict each other.
func TestPartsMustAgree(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	for name, c := range map[string]struct {
		change func(*told)
		about  string
	}{
		"an event less":       {func(s *told) { s.events = slices.Delete(s.events, 2, 3) }, "chain breaks at event 3"},
		"an event's facts":    {func(s *told) { s.events[1].Facts = json.RawMessage(`{"number":9}`) }, "chain breaks at event 2"},
		"events in disorder":  {func(s *told) { s.events[1], s.events[2] = s.events[2], s.events[1] }, "chain breaks"},
		"a text":              {func(s *told) { s.messages[0].Body = "another" }, "message 1 is not the one"},
		"an earlier text":     {func(s *told) { s.messages[1].Earlier[0].Body = "another" }, "message 2 is not the one"},
		"a translation":       {func(s *told) { s.messages[1].Transl[0].Body = "autre" }, "translation of message 2"},
		"a message less":      {func(s *told) { s.messages = slices.Delete(s.messages, 1, 2) }, "message 2 is missing"},
		"a message at no end": {func(s *told) { s.messages[3].Number = 9 }, "message 4 is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sample()
			c.change(s)
			if _, err := verify(write(t, private, s), public); !isFault(err, c.about) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnAttachmentThatChangedIsNotSigned(t *testing.T) {
	t.Parallel()
	_, private := keys(t)
	s := sample()
	s.files["att_1"] = "%PDX"
	if _, err := record.Write(t.Context(), io.Discard, record.Making{Key: private, At: at}, s); err == nil {
		t.Error("it was")
	}
}

func TestKeysAreRead(t *testing.T) {
	t.Parallel()
	public, _ := keys(t)
	pem, err := record.MarshalKey(public)
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Join(strings.Split(string(pem), "\n")[1:2], "")
	for _, text := range []string{string(pem), body, base64.StdEncoding.EncodeToString(public), " " + body + "\n"} {
		if got, err := record.ParseKey(text); err != nil || !got.Equal(public) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "key", "AAAA", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", strings.Repeat("A", 5000)} {
		if _, err := record.ParseKey(text); !errors.Is(err, record.ErrKey) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestBitsAreFound turns single bits of a record: none goes unnoticed where it
// changes something that is read.
func TestBitsAreFound(t *testing.T) {
	t.Parallel()
	public, private := keys(t)
	b := write(t, private, sample())
	want := unzip(t, b)
	for i := 0; i < len(b); i += 7 {
		changed := bytes.Clone(b)
		changed[i] ^= 1 << (i % 8)
		if _, err := verify(changed, public); err == nil && !maps.EqualFunc(unzip(t, changed), want, bytes.Equal) {
			t.Errorf("bit at %d went unnoticed", i)
		}
	}
}
