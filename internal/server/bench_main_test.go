package server_test

import (
	"io"
	"log/slog"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// quiet logs what a server logs, to nowhere.
var quiet = slog.New(slog.NewJSONHandler(io.Discard, nil))
