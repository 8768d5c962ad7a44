package webhook

import "time"

// pauses are how long is waited after each failed attempt before the next one:
// together a day. After the last of them, an event is given up.
var pauses = [...]time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// Attempts is how often an event is sent before it is given up.
const Attempts = len(pauses) + 1

// failingLimit is how long a webhook may fail without one success: then, with the
// next event that is given up, it is paused.
const failingLimit = 72 * time.Hour

// backoff is how long to wait after so many failed attempts: up to a fifth more or
// less than the table says, by lot (0 to 1), so that what failed together does not
// come back together; at least as long as the receiver asked for.
func backoff(attempts int, lot float64, asked time.Duration) time.Duration {
	pause := pauses[min(max(attempts, 1), len(pauses))-1]
	pause += time.Duration((lot - 0.5) * 0.4 * float64(pause))
	return max(pause, asked).Truncate(time.Microsecond)
}
