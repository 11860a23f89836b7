package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func said(t *testing.T, args ...string) string {
	t.Helper()
	var stdout strings.Builder
	if err := run(args, &stdout); err != nil {
		t.Fatalf("llstack %s: %v", strings.Join(args, " "), err)
	}
	return stdout.String()
}

func TestVersionIsSaidAsTextAndAsJSON(t *testing.T) {
	if got := said(t, "version"); got != "llstack dev (commit: none, built: unknown)\n" {
		t.Errorf("got %q", got)
	}
	var version struct{ Version, Platform string }
	if err := json.Unmarshal([]byte(said(t, "version", "--json")), &version); err != nil {
		t.Fatal(err)
	}
	if version.Version != "dev" || !strings.Contains(version.Platform, "-") {
		t.Errorf("got %+v", version)
	}
}

func TestDryRunsWriteNothing(t *testing.T) {
	root := t.TempDir()
	got := said(t, "install", "--dry-run", "--backend", "ols", "--root", root)
	if got != "would write /etc/llstack/state.json\n" {
		t.Errorf("got %q", got)
	}
	got = said(t, "site:create", "shop.example", "--dry-run", "--root", root)
	if !strings.Contains(got, "would write /etc/httpd/conf.d/shop.example.conf\n") {
		t.Errorf("got %q", got)
	}
	if got = said(t, "status", "--root", root); got != "not installed\n" {
		t.Errorf("got %q", got)
	}
}

func TestAnInstalledStackHasSites(t *testing.T) {
	root := t.TempDir()
	said(t, "install", "--root", root)
	said(t, "site:create", "shop.example", "--root", root)
	if got := said(t, "status", "--root", root); got != "apache, sites: 1\n" {
		t.Errorf("got %q", got)
	}
	if got := said(t, "doctor", "--json", "--root", root); !strings.Contains(got, `"status": "ok"`) {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsUnknownIsRefused(t *testing.T) {
	for _, args := range [][]string{
		{"uninstall"},
		{"install", "--backend", "nginx"},
		{"site:create"},
		{"site:create", "../shop", "--dry-run"},
		{"site:create", "shop.example", "--root", t.TempDir()},
	} {
		if err := run(args, &strings.Builder{}); err == nil {
			t.Errorf("%q was done", args)
		}
	}
}
