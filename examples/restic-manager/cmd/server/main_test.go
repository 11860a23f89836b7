package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// environment is a server's own data directory, with what more says over it.
func environment(t *testing.T, more map[string]string) func(string) (string, bool) {
	t.Helper()
	values := map[string]string{"RM_LISTEN": "127.0.0.1:0", "RM_DATA_DIR": t.TempDir(), "RM_BUNDLED_ASSETS_DIR": t.TempDir()}
	for name, value := range more {
		values[name] = value
	}
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

func TestVersionPrintsVersionCommitAndDate(t *testing.T) {
	version, commit, date = "1.0.0", "abc1234", "2026-01-30T12:00:00Z"
	var out bytes.Buffer
	if err := run(t.Context(), []string{"version"}, environment(t, nil), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	want := "restic-manager-server 1.0.0 (commit: abc1234, built: 2026-01-30T12:00:00Z)\n"
	if out.String() != want {
		t.Fatalf("got %q, want %q", out.String(), want)
	}
}

func TestUnknownCommandsAreErrors(t *testing.T) {
	for _, args := range [][]string{{"fly"}, {"key", "twice"}} {
		if err := run(t.Context(), args, environment(t, nil), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "Usage") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}

func TestServesWhatIsBundledUntilStopped(t *testing.T) {
	bundled, data := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(bundled, "install"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bundled, "install", "install.sh"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	logs, writer := io.Pipe()
	done := make(chan error, 1)
	lookup := environment(t, map[string]string{"RM_BUNDLED_ASSETS_DIR": bundled, "RM_DATA_DIR": data})
	go func() {
		done <- run(ctx, nil, lookup, io.Discard, writer)
		writer.Close()
	}()

	lines := json.NewDecoder(logs)
	var line struct{ Msg, Address string }
	for line.Address == "" {
		if err := lines.Decode(&line); err != nil {
			t.Fatal(err)
		}
	}
	go io.Copy(io.Discard, logs)
	response, err := http.Get("http://" + line.Address + "/install/install.sh")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil || string(body) != "#!/bin/sh\n" {
		t.Fatalf("got %s %q, %v", response.Status, body, err)
	}

	var key bytes.Buffer
	if err := run(ctx, []string{"key"}, lookup, &key, io.Discard); err != nil || key.Len() != 65 {
		t.Fatalf("got %q, %v", key.String(), err)
	}
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("did not stop")
	}
}
