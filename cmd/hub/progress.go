package main

import (
	"fmt"
	"strings"
	"time"

	entrun "acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/internal/importrun"
)

// progress tells how far an import has come: by a bar on one line of a terminal,
// by counts now and then elsewhere.
type progress struct {
	t     terminal
	name  string
	last  time.Time
	wrote bool

	what  string    // what is being done
	since time.Time // since when
	from  int64     // and where that began
}

// barWidth is how many characters a bar has.
const barWidth = 24

func (p *progress) tell(now importrun.Progress) {
	every := 5 * time.Second
	live := isTerminal(p.t.err)
	if live {
		every = 100 * time.Millisecond
	}
	at := p.t.now()
	what, unit := "checking", "bytes"
	if now.Status == entrun.StatusApplying || now.Status == entrun.StatusApplied {
		what, unit = "applying", "activities"
	}
	if what != p.what {
		p.what, p.since, p.from = what, at, now.Done
	}
	if at.Sub(p.last) < every && now.Done < now.Total {
		return
	} else if p.last.IsZero() && !live {
		p.last = at // a short import needs no line
		return
	}
	p.last = at
	if live {
		_, _ = fmt.Fprintf(p.t.err, "\r\x1b[K%s", bar(p.name, what, unit, now.Done, now.Total, p.from, at.Sub(p.since)))
		p.wrote = true
		return
	}
	say(p.t.err, "%s: %s %3d %% (%d of %d %s)", p.name, what, percent(now.Done, now.Total), now.Done, now.Total, unit)
}

func percent(done, total int64) int64 {
	if total <= 0 {
		return 100
	}
	return 100 * done / total
}

// bar is a line with a bar, how fast it goes, and how long it will take.
func bar(name, what, unit string, done, total, from int64, took time.Duration) string {
	part := percent(done, total)
	full := int(part) * barWidth / 100
	line := fmt.Sprintf("%s: %s [%s%s] %3d %%", name, what, strings.Repeat("#", full), strings.Repeat("-", barWidth-full), part)
	if did := done - from; did > 0 && took >= time.Second {
		rate := float64(did) / took.Seconds()
		line += fmt.Sprintf("  %s/s", amount(rate, unit))
		if left := time.Duration(float64(total-done) / rate * float64(time.Second)); left > 0 {
			line += fmt.Sprintf("  %d:%02d left", int(left.Minutes()), int(left.Seconds())%60)
		}
	}
	return line
}

// amount writes a number with its unit, bytes as kB and MB.
func amount(n float64, unit string) string {
	switch {
	case unit != "bytes":
		return fmt.Sprintf("%.0f %s", n, unit)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", n/1e6)
	}
	return fmt.Sprintf("%.0f kB", n/1e3)
}

// done leaves the terminal's line clean.
func (p *progress) done() {
	if p.wrote {
		_, _ = fmt.Fprint(p.t.err, "\r\x1b[K")
	}
}
