package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/mailtest"
)

func TestSettingsOfMails(t *testing.T) {
	t.Parallel()
	s := mailtest.New(t)
	dir := "--data=" + filepath.Join(t.TempDir(), "data")
	fine(t, "person", "create", dir, "--secretariat", "ana@example.org", "Ana")
	if got := fine(t, "check", dir); !strings.Contains(got.out, "ok     mails") || !strings.Contains(got.out, "no mails are sent") {
		t.Errorf("without: %s", got.out)
	}
	good := []string{"check", dir, "--mail-from", "The hub <hub@example.org>", "--public-url", "https://hub.example.org", "--mail"}
	if got := fine(t, append(good, s.Address)...); !strings.Contains(got.out, "sent by "+s.Address+" from hub@example.org") {
		t.Errorf("with: %s", got.out)
	}
	for _, bad := range [][]string{
		append(good, "smtp://u:geheim@127.0.0.1:1"),
		{"check", dir, "--mail", "smtp://u:geheim@h"},
		{"check", dir, "--mail", "geheim@h"},
		{"check", dir, "--mail", s.Address, "--mail-from", "hub@example.org"},
		{"check", dir, "--mail-reply", "a+b@example.org"},
	} {
		if got := hub(t, bad...); got.code != exitFailed || !strings.Contains(got.out, "WRONG  mails") || strings.Contains(got.out+got.err, "geheim") {
			t.Errorf("%v: %d %s", bad, got.code, got.out)
		}
	}
	for _, bad := range [][]string{{"serve", dir, "--mail", "x"}, {"serve", dir, "--lmtp", "127.0.0.1:0"}, {"serve", dir, "--mail-reply", "r@example.org", "--lmtp", "nowhere"}} {
		if got := hub(t, bad...); got.code != exitUsage {
			t.Errorf("%v: %d %s", bad, got.code, got.err)
		}
	}
}

// TestAMailThatIsPipedIn ends with the codes that mail servers understand.
func TestAMailThatIsPipedIn(t *testing.T) {
	t.Parallel()
	dir := "--data=" + filepath.Join(t.TempDir(), "data")
	fine(t, "person", "create", dir, "--secretariat", "ana@example.org", "Ana")
	for name, c := range map[string]struct {
		in   string
		args []string
		code int
	}{
		"nobody's address": {"From: ana@example.org\nTo: x@example.org\n\nHello", []string{"--mail-reply", "reply@example.org"}, exitMailNoUser},
		"no mail":          {"\x00", []string{"--mail-reply", "reply@example.org"}, exitMailData},
		"no address set":   {"From: a@example.org\n\nHello", nil, exitMailUsage},
		"no database":      {"From: a@example.org\n\nHello", []string{"--mail-reply", "reply@example.org", "--database", "postgres://nobody@127.0.0.1:1/none"}, exitMailTemporary},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"mail", "receive", dir}, c.args...)...) //nolint:gosec // the test's own binary
		cmd.Env = append(os.Environ(), asHub+"=1")
		cmd.Stdin = strings.NewReader(c.in)
		cmd.WaitDelay = 10 * time.Second
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != c.code {
			t.Errorf("%s: ends with %d, want %d: %s", name, got, c.code, out)
		}
	}
}
