// Package id makes and reads the identifiers of everything the hub keeps.
//
// An identifier is a UUIDv7: ordered by time, not countable. One byte of its random part names the
// kind of entity, so that a bare UUID tells which table it belongs to. Towards the outside it is
// written as a prefix and 26 characters of base 32: agr_06f3….
package id

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Kind is the kind of entity that an identifier belongs to.
//
// The numbers are stored in every identifier: the table is append-only, a number is never given twice.
type Kind byte

// The kinds, append-only.
const (
	Unknown      Kind = 0
	Country      Kind = 1
	CountryGroup Kind = 2
	Organisation Kind = 3
	Membership   Kind = 4
	Person       Kind = 5
	Body         Kind = 6
	Seat         Kind = 7
	StaffPost    Kind = 8
	Agreement    Kind = 9
	Programme    Kind = 10
	Proposal     Kind = 11
	Activity     Kind = 12
	Transaction  Kind = 13
	Allocation   Kind = 14
	Thread       Kind = 15
	Message      Kind = 16
	Session      Kind = 17
	Token        Kind = 18
	Event        Kind = 19
	ImportRun    Kind = 20
	ImportIssue  Kind = 21
	Participant  Kind = 22 // an organisation's part in an activity or an agreement
	Revision     Kind = 23 // an earlier text of a message
	Audience     Kind = 24
	StagedItem   Kind = 25
	PasswordLink Kind = 26
	Translation  Kind = 27 // of a message
	Draft        Kind = 28 // a message that is not written yet, or held
	Quote        Kind = 29 // of a message in another one
	Mention      Kind = 30
	Reaction     Kind = 31
	Attachment   Kind = 32
	Notice       Kind = 33
	Request      Kind = 34 // for information
	Register     Kind = 35 // an entry of a notice's register
	Extension    Kind = 36 // of a request's due date
	Reading      Kind = 37 // of a thread by a person
	Notification Kind = 38
	Mail         Kind = 39 // to be sent
	Addressee    Kind = 40 // of a notice
	Webhook      Kind = 41
	Delivery     Kind = 42 // to a webhook
	Retention    Kind = 43 // a schedule
	Record       Kind = 44 // an exported thread
	Hold         Kind = 45 // against deletion
	ExchangeRate Kind = 46
	RateSource   Kind = 47 // who publishes exchange rates
	RateImport   Kind = 48 // of exchange rates
	Opportunity  Kind = 49 // of funding
	Meeting      Kind = 50
	Budget       Kind = 51 // of an activity, or a planned disbursement
	Document     Kind = 52 // that an activity links to
	Related      Kind = 53 // activity, of another one
	Result       Kind = 54
	Indicator    Kind = 55
	Period       Kind = 56 // of an indicator
	Tag          Kind = 57
	Marker       Kind = 58 // of a policy
	Condition    Kind = 59 // of an activity
	Fact         Kind = 60 // of funding
	Rollup       Kind = 61 // of funding
	Dashboard    Kind = 62
	Tile         Kind = 63 // of a dashboard
	Upload       Kind = 64 // a file to import
	Mapping      Kind = 65 // of a table's columns
	AidStatistic Kind = 66
	AidDonor     Kind = 67 // as statistics name it
)

var prefixes = map[Kind]string{
	Country: "cty", CountryGroup: "grp", Organisation: "org", Membership: "mbr", Person: "per", Body: "bod",
	Seat: "sea", StaffPost: "pst", Agreement: "agr", Programme: "prg", Proposal: "prp", Activity: "act",
	Transaction: "trn", Allocation: "alc", Thread: "thr", Message: "msg", Session: "ses", Token: "tok",
	Event: "evt", ImportRun: "run", ImportIssue: "iss", Participant: "ptc", Revision: "rev", Audience: "aud",
	StagedItem: "stg", PasswordLink: "pwl", Translation: "trs",
	Draft: "drf", Quote: "quo", Mention: "mtn", Reaction: "rct", Attachment: "att", Notice: "ntc", Request: "req",
	Register: "reg", Extension: "ext", Reading: "rdg", Notification: "ntf", Mail: "mai", Addressee: "adr", Webhook: "whk",
	Delivery: "dlv", Retention: "rts", Record: "rec", Hold: "hld",
	ExchangeRate: "fxr", RateSource: "fxs", RateImport: "fxi", Opportunity: "opp", Meeting: "mtg",
	Budget: "bud", Document: "doc", Related: "rel", Result: "res", Indicator: "ind", Period: "ipd", Tag: "tag",
	Marker: "mkr", Condition: "cnd", Fact: "fct", Rollup: "rlp", Dashboard: "dsh", Tile: "til", Upload: "upl",
	Mapping: "map", AidStatistic: "ads", AidDonor: "aid",
}

