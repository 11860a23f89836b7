package http

import (
	"errors"
	"io/fs"
	stdhttp "net/http"
	"os"
	"path/filepath"
)

// installFiles are what /install/ serves, with their media types.
var installFiles = map[string]string{
	"install.sh":                   "text/x-shellscript; charset=utf-8",
	"install.ps1":                  "text/plain; charset=utf-8",
	"restic-manager-agent.service": "text/plain; charset=utf-8",
}

// assets are files for the hosts: the operator's own in dataDir shadow those that came with the server in bundledDir.
type assets struct {
	dataDir, bundledDir string
}

// agentBinary serves /agent/binary?os=linux&arch=amd64.
func (a assets) agentBinary(w stdhttp.ResponseWriter, r *stdhttp.Request) {
	system, arch := r.URL.Query().Get("os"), r.URL.Query().Get("arch")
	if !isWord(system) || !isWord(arch) {
		refuse(w, stdhttp.StatusBadRequest, "bad_request", "os and arch are needed, such as ?os=linux&arch=amd64")
		return
	}
	name := "restic-manager-agent-" + system + "-" + arch
	if system == "windows" {
		name += ".exe"
	}
	w.Header().Set("Content-Disposition", "attachment; filename="+name)
	a.serve(w, r, "agent-binaries", name, "application/octet-stream", "binary_not_published")
}

// installFile serves /install/NAME for the names there are.
func (a assets) installFile(w stdhttp.ResponseWriter, r *stdhttp.Request) {
	name := r.PathValue("name")
	mediaType, known := installFiles[name]
	if !known {
		refuse(w, stdhttp.StatusNotFound, "not_found", "there is no such file")
		return
	}
	a.serve(w, r, "install", name, mediaType, "not_found")
}

func (a assets) serve(w stdhttp.ResponseWriter, r *stdhttp.Request, folder, name, mediaType, code string) {
	file, err := a.open(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		w.Header().Del("Content-Disposition")
		refuse(w, stdhttp.StatusNotFound, code, name+" is not published")
		return
	}
	if err != nil {
		w.Header().Del("Content-Disposition")
		refuse(w, stdhttp.StatusInternalServerError, "unreadable", name+" cannot be read")
		return
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		refuse(w, stdhttp.StatusInternalServerError, "unreadable", name+" cannot be read")
		return
	}
	w.Header().Set("Content-Type", mediaType)
	stdhttp.ServeContent(w, r, name, stat.ModTime(), file)
}

// open finds a file in the data directory or else in the bundled one; fs.ErrNotExist where it is in neither.
func (a assets) open(folder, name string) (*os.File, error) {
	file, err := openIn(filepath.Join(a.dataDir, folder), name)
	if errors.Is(err, fs.ErrNotExist) {
		return openIn(filepath.Join(a.bundledDir, folder), name)
	}
	return file, err
}

// openIn opens a regular file of a folder. Neither a name nor a symbolic link leads out of it.
func openIn(folder, name string) (*os.File, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	if stat, err := file.Stat(); err != nil || !stat.Mode().IsRegular() {
		file.Close()
		return nil, errors.Join(fs.ErrNotExist, err)
	}
	return file, nil
}

// isWord reports whether text is a name of Go's for a system or architecture, as far as letters go.
func isWord(text string) bool {
	for _, letter := range text {
		if (letter < 'a' || letter > 'z') && (letter < '0' || letter > '9') {
			return false
		}
	}
	return text != "" && len(text) <= 16
}
