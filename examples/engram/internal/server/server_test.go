package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hyperengineering/engram/internal/lore"
)

func start(t *testing.T, key string) *httptest.Server {
	t.Helper()
	book, err := lore.Open(t.Context(), filepath.Join(t.TempDir(), "engram.db"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(New(book, key, "1.0.0"))
	t.Cleanup(func() { server.Close(); book.Close() })
	return server
}

func ask(t *testing.T, method, address, key, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestHealthNeedsNoKeyAndCountsLore(t *testing.T) {
	server := start(t, "secret")
	ask(t, "POST", server.URL+"/api/v1/lore", "secret", `{"content": "x"}`)
	status, body := ask(t, "GET", server.URL+"/health", "", "")
	if status != http.StatusOK || body != `{"lore":1,"status":"healthy","version":"1.0.0"}`+"\n" {
		t.Fatalf("got %d %s", status, body)
	}
}

func TestLoreIsAddedFoundAndRead(t *testing.T) {
	server := start(t, "")
	status, body := ask(t, "POST", server.URL+"/api/v1/lore", "", `{"content": "Names move last", "source": "design"}`)
	if status != http.StatusCreated || !strings.Contains(body, `"id":1`) {
		t.Fatalf("add: %d %s", status, body)
	}
	for _, path := range []string{"/api/v1/lore?q=move", "/api/v1/lore/1"} {
		status, body := ask(t, "GET", server.URL+path, "", "")
		if status != http.StatusOK || !strings.Contains(body, "Names move last") {
			t.Fatalf("%s: %d %s", path, status, body)
		}
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	server := start(t, "secret")
	for _, c := range []struct {
		method, path, key, body string
		status                  int
		part                    string
	}{
		{"GET", "/api/v1/lore", "", "", http.StatusUnauthorized, "API key"},
		{"GET", "/api/v1/lore", "guess", "", http.StatusUnauthorized, "API key"},
		{"POST", "/api/v1/lore", "secret", `{"content": ""}`, http.StatusUnprocessableEntity, "empty"},
		{"POST", "/api/v1/lore", "secret", `{"text": "x"}`, http.StatusBadRequest, "unknown field"},
		{"POST", "/api/v1/lore", "secret", `{`, http.StatusBadRequest, "EOF"},
		{"GET", "/api/v1/lore/9", "secret", "", http.StatusNotFound, "no such lore"},
		{"GET", "/api/v1/lore/nine", "secret", "", http.StatusNotFound, "no such lore"},
	} {
		status, body := ask(t, c.method, server.URL+c.path, c.key, c.body)
		if status != c.status || !strings.Contains(body, c.part) {
			t.Errorf("%s %s: got %d %s", c.method, c.path, status, body)
		}
	}
}
