package doctor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/example/llstack/internal/site"
	"github.com/example/llstack/internal/stack"
)

func TestAMachineWithoutAStackIsFine(t *testing.T) {
	if report := Examine(t.TempDir()); report.Status != "ok" || report.Checks[0].Status != "skipped" {
		t.Errorf("got %+v", report)
	}
}

func TestAConfigurationThatIsGoneIsFound(t *testing.T) {
	root := t.TempDir()
	plan, err := site.PlanCreate(stack.State{Backend: "ols"}, "shop.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Apply(root); err != nil {
		t.Fatal(err)
	}
	if report := Examine(root); report.Status != "ok" || len(report.Checks) != 3 {
		t.Errorf("got %+v", report)
	}
	if err := os.Remove(filepath.Join(root, site.ConfigPath("ols", "shop.example"))); err != nil {
		t.Fatal(err)
	}
	if report := Examine(root); report.Status != "failed" {
		t.Errorf("got %+v", report)
	}
}

func TestAStateThatCannotBeReadIsFound(t *testing.T) {
	root := t.TempDir()
	plan := stack.Plan{Files: []stack.File{{Path: stack.StatePath, Content: []byte("{")}}}
	if err := plan.Apply(root); err != nil {
		t.Fatal(err)
	}
	if report := Examine(root); report.Status != "failed" {
		t.Errorf("got %+v", report)
	}
}
