package iati

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"acs-aec.org/hub/internal/date"
)

// Reader reads activity files. Its zero value is ready, but then nothing lies in
// the future.
type Reader struct {
	// Now is the present time, for the rules about the future; the zero time
	// switches them off.
	Now time.Time
	// Seen says whether an identifier came before in this file, and from now on it
	// did. Without it the reader remembers them itself.
	Seen func(ctx context.Context, identifier string) (bool, error)
}

// Checked is one activity with what was found in it.
type Checked struct {
	// Activity is nil where it cannot be kept, and for issues of the file itself.
	Activity *Activity
	// Issues come in the order of their lines.
	Issues []Issue
}

// File is what a file says of itself.
type File struct {
	Version string
	// Activities is how many there were, the impossible ones included.
	Activities int
}

// Handler takes one activity after the other. An error ends the reading.
type Handler func(ctx context.Context, c Checked) error

// Read reads a file and hands its activities over in their order. It returns a
// *Refusal if the file is refused, the handler's error as it is, ctx's error, or
// that of r; File then holds what was known so far.
func (rd Reader) Read(ctx context.Context, r io.Reader, handle Handler) (File, error) {
	src, err := open(r)
	if err != nil {
		return File{}, err
	}
	s := newScan(src)
	j := &job{Reader: rd, handle: handle}
	if j.Seen == nil {
		j.Seen = remember()
	}
	err = s.run(ctx, j)
	file := File{Version: s.version, Activities: j.activities}
	if err != nil {
		return file, err
	}
	if j.activities == 0 {
		j.report("no-activities", "iati-activities", s.rootLine)
	}
	return file, j.flush(ctx)
}

var errEnough = errors.New("iati: enough was read")

// Head reads a file up to its first activity, and says what it tells of itself, or
// returns a *Refusal if the file is refused by then, or the error of r.
func Head(ctx context.Context, r io.Reader) (File, error) {
	file, err := Reader{}.Read(ctx, r, func(context.Context, Checked) error { return errEnough })
	if errors.Is(err, errEnough) {
		err = nil
	}
	return file, err
}

// remember keeps the identifiers of a file, 16 bytes each.
func remember() func(context.Context, string) (bool, error) {
	met := map[[16]byte]struct{}{}
	return func(_ context.Context, identifier string) (bool, error) {
		sum := sha256.Sum256([]byte(identifier))
		key := [16]byte(sum[:16])
		_, seen := met[key]
		met[key] = struct{}{}
		return seen, nil
	}
}

// job is one reading.
type job struct {
	Reader
	handle     Handler
	activities int
	strays     int
	loose      []Issue // of the file itself, not yet handed over
}

func (j *job) report(rule, path string, line int, args ...any) {
	j.loose = append(j.loose, Issue{
		Severity: rules[rule].severity, Rule: rule, Line: line, Path: path, Message: filled(rules[rule].message, args),
	})
}

// flush hands the issues of the file over.
func (j *job) flush(ctx context.Context) error {
	if len(j.loose) == 0 {
		return nil
	}
	c := Checked{Issues: j.loose}
	j.loose = nil
	return j.handle(ctx, c)
}

// stray reports an element beside the activities, the first hundred of them.
func (j *job) stray(name string, line int) {
	if j.strays++; j.strays <= 100 {
		j.report("xsd-unknown-element", "iati-activities/"+clip(name, 80), line, quote(name), quote("iati-activities"))
	}
}

// activity checks one activity and hands it over.
func (j *job) activity(ctx context.Context, root *node) error {
	if err := j.flush(ctx); err != nil {
		return err
	}
	j.activities++
	c := &check{root: root, now: j.Now}
	if !j.Now.IsZero() {
		c.today = date.Date(j.Now.UTC().Format(time.DateOnly))
	}
	if err := c.identify(ctx, j.Seen); err != nil {
		return err
	}
	c.checkSchema(root, activitySchema)
	c.checkCodes(root, ".")
	c.checkRules()
	a := c.extract()
	a.Flagged = c.failed
	if c.critical {
		a = nil
	}
	return j.handle(ctx, Checked{Activity: a, Issues: c.inOrder()})
}

// identify finds the identifier, without which nothing can be kept.
func (c *check) identify(ctx context.Context, seen func(context.Context, string) (bool, error)) error {
	n := c.root.first("iati-identifier")
	if n == nil || n.content() == "" {
		c.report("identifier-missing", c.root)
		return nil
	}
	c.identifier = n.content()
	if len(c.identifier) > MaxIdentifier {
		c.identifier = clip(c.identifier, MaxIdentifier)
		c.report("identifier-too-long", n, MaxIdentifier)
		return nil
	}
	before, err := seen(ctx, c.identifier)
	if err != nil {
		return err
	}
	if before {
		c.report("identifier-twice", n, quote(c.identifier))
	}
	return nil
}
