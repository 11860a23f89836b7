package upgrade

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/crypto/blake2b"

	"jaco.example/jaco/internal/minisign"
)

const keyID = "\x01\x02\x03\x04\x05\x06\x07\x08"

var tarballName = "jaco-v0.2.0-" + runtime.GOOS + "-" + runtime.GOARCH + ".tar.gz"

func newKey(t *testing.T) (minisign.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	text := "untrusted comment: a key\n" + base64.StdEncoding.EncodeToString(append([]byte("Ed"+keyID), public...)) + "\n"
	key, err := minisign.ParsePublicKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key, private
}

func sign(private ed25519.PrivateKey, message []byte) []byte {
	digest := blake2b.Sum512(message)
	signed := ed25519.Sign(private, digest[:])
	global := ed25519.Sign(private, append(bytes.Clone(signed), "v0.2.0"...))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, "untrusted comment: x\n%s\ntrusted comment: v0.2.0\n%s\n",
		encode(append([]byte("ED"+keyID), signed...)), encode(global))
}

func tarballOf(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	writer := tar.NewWriter(zipped)
	for name, content := range files {
		header := tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(content))}
		if err := writer.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(writer.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// releaseIn writes a release signed with a key into a folder.
func releaseIn(t *testing.T, folder string, private ed25519.PrivateKey) {
	t.Helper()
	tarball := tarballOf(t, map[string]string{"jaco": "new jaco", "jacod": "new jacod", "LICENSE": "MIT"})
	list := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(tarball), tarballName)
	for name, content := range map[string][]byte{
		tarballName: tarball, listName: list, signatureName: sign(private, list),
	} {
		put(t, filepath.Join(folder, name), content)
	}
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func isRefused(err error) bool {
	var coded *Error
	return errors.As(err, &coded) && coded.Code == VerificationFailed
}

func TestARightReleaseTakesThePlaceOfTheOldOne(t *testing.T) {
	key, private := newKey(t)
	folder, bin := t.TempDir(), t.TempDir()
	releaseIn(t, folder, private)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	for _, from := range []string{folder, server.URL, server.URL + "/"} {
		release, err := Fetch(Open(from), key, "v0.1.9")
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(bin, "jaco"), []byte("old jaco"))
		if err := release.Apply(bin); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(bin)
	if err != nil || len(entries) != 2 {
		t.Errorf("got %v, %v", entries, err)
	}
	if content, err := os.ReadFile(filepath.Join(bin, "jaco")); err != nil || string(content) != "new jaco" {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestWhatIsNotTheReleaseOfTheKeysOwnerIsRefused(t *testing.T) {
	key, private := newKey(t)
	_, strangers := newKey(t)
	for name, change := range map[string]func(folder string){
		"a stranger's":    func(folder string) { releaseIn(t, folder, strangers) },
		"another tarball": func(folder string) { put(t, filepath.Join(folder, tarballName), []byte("evil")) },
		"another list":    func(folder string) { put(t, filepath.Join(folder, listName), []byte("00  "+tarballName+"\n")) },
		"no tarball for this machine": func(folder string) {
			list := fmt.Appendf(nil, "%064x  %s\n", 0, "jaco-v0.2.0-plan9-mips.tar.gz")
			put(t, filepath.Join(folder, listName), list)
			put(t, filepath.Join(folder, signatureName), sign(private, list))
		},
		"two tarballs": func(folder string) {
			list := fmt.Appendf(nil, "%064x  %s\n%064x  %s\n", 0, tarballName, 1, tarballName)
			put(t, filepath.Join(folder, listName), list)
			put(t, filepath.Join(folder, signatureName), sign(private, list))
		},
		"a list that is none": func(folder string) {
			list := []byte("evil\n")
			put(t, filepath.Join(folder, listName), list)
			put(t, filepath.Join(folder, signatureName), sign(private, list))
		},
		"no signature": func(folder string) {
			if err := os.Remove(filepath.Join(folder, signatureName)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		folder := t.TempDir()
		releaseIn(t, folder, private)
		change(folder)
		if _, err := Fetch(Open(folder), key, "v0.1.0"); !isRefused(err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOnlyALaterVersionIsAnUpgrade(t *testing.T) {
	key, private := newKey(t)
	folder := t.TempDir()
	releaseIn(t, folder, private)
	for _, current := range []string{"v0.2.0", "v0.2.1", "v0.10.0", "v1.0.0", "dev", ""} {
		if _, err := Fetch(Open(folder), key, current); err == nil {
			t.Errorf("v0.2.0 is an upgrade of %q", current)
		}
	}
}
