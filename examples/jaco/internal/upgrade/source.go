package upgrade

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrAbsent says that a release has no such file.
var ErrAbsent = errors.New("there is no such file")

// Source is where a release lies: files by their names.
type Source interface {
	// Get reads a whole file, which may have so many bytes. Fails with ErrAbsent.
	Get(name string, atMost int64) ([]byte, error)
}

// Open takes a folder or a URL that ends where the names of files begin.
func Open(from string) Source {
	if strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://") {
		return site{strings.TrimSuffix(from, "/"), &http.Client{Timeout: 5 * time.Minute}}
	}
	return folder(from)
}

type folder string

func (dir folder) Get(name string, atMost int64) ([]byte, error) {
	file, err := os.Open(filepath.Join(string(dir), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", name, ErrAbsent)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readAll(file, name, atMost)
}

type site struct {
	base   string
	client *http.Client
}

func (site site) Get(name string, atMost int64) ([]byte, error) {
	response, err := site.client.Get(site.base + "/" + name)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%s: %w", name, ErrAbsent)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", name, response.Status)
	}
	return readAll(response.Body, name, atMost)
}

func readAll(reader io.Reader, name string, atMost int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(reader, atMost+1))
	if err == nil && int64(len(content)) > atMost {
		err = fmt.Errorf("%s has more than %d bytes", name, atMost)
	}
	return content, err
}
