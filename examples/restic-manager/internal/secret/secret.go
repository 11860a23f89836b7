// Package secret keeps the key that agents show to the server.
package secret

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Name is the key's file in the data directory.
const Name = "secret.key"

const bytes = 32

// Load reads the key of a data directory and makes one where there is none.
func Load(dataDir string) (string, error) {
	path := filepath.Join(dataDir, Name)
	kept, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(kept))
	if decoded, err := hex.DecodeString(key); err != nil || len(decoded) != bytes {
		return "", fmt.Errorf("%s is not a key: expected %d hexadecimal digits", path, 2*bytes)
	}
	return key, nil
}

func create(path string) (string, error) {
	random := make([]byte, bytes)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	key := hex.EncodeToString(random)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(key + "\n")
	return key, errors.Join(err, file.Close())
}
