// Package config reads jacod.yaml, whose schema is closed: a key nobody knows is an error.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// Settings of the daemon.
type Settings struct {
	// Listen is the address the daemon answers at.
	Listen string `yaml:"listen"`
	// Node is the name it gives itself; empty: the host's.
	Node string `yaml:"node"`
	// DataDir is where its state lies.
	DataDir string `yaml:"data_dir"`
}

// Load reads a file; what it leaves out has a default.
func Load(path string) (Settings, error) {
	settings := Settings{Listen: "127.0.0.1:7443", DataDir: "/var/lib/jaco"}
	file, err := os.Open(path)
	if err != nil {
		return settings, err
	}
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	if err := decoder.Decode(&settings); err != nil && !errors.Is(err, io.EOF) {
		return settings, fmt.Errorf("%s: %w", path, err)
	}
	if settings.Node == "" {
		settings.Node, err = os.Hostname()
	}
	return settings, err
}
