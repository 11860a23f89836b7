package site

import (
	"strings"
	"testing"

	"github.com/example/llstack/internal/stack"
)

func TestASiteIsConfiguredAsItsBackendReadsIt(t *testing.T) {
	for backend, want := range map[string]string{
		"apache": "DocumentRoot /var/www/shop.example\n",
		"ols":    "docRoot /var/www/shop.example\n",
	} {
		plan, err := PlanCreate(stack.State{Backend: backend}, "shop.example")
		if err != nil {
			t.Fatal(err)
		}
		file := plan.Files[1]
		if file.Path != ConfigPath(backend, "shop.example") || !strings.Contains(string(file.Content), want) {
			t.Errorf("%s: %s: %s", backend, file.Path, file.Content)
		}
	}
}

func TestNamesThatAreNoHostNamesAndSitesThatAreThereAreRefused(t *testing.T) {
	state := stack.State{Backend: "apache", Sites: []string{"shop.example"}}
	for _, site := range []string{"", "..", "a/b.example", "Shop.example", "-a.example", "shop.example", "shop.example\n"} {
		if _, err := PlanCreate(state, site); err == nil {
			t.Errorf("%q was planned", site)
		}
	}
}
