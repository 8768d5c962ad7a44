package importrun

import (
	"context"
	"time"
)

// SetPatience sets how long an unfinished run must stand still until it counts as
// abandoned.
func (s *Service) SetPatience(d time.Duration) { s.patience = d }

// SetLook sets how often a node looks for work, and how often a run must have stood
// still by then.
func (s *Service) SetLook(every time.Duration, abandoned int) { s.look, s.abandoned = every, abandoned }

// At is called where the work is; an error stops it there.
func (s *Service) At(at func(ctx context.Context, step string) error) { s.at = at }

// DatasetName is the name that a file gives its dataset.
var DatasetName = datasetName
