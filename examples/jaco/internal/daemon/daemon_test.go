package daemon

import (
	"net/http/httptest"
	"strings"
	"testing"

	"jaco.example/jaco/internal/config"
)

func TestHealthNamesNodeAndVersion(t *testing.T) {
	recorder := httptest.NewRecorder()
	Handler(config.Settings{Node: "one"}, "v1.2.3").ServeHTTP(recorder, httptest.NewRequest("GET", "/health", nil))
	if body := recorder.Body.String(); !strings.Contains(body, `"node":"one"`) || !strings.Contains(body, "v1.2.3") {
		t.Fatal(body)
	}
}
