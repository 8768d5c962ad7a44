package query

import (
	"container/list"
	"sync"
)

// cache keeps what was used last, by count and by the bytes of its keys and texts.
type cache[V any] struct {
	entries, bytes int // at most

	mu    sync.Mutex // guards what follows
	order list.List  // of *kept[V], the one used last in front
	byKey map[string]*list.Element
	size  int
}

type kept[V any] struct {
	key   string
	value V
	size  int
}

func newCache[V any](entries, bytes int) *cache[V] {
	return &cache[V]{entries: entries, bytes: bytes, byKey: map[string]*list.Element{}}
}

// get returns what is kept under the key and marks it as used.
func (c *cache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*kept[V]).value, true
}

// add keeps a value of so many bytes, and lets go of what was not used for the longest time. One
// that alone takes more than an eighth of the room is not kept.
func (c *cache[V]) add(key string, value V, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || size > c.bytes/8 {
		return
	}
	c.byKey[key] = c.order.PushFront(&kept[V]{key: key, value: value, size: size})
	c.size += size
	for c.order.Len() > c.entries || c.size > c.bytes {
		last := c.order.Back()
		gone := c.order.Remove(last).(*kept[V])
		delete(c.byKey, gone.key)
		c.size -= gone.size
	}
}
