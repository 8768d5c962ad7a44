package live

// Whole is an answer that is the same for every stream: it has no slots.
func Whole(body []byte) *Answer { return &Answer{parts: [][]byte{body}} }
