package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jacod.yaml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsStandForWhatIsLeftOut(t *testing.T) {
	settings, err := Load(write(t, "node: one\n"))
	if err != nil || settings.Listen != "127.0.0.1:7443" || settings.Node != "one" {
		t.Fatalf("%+v %v", settings, err)
	}
}

func TestAnUnknownKeyIsAnError(t *testing.T) {
	_, err := Load(write(t, "listne: 0.0.0.0:1\n"))
	if err == nil || !strings.Contains(err.Error(), "listne") {
		t.Fatal(err)
	}
}
