package http

import (
	stdhttp "net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"gitea.example/acme/restic-manager/internal/config"
	"gitea.example/acme/restic-manager/internal/store"
)

func handler(t *testing.T) stdhttp.Handler {
	t.Helper()
	folder := t.TempDir()
	hosts, err := store.Open(t.Context(), filepath.Join(folder, "hosts.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { hosts.Close() })
	return New(config.Config{DataDir: folder, BundledAssetsDir: t.TempDir()}, hosts, "k3y", "1.0.0")
}

func ask(h stdhttp.Handler, method, path, key, body string) (int, string) {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

func TestReportsAreKeptAndListed(t *testing.T) {
	h := handler(t)
	body := `{"host":"nas","os":"linux","arch":"arm64","agent":"1.0.0","snapshot":{"id":"ab12","time":"2026-05-05T03:00:00Z"}}`
	if status, text := ask(h, "PUT", "/api/v1/hosts/nas", "k3y", body); status != stdhttp.StatusNoContent {
		t.Fatalf("put: %d %s", status, text)
	}
	status, text := ask(h, "GET", "/api/v1/hosts", "k3y", "")
	if status != stdhttp.StatusOK || !strings.Contains(text, strings.TrimSuffix(body, "}")) {
		t.Fatalf("list: %d %s", status, text)
	}
	status, text = ask(h, "GET", "/health", "", "")
	if status != stdhttp.StatusOK || text != `{"hosts":1,"status":"healthy","version":"1.0.0"}`+"\n" {
		t.Fatalf("health: %d %s", status, text)
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	h := handler(t)
	for _, c := range []struct {
		method, path, key, body string
		status                  int
		part                    string
	}{
		{"GET", "/api/v1/hosts", "", "", stdhttp.StatusUnauthorized, "unauthorized"},
		{"PUT", "/api/v1/hosts/nas", "guess", "{}", stdhttp.StatusUnauthorized, "unauthorized"},
		{"PUT", "/api/v1/hosts/nas", "k3y", "{", stdhttp.StatusBadRequest, "EOF"},
		{"PUT", "/api/v1/hosts/nas", "k3y", `{"host":"web"}`, stdhttp.StatusBadRequest, "another host"},
	} {
		status, body := ask(h, c.method, c.path, c.key, c.body)
		if status != c.status || !strings.Contains(body, c.part) {
			t.Errorf("%s %s: got %d %s", c.method, c.path, status, body)
		}
	}
}
