package config

import (
	"strings"
	"testing"
)

func from(values map[string]string) (Config, error) {
	return FromEnv(func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	})
}

func TestDefaultsAreThoseOfTheImage(t *testing.T) {
	got, err := from(nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Config{":8080", "/var/lib/restic-manager", "/opt/restic-manager/dist"}); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestTheEnvironmentWins(t *testing.T) {
	got, err := from(map[string]string{"RM_BUNDLED_ASSETS_DIR": "dist", "RM_LISTEN": "127.0.0.1:9000"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Config{"127.0.0.1:9000", "/var/lib/restic-manager", "dist"}); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
}

func TestAnEmptySettingIsAMistake(t *testing.T) {
	if _, err := from(map[string]string{"RM_DATA_DIR": ""}); err == nil || !strings.Contains(err.Error(), "RM_DATA_DIR") {
		t.Fatalf("got %v", err)
	}
}
