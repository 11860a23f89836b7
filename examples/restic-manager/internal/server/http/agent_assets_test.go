package http

import (
	"encoding/json"
	stdhttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	binary = "/agent/binary?os=linux&arch=amd64"
	script = "/install/install.sh"
)

// folders makes a data directory and a bundled one that hold files by their path in each.
func folders(t *testing.T, data, bundled map[string]string) assets {
	t.Helper()
	made := assets{t.TempDir(), t.TempDir()}
	for folder, files := range map[string]map[string]string{made.dataDir: data, made.bundledDir: bundled} {
		for path, text := range files {
			write(t, filepath.Join(folder, path), text)
		}
	}
	return made
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(a assets, path string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	routes(a).ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
	return recorder
}

func both(text string) map[string]string {
	return map[string]string{
		"agent-binaries/restic-manager-agent-linux-amd64": text + " agent",
		"install/install.sh":                              text + " script",
	}
}

func expectBoth(t *testing.T, a assets, text string) {
	t.Helper()
	for path, want := range map[string]string{binary: text + " agent", script: text + " script"} {
		if got := get(a, path); got.Code != stdhttp.StatusOK || got.Body.String() != want {
			t.Errorf("%s: got %d %q, want %q", path, got.Code, got.Body, want)
		}
	}
}

func TestServesFromTheDataDir(t *testing.T) {
	expectBoth(t, folders(t, both("own"), nil), "own")
}

func TestFallsBackToWhatIsBundled(t *testing.T) {
	expectBoth(t, folders(t, nil, both("bundled")), "bundled")
}

func TestTheDataDirShadowsWhatIsBundled(t *testing.T) {
	expectBoth(t, folders(t, both("own"), both("bundled")), "own")
}

func TestNeitherIsNotFound(t *testing.T) {
	a := folders(t, nil, nil)
	for path, code := range map[string]string{
		binary:                            "binary_not_published",
		"/agent/binary?os=plan9&arch=386": "binary_not_published",
		script:                            "not_found",
		"/install/passwd":                 "not_found",
	} {
		got := get(a, path)
		var body struct{ Error, Message string }
		if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		if got.Code != stdhttp.StatusNotFound || body.Error != code || body.Message == "" {
			t.Errorf("%s: got %d %s", path, got.Code, got.Body)
		}
		if got.Header().Get("Content-Disposition") != "" || got.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %v", path, got.Header())
		}
	}
}

func TestWindowsHasItsExe(t *testing.T) {
	a := folders(t, nil, map[string]string{"agent-binaries/restic-manager-agent-windows-amd64.exe": "MZ"})
	got := get(a, "/agent/binary?os=windows&arch=amd64")
	if got.Body.String() != "MZ" || !strings.HasSuffix(got.Header().Get("Content-Disposition"), "amd64.exe") {
		t.Fatalf("got %d %v", got.Code, got.Header())
	}
}

func TestNothingLeadsOutOfTheFolders(t *testing.T) {
	a := folders(t, map[string]string{"secret.key": "secret", "agent-binaries/x": "x"}, nil)
	if err := os.Symlink("../secret.key", filepath.Join(a.dataDir, "agent-binaries", "restic-manager-agent-linux-amd64")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		binary,
		"/agent/binary?os=../../secret&arch=key",
		"/agent/binary?os=linux&arch=..%2F..%2Fsecret.key",
		"/agent/binary?os=linux%00&arch=amd64",
		"/agent/binary?os=&arch=amd64",
		"/install/..%2Fsecret.key",
		"/install/%2e%2e%2fsecret.key",
		"/install/../secret.key",
	} {
		got := get(a, path)
		if got.Code < 300 || got.Body.String() == "secret" {
			t.Errorf("%s: got %d %q", path, got.Code, got.Body)
		}
	}
}

func TestAFolderIsNoFile(t *testing.T) {
	a := folders(t, map[string]string{"install/install.sh/x": "x"}, both("bundled"))
	if got := get(a, script); got.Code != stdhttp.StatusOK || got.Body.String() != "bundled script" {
		t.Fatalf("got %d %q", got.Code, got.Body)
	}
}
