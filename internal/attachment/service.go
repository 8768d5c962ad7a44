package attachment

import (
	"context"
	"io"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/viewer"
)

const (
	// DefaultLimit is how many bytes a file may have where nothing else was chosen.
	DefaultLimit = 50 << 20
	// PerMessage is how many attachments a message takes.
	PerMessage = 10
	// PerPerson is how many files a person may have that are in no message.
	PerPerson = 20

	descriptionLimit = 1000
	findingLimit     = 200

	pendingLife = 24 * time.Hour
	uploadTime  = time.Hour
	// lease is how long the store keeps what an upload writes if nobody takes it:
	// longer than an upload can last, by what clocks of nodes may differ.
	lease = 2 * time.Hour
	// LinkLife is how long a link can be used.
	LinkLife = 5 * time.Minute
)

// Scanner looks for what harms. Scan says what it found, "" for nothing; an error
// means that it could not say.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (string, error)
}

// Options are what differs between deployments. Zero values stand for their
// defaults.
type Options struct {
	Files   *filestore.Store // nil: nothing can be uploaded or downloaded
	Scanner Scanner          // nil: nothing is scanned
	Limit   int64            // bytes of a file
	Logger  *slog.Logger
}

// Service holds the commands.
type Service struct {
	*command.Runner
	o     Options
	links *seal.Sealer
}

// New makes a service.
func New(r *command.Runner, o Options) (*Service, error) {
	links, err := seal.New(r.Key, "attachment link")
	if err != nil {
		return nil, err
	}
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Service{r, o, links}, nil
}

var errNoFiles = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "This hub has no place to keep files. Whoever runs it names one that all nodes reach: hub serve --files file:///PATH or s3://BUCKET.",
	ES: "Este sistema no tiene dónde guardar archivos. Quien lo administra indica uno al que lleguen todos los nodos: hub serve --files file:///RUTA o s3://BUCKET.",
	FR: "Ce système n'a pas d'endroit où conserver des fichiers. La personne qui l'administre en indique un que tous les nœuds atteignent : hub serve --files file:///CHEMIN ou s3://BUCKET.",
})

// system is a context in which the hub itself asks: the caller's right was checked,
// and the store's rows are for the hub alone.
func system(ctx context.Context) context.Context { return viewer.With(ctx, viewer.System()) }
