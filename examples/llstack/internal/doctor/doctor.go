// Package doctor looks whether what a stack is made of is there.
package doctor

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/example/llstack/internal/site"
	"github.com/example/llstack/internal/stack"
)

// Check is one thing that was looked at.
type Check struct {
	Name string `json:"name"`
	// Status is "ok", "skipped" or "failed".
	Status string `json:"status"`
	Detail string `json:"detail"`
}

// Report is everything that was looked at; its status is "failed" if any check is.
type Report struct {
	Status string  `json:"status"`
	Checks []Check `json:"checks"`
}

// Examine looks at a machine. It changes nothing.
func Examine(root string) Report {
	state, err := stack.Load(root)
	if errors.Is(err, stack.ErrNotInstalled) {
		return reportOf(Check{"state", "skipped", "no stack is installed"})
	}
	if err != nil {
		return reportOf(Check{"state", "failed", err.Error()})
	}
	checks := []Check{{"state", "ok", state.Backend}}
	for _, one := range state.Sites {
		for _, path := range []string{site.Root(one), site.ConfigPath(state.Backend, one)} {
			checks = append(checks, present(root, one, path))
		}
	}
	return reportOf(checks...)
}

func present(root, site, path string) Check {
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		return Check{site, "failed", path + " cannot be read"}
	}
	return Check{site, "ok", path}
}

func reportOf(checks ...Check) Report {
	report := Report{Status: "ok", Checks: checks}
	for _, check := range checks {
		if check.Status == "failed" {
			report.Status = "failed"
		}
	}
	return report
}
