package store

import (
	"path/filepath"
	"testing"
	"time"

	"gitea.example/acme/restic-manager/internal/report"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	opened, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}

func TestHostsSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "restic manager%.db")
	first := open(t, path)
	taken := time.Date(2026, 5, 5, 3, 0, 0, 0, time.UTC)
	told := report.Report{Host: "nas", OS: "linux", Arch: "arm64", Agent: "1.0.0", Snapshot: &report.Snapshot{ID: "ab12", Time: taken}}
	if err := first.Put(t.Context(), told); err != nil {
		t.Fatal(err)
	}
	first.Close()

	hosts, err := open(t, path).Hosts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(hosts) != 1 || hosts[0].Host != "nas" || *hosts[0].Snapshot != *told.Snapshot || hosts[0].Seen.IsZero() {
		t.Fatalf("got %+v", hosts)
	}
}

func TestALaterReportTakesTheEarliersPlace(t *testing.T) {
	opened := open(t, filepath.Join(t.TempDir(), "hosts.db"))
	for _, told := range []report.Report{
		{Host: "web", Agent: "1.0.0", Problem: "restic is not installed"},
		{Host: "db", Agent: "1.0.0"},
		{Host: "web", Agent: "1.1.0"},
	} {
		if err := opened.Put(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	hosts, err := opened.Hosts(t.Context())
	if err != nil || len(hosts) != 2 {
		t.Fatalf("got %+v, %v", hosts, err)
	}
	if web := hosts[1]; hosts[0].Host != "db" || web.Agent != "1.1.0" || web.Problem != "" || web.Snapshot != nil {
		t.Fatalf("got %+v", hosts)
	}
	if count, err := opened.Count(t.Context()); err != nil || count != 2 {
		t.Fatalf("got %d, %v", count, err)
	}
}
