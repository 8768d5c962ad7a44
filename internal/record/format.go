package record

import (
	"encoding/json"
	"time"
)

// formatName says what a file is, and how it is to be read.
const formatName = "acs-hub-record/1"

// The files of a record.
const (
	fileHTML      = "index.html"
	fileThread    = "thread.json"
	fileMessages  = "messages.jsonl"
	fileFormal    = "formal.jsonl"
	fileEvents    = "events.jsonl"
	fileManifest  = "manifest.json"
	fileSignature = "manifest.sig"
	fileKey       = "key.pem"
	attachments   = "attachments/"
)

// Manifest names everything that is signed.
type Manifest struct {
	Format     string    `json:"format"`
	Thread     string    `json:"thread"`
	Title      string    `json:"title"`
	ExportedAt time.Time `json:"exportedAt"`
	// ExportedBy is who made the record; the hub itself has no name.
	ExportedBy *Person `json:"exportedBy,omitempty"`
	Messages   int     `json:"messages"`
	Events     int     `json:"events"`
	// Chain is the head of the discussion's hash chain over all of its events.
	Chain []byte `json:"chain"`
	// Key is the identifier of the key that signs.
	Key   string `json:"key"`
	Files []File `json:"files"`
}

// File is a file of the record.
type File struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 []byte `json:"sha256"`
}

// Person is somebody who took part.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Thread is the discussion.
type Thread struct {
	ID              string            `json:"id"`
	Title           string            `json:"title"`
	Titles          map[string]string `json:"titles"`
	TitleLanguage   string            `json:"titleLanguage"`
	Subject         *Subject          `json:"subject,omitempty"`
	Status          string            `json:"status"`
	StatusReason    string            `json:"statusReason,omitempty"`
	Confidentiality string            `json:"confidentiality"`
	OpenedAt        time.Time         `json:"openedAt"`
	OpenedBy        *Person           `json:"openedBy,omitempty"`
	Audience        []Party           `json:"audience"`
}

// Subject is what a discussion is about.
type Subject struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Party is who took part: since when, until when, and from which message on.
type Party struct {
	Kind  string     `json:"kind"`
	ID    string     `json:"id"`
	Name  string     `json:"name,omitempty"`
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty"`
	// AfterMessage is the number of the last message that came before and is not
	// for this party; 0 where the history came with the admission.
	AfterMessage int `json:"afterMessage,omitempty"`
}

// Message is a message with all that belongs to it.
type Message struct {
	Number      int           `json:"number"`
	ID          string        `json:"id"`
	Author      Person        `json:"author"`
	Language    string        `json:"language"`
	Revision    int           `json:"revision"`
	Body        string        `json:"body,omitempty"`
	WrittenAt   time.Time     `json:"writtenAt"`
	EditedAt    *time.Time    `json:"editedAt,omitempty"`
	SentByMail  bool          `json:"sentByMail,omitempty"`
	ReplyTo     int           `json:"replyTo,omitempty"`
	Withdrawn   *Withdrawal   `json:"withdrawn,omitempty"`
	Earlier     []Text        `json:"earlier,omitempty"`
	Transl      []Translation `json:"translations,omitempty"`
	Quotes      []Quote       `json:"quotes,omitempty"`
	Mentions    []Subject     `json:"mentions,omitempty"`
	Reactions   []Reaction    `json:"reactions,omitempty"`
	Attachments []Attachment  `json:"attachments,omitempty"`
}

// Withdrawal says that a text is gone for good.
type Withdrawal struct {
	At     time.Time `json:"at"`
	By     *Person   `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// Text is an earlier text of a message.
type Text struct {
	Revision   int       `json:"revision"`
	Language   string    `json:"language"`
	Body       string    `json:"body"`
	ReplacedAt time.Time `json:"replacedAt"`
}

// Translation is a translation that stands.
type Translation struct {
	ID       string    `json:"id"`
	Language string    `json:"language"`
	Status   string    `json:"status"`
	Of       int       `json:"ofRevision"`
	Body     string    `json:"body"`
	MadeBy   Person    `json:"madeBy"`
	Machine  string    `json:"machine,omitempty"`
	MadeAt   time.Time `json:"madeAt"`
}

// Quote is a quoted passage; its text is gone once what it quotes is withdrawn.
type Quote struct {
	Message  int    `json:"message"`
	Revision int    `json:"revision"`
	Excerpt  string `json:"excerpt,omitempty"`
}

// Reaction is a sign under a message. It is no vote.
type Reaction struct {
	Kind string    `json:"kind"`
	By   Person    `json:"by"`
	At   time.Time `json:"at"`
}

// Attachment is a file that came with a message.
type Attachment struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Size      int64  `json:"size"`
	SHA256    []byte `json:"sha256"`
	// Path is where it is in the record.
	Path string `json:"path"`
}

// Request is a request for information that was made in the discussion.
type Request struct {
	ID           string      `json:"id"`
	Reference    string      `json:"reference"`
	Status       string      `json:"status"`
	By           Subject     `json:"by"`
	To           Subject     `json:"to"`
	Question     string      `json:"question"`
	Language     string      `json:"language"`
	DispatchedAt *time.Time  `json:"dispatchedAt,omitempty"`
	Due          string      `json:"due,omitempty"`
	StopsClock   bool        `json:"stopsClock,omitempty"`
	Answer       string      `json:"answer,omitempty"`
	AnsweredAt   *time.Time  `json:"answeredAt,omitempty"`
	AnsweredBy   *Person     `json:"answeredBy,omitempty"`
	Late         bool        `json:"late,omitempty"`
	VoidReason   string      `json:"voidReason,omitempty"`
	Extensions   []Extension `json:"extensions,omitempty"`
}

// Extension is a later date that was asked for.
type Extension struct {
	Due       string     `json:"due"`
	Reason    string     `json:"reason,omitempty"`
	Status    string     `json:"status"`
	AskedAt   time.Time  `json:"askedAt"`
	DecidedAt *time.Time `json:"decidedAt,omitempty"`
}

// Event is an event of the discussion as the log tells it. Facts are the bytes
// that the hash chain took in.
type Event struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	CommittedAt time.Time       `json:"committedAt"`
	Actor       *Person         `json:"actor,omitempty"`
	Subject     string          `json:"subject"`
	Facts       json.RawMessage `json:"facts"`
	// Chain is the head of the hash chain after this event.
	Chain []byte `json:"chain"`
}
