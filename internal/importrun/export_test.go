package importrun

import (
	"context"
	"time"
)

// SetPatience sets how long an unfinished run must stand still until it counts as
// abandoned.
func (s *Service) SetPatience(d time.Duration) { s.patience = d }

// At is called where the work is; an error stops it there.
func (s *Service) At(at func(ctx context.Context, step string) error) { s.at = at }

// DatasetName is the name that a file gives its dataset.
var DatasetName = datasetName
