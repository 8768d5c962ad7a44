package line

import "time"

// each does something with every connection of the moment and says how many.
func (l *Line) each(do func(*pair)) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.pairs {
		do(p)
	}
	return len(l.pairs)
}

// Cut breaks all connections at both ends.
func (l *Line) Cut() int {
	return l.each(func(p *pair) { reset(p.near); reset(p.far) })
}

// LoseClients breaks the clients' ends and tells the hub nothing: its ends stay
// open, and nobody reads.
func (l *Line) LoseClients() int {
	return l.each(func(p *pair) { p.deaf = true; reset(p.near) })
}

// LoseHub breaks the hub's ends and tells the clients nothing.
func (l *Line) LoseHub() int {
	return l.each(func(p *pair) { p.deaf = true; reset(p.far) })
}

// Stall holds back every byte in both directions, until Heal.
func (l *Line) Stall() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stalled == nil && !l.closed {
		l.stalled = make(chan struct{})
	}
}

// Crawl delays each piece of at most 16 KiB, until Heal.
func (l *Line) Crawl(each time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.crawl = each
}

// Heal ends stalling and crawling. What was held back goes on.
func (l *Line) Heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.crawl = 0
	if l.stalled != nil {
		close(l.stalled)
		l.stalled = nil
	}
}
