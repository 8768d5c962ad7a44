package proposal

import "acs-aec.org/hub/internal/command"

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }
