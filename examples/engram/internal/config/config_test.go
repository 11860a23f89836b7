package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "engram.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsWithoutAFile(t *testing.T) {
	got, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Config{"127.0.0.1:8080", "engram.db", "text"}); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestTheFileWinsOverDefaults(t *testing.T) {
	got, err := Load(write(t, "listen: :9000\nlog:\n  format: json\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Config{":9000", "engram.db", "json"}); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestThePackagedFileIsValid(t *testing.T) {
	got, err := Load("../../packaging/engram.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got.DBPath != "/var/lib/engram/engram.db" || got.LogFormat != "json" {
		t.Fatalf("got %+v", got)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for text, part := range map[string]string{
		"lisen: :9000\n":         "lisen",
		"log:\n  format: loud\n": "loud",
		"listen: [\n":            "yaml",
	} {
		if _, err := Load(write(t, text)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}
