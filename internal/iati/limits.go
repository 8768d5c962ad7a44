package iati

// The limits of a file. What breaks one of them is refused whole.
const (
	// MaxActivityBytes is how long one activity can be, and any token outside one.
	MaxActivityBytes = 32 << 20
	// MaxActivityParts is how many elements and attributes one activity can have.
	MaxActivityParts = 500_000
	// MaxDepth is how deep elements can nest; the standard needs ten.
	MaxDepth = 64
	// MaxNamespaces is how many prefixes can be in force at a place.
	MaxNamespaces = 256
	// MaxIssues is how many issues of one activity are reported.
	MaxIssues = 1000
)

// The limits of what is kept, in bytes. A text that is longer is cut at a
// character and reported; a code that is longer is left out and reported; an
// identifier that is longer makes its activity impossible to keep.
const (
	MaxIdentifier             = 400
	MaxRef                    = 400
	MaxName                   = 1000
	MaxTitle                  = 20_000
	MaxDescription            = 400_000
	MaxTransactionDescription = 100_000
	MaxCode                   = 20
	MaxShareCode              = 200
	MaxNumber                 = 100
)
