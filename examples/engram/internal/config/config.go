// Package config reads engram.yaml.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// Config says where Engram listens, where its lore is kept and how it logs.
type Config struct {
	Listen    string
	DBPath    string
	LogFormat string // text or json
}

type file struct {
	Listen string `yaml:"listen"`
	DBPath string `yaml:"db_path"`
	Log    struct {
		Format string `yaml:"format"`
	} `yaml:"log"`
}

// Load reads a file, or gives the defaults when path is empty. An unknown key is an error.
func Load(path string) (Config, error) {
	var read file
	if path != "" {
		opened, err := os.Open(path)
		if err != nil {
			return Config{}, err
		}
		defer opened.Close()
		decoder := yaml.NewDecoder(opened)
		decoder.KnownFields(true)
		if err := decoder.Decode(&read); err != nil && !errors.Is(err, io.EOF) {
			return Config{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	settings := Config{
		Listen:    orElse(read.Listen, "127.0.0.1:8080"),
		DBPath:    orElse(read.DBPath, "engram.db"),
		LogFormat: orElse(read.Log.Format, "text"),
	}
	if settings.LogFormat != "text" && settings.LogFormat != "json" {
		return Config{}, fmt.Errorf("%s: log.format is %q, expected text or json", path, settings.LogFormat)
	}
	return settings, nil
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
