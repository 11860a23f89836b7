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

func TestVersionPrintsVersionCommitAndDate(t *testing.T) {
	Version, Commit, Date = "1.0.0", "abc1234", "2026-01-30T12:00:00Z"
	var out bytes.Buffer
	if err := run(context.Background(), []string{"version"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	want := "engram 1.0.0 (commit: abc1234, built: 2026-01-30T12:00:00Z)\n"
	if out.String() != want {
		t.Fatalf("got %q, want %q", out.String(), want)
	}
}

func TestUnknownCommandIsAnError(t *testing.T) {
	err := run(context.Background(), []string{"fly"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `"fly"`) {
		t.Fatalf("got %v", err)
	}
}

func TestServesByItsConfigFileUntilStopped(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "engram.yaml")
	text := "listen: 127.0.0.1:0\ndb_path: " + filepath.ToSlash(filepath.Join(folder, "engram.db")) + "\nlog:\n  format: json\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	logs, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"--config", file}, io.Discard, writer)
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
	response, err := http.Get("http://" + line.Address + "/health")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("health answered %s", response.Status)
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
