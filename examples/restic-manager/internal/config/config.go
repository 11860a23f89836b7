// Package config reads the server's settings from its environment.
package config

import "fmt"

// Config says where the server listens, where it keeps its state and what came with it.
type Config struct {
	// Listen is the address, such as :8080.
	Listen string
	// DataDir holds the operator's state: the database, the key of the agents, and files that shadow the bundled ones.
	DataDir string
	// BundledAssetsDir holds what came with this version: agent-binaries/ and install/. It is only read.
	BundledAssetsDir string
}

// FromEnv reads RM_LISTEN, RM_DATA_DIR and RM_BUNDLED_ASSETS_DIR; lookup is os.LookupEnv.
func FromEnv(lookup func(string) (string, bool)) (Config, error) {
	var settings Config
	for _, setting := range []struct {
		name, fallback string
		field          *string
	}{
		{"RM_LISTEN", ":8080", &settings.Listen},
		{"RM_DATA_DIR", "/var/lib/restic-manager", &settings.DataDir},
		{"RM_BUNDLED_ASSETS_DIR", "/opt/restic-manager/dist", &settings.BundledAssetsDir},
	} {
		value, set := lookup(setting.name)
		switch {
		case !set:
			*setting.field = setting.fallback
		case value == "":
			return Config{}, fmt.Errorf("%s is empty; unset it for %s", setting.name, setting.fallback)
		default:
			*setting.field = value
		}
	}
	return settings, nil
}
