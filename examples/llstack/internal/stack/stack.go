// Package stack holds what is known of a machine's web server stack, and changes it by plans: files that are to be written.
package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrNotInstalled says that no stack was installed on this machine.
var ErrNotInstalled = errors.New("no stack is installed")

// StatePath is where the state lies, below the machine's root.
const StatePath = "/etc/llstack/state.json"

// Backends are the web servers there are: Apache, OpenLiteSpeed, LiteSpeed Enterprise.
var Backends = []string{"apache", "lsws", "ols"}

// State is what was installed and created.
type State struct {
	Backend string   `json:"backend"`
	Sites   []string `json:"sites"`
}

// File is one that is to be written.
type File struct {
	// Path begins at the machine's root.
	Path    string
	Content []byte
}

// Plan is what is to be done.
type Plan struct{ Files []File }

// Load reads the state of a machine. Fails with ErrNotInstalled where there is none.
func Load(root string) (State, error) {
	var state State
	bytes, err := os.ReadFile(filepath.Join(root, StatePath))
	if errors.Is(err, fs.ErrNotExist) {
		return state, ErrNotInstalled
	}
	if err != nil {
		return state, err
	}
	if err := json.Unmarshal(bytes, &state); err != nil {
		return state, fmt.Errorf("%s: %w", StatePath, err)
	}
	return state, nil
}

// PlanInstall says what makes a machine one with this backend. Sites that are there stay.
func PlanInstall(root, backend string) (Plan, error) {
	if !slices.Contains(Backends, backend) {
		return Plan{}, fmt.Errorf("there is no backend %q, only %q", backend, Backends)
	}
	state, err := Load(root)
	if err != nil && !errors.Is(err, ErrNotInstalled) {
		return Plan{}, err
	}
	state.Backend = backend
	file, err := state.File()
	return Plan{Files: []File{file}}, err
}

// File is the state as it is written.
func (state State) File() (File, error) {
	content, err := json.MarshalIndent(state, "", "  ")
	return File{Path: StatePath, Content: append(content, '\n')}, err
}

// Apply writes every file of the plan below root, in order.
func (plan Plan) Apply(root string) error {
	for _, file := range plan.Files {
		path := filepath.Join(root, file.Path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
