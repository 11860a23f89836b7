package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gitea.example/acme/restic-manager/internal/report"
)

func TestVersionPrintsVersionCommitAndDate(t *testing.T) {
	version, commit, date = "1.0.0", "abc1234", "2026-01-30T12:00:00Z"
	var out bytes.Buffer
	if err := run(t.Context(), []string{"version"}, nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if want := "restic-manager-agent 1.0.0 (commit: abc1234, built: 2026-01-30T12:00:00Z)\n"; out.String() != want {
		t.Fatalf("got %q, want %q", out.String(), want)
	}
}

// reports starts a server that hands on what it is told, and answers with a status.
func reports(t *testing.T, status int) (func(string) string, <-chan report.Report) {
	t.Helper()
	told := make(chan report.Report, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var one report.Report
		if r.Method != "PUT" || r.Header.Get("Authorization") != "Bearer k3y" || json.NewDecoder(r.Body).Decode(&one) != nil {
			t.Errorf("got %s %s", r.Method, r.URL)
		}
		told <- one
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	values := map[string]string{"RM_SERVER": server.URL + "/", "RM_KEY": "k3y", "RM_HOST": "nas"}
	return func(name string) string { return values[name] }, told
}

func TestReportsOnceEvenWithoutRestic(t *testing.T) {
	t.Setenv("PATH", "")
	env, told := reports(t, http.StatusNoContent)
	if err := run(t.Context(), []string{"--once"}, env, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if got := <-told; got.Host != "nas" || got.OS == "" || got.Snapshot != nil || !strings.Contains(got.Problem, "restic") {
		t.Fatalf("got %+v", got)
	}
}

func TestAServerThatRefusesIsAnErrorOnceAndIsAskedAgainOtherwise(t *testing.T) {
	env, told := reports(t, http.StatusUnauthorized)
	if err := run(t.Context(), []string{"--once"}, env, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "401") {
		t.Fatalf("got %v", err)
	}
	<-told
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"--interval", "1ms"}, env, io.Discard, io.Discard) }()
	for range 2 {
		<-told
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

func TestWhereToReportMustBeSaid(t *testing.T) {
	err := run(t.Context(), nil, func(string) string { return "" }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "RM_SERVER") {
		t.Fatalf("got %v", err)
	}
}

func TestTheNewestSnapshotIsReported(t *testing.T) {
	got, err := newest([]byte(`[{"id":"old","time":"2026-01-01T00:00:00Z"},{"id":"new","time":"2026-05-05T03:00:00.5+02:00"},{"id":"mid","time":"2026-03-01T00:00:00Z"}]`))
	if err != nil || got == nil || got.ID != "new" {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got, err := newest([]byte("[]")); err != nil || got != nil {
		t.Fatalf("got %+v, %v", got, err)
	}
	if _, err := newest([]byte("no")); err == nil {
		t.Fatal("took text for a list")
	}
}