var kinds = func() map[string]Kind {
	m := make(map[string]Kind, len(prefixes))
	for k, p := range prefixes {
		m[p] = k
	}
	return m
}()

// Prefix is what identifiers of this kind begin with, "" for an unknown kind.
func (k Kind) Prefix() string { return prefixes[k] }

// Kinds lists every kind that identifiers are given to.
func Kinds() []Kind {
	return slices.Sorted(maps.Keys(prefixes))
}

// kindByte is the place of the kind in the sixteen bytes: the first byte after the variant's.
const kindByte = 9

var enc = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Maker makes identifiers that ascend, also within one millisecond, as long as its clock does. The
// zero Maker is ready.
type Maker struct {
	mu  sync.Mutex // protects ms and seq
	ms  int64
	seq uint16 // counts identifiers within one millisecond, so that they stay in order
}

var common Maker

// New makes an identifier of the kind at the given time, in the order of all that the process makes
// so.
func New(k Kind, now time.Time) uuid.UUID { return common.New(k, now) }

// New makes an identifier of the kind at the given time. It panics if the system has no randomness,
// as nothing can be kept safe then.
func (m *Maker) New(k Kind, now time.Time) uuid.UUID {
	var u uuid.UUID
	if _, err := rand.Read(u[:]); err != nil {
		panic(fmt.Sprintf("id: no randomness: %v", err))
	}
	m.mu.Lock()
	ms := now.UnixMilli()
	if ms <= m.ms && m.ms-ms < 1000 {
		ms = m.ms
		m.seq++
		if m.seq > 0xfff {
			ms++
			m.seq = 0
		}
	} else {
		m.seq = uint16(u[6]&0x3)<<8 | uint16(u[7])
	}
	m.ms = ms
	seq := m.seq
	m.mu.Unlock()

	u[0], u[1], u[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	u[3], u[4], u[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	u[6] = 0x70 | byte(seq>>8)
	u[7] = byte(seq)
	u[8] = u[8]&0x3f | 0x80
	u[kindByte] = byte(k)
	return u
}

// From is the identifier of the kind at the given time that follows from a digest of at least 16
// bytes: the same for the same. It may have been given before.
func From(k Kind, at time.Time, digest []byte) uuid.UUID {
	var u uuid.UUID
	copy(u[:], digest)
	ms := at.UnixMilli()
	u[0], u[1], u[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	u[3], u[4], u[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	u[6] = 0x70 | u[6]&0xf
	u[8] = u[8]&0x3f | 0x80
	u[kindByte] = byte(k)
	return u
}

// As is the identifier of a kind for what follows from another thing, one to one: As
// with the kind of that thing leads back to it.
func As(k Kind, u uuid.UUID) uuid.UUID {
	u[kindByte] = byte(k)
	return u
}

// KindOf reads the kind from an identifier; Unknown for a nil or foreign UUID.
func KindOf(u uuid.UUID) Kind {
	k := Kind(u[kindByte])
	if u[6]>>4 != 7 || prefixes[k] == "" {
		return Unknown
	}
	return k
}

// Format writes an identifier as clients see it.
func Format(u uuid.UUID) string {
	p := prefixes[KindOf(u)]
	if p == "" {
		p = "unk"
	}
	var b [30]byte
	copy(b[:], p)
	b[3] = '_'
	enc.Encode(b[4:], u[:])
	return string(b[:])
}

// Parse reads an identifier as clients write it. It returns an error if the text is not one that
// Format wrote: unknown prefix, wrong length, or a prefix that contradicts the kind inside.
func Parse(s string) (uuid.UUID, error) {
	var u uuid.UUID
	p, rest, ok := strings.Cut(s, "_")
	k := kinds[p]
	if !ok || k == Unknown || len(rest) != 26 {
		return uuid.Nil, fmt.Errorf("not an identifier")
	}
	if n, err := enc.Decode(u[:], []byte(rest)); err != nil || n != 16 {
		return uuid.Nil, fmt.Errorf("not an identifier")
	}
	if KindOf(u) != k || Format(u) != s {
		return uuid.Nil, fmt.Errorf("not an identifier")
	}
	return u, nil
}

// ParseKind reads an identifier that must be of the given kind.
func ParseKind(s string, k Kind) (uuid.UUID, error) {
	u, err := Parse(s)
	if err != nil {
		return uuid.Nil, err
	}
	if KindOf(u) != k {
		return uuid.Nil, fmt.Errorf("an identifier of another kind")
	}
	return u, nil
}
