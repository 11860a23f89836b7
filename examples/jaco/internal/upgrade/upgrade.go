// Package upgrade verifies releases of JACO and puts their programs in the place of the ones that run.
package upgrade

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"jaco.example/jaco/internal/minisign"
)

const (
	listName      = "SHA256SUMS"
	signatureName = "SHA256SUMS.minisig"

	// Nobody's list or signature is larger; a tarball may be.
	maxList    = 1 << 20
	maxTarball = 256 << 20
)

// Error is one that callers tell apart by its code.
type Error struct {
	Code string
	Err  error
}

func (err *Error) Error() string { return err.Code + ": " + err.Err.Error() }
func (err *Error) Unwrap() error { return err.Err }

// VerificationFailed is the code of what is not what the project released.
const VerificationFailed = "upgrade_verification_failed"

func refused(format string, args ...any) error {
	return &Error{VerificationFailed, fmt.Errorf(format, args...)}
}

// Release is one whose bytes are what the key's owner signed.
type Release struct {
	Version string
	tarball []byte
}

// Fetch gets a release for this machine and verifies it: the signature of the list of checksums, then the tarball by its line in
// that list. Nothing of the release is used before both are right. Only a version after the current one is an upgrade.
func Fetch(source Source, key minisign.PublicKey, current string) (Release, error) {
	var release Release
	list, err := source.Get(listName, maxList)
	if err != nil {
		return release, err
	}
	signature, err := source.Get(signatureName, maxList)
	if errors.Is(err, ErrAbsent) {
		return release, refused("the release is not signed")
	}
	if err != nil {
		return release, err
	}
	if _, err := key.Verify(list, string(signature)); err != nil {
		return release, refused("%s: %w", signatureName, err)
	}
	line, err := lineFor(string(list), runtime.GOOS+"-"+runtime.GOARCH)
	if err != nil {
		return release, err
	}
	if after, err := isAfter(line.version, current); err != nil || !after {
		return release, errors.Join(err, fmt.Errorf("%s is no upgrade of %s", line.version, current))
	}
	tarball, err := source.Get(line.name, maxTarball)
	if err != nil {
		return release, err
	}
	if digest := sha256.Sum256(tarball); !bytes.Equal(digest[:], line.digest) {
		return release, refused("%s is not the one that %s lists", line.name, listName)
	}
	return Release{Version: line.version, tarball: tarball}, nil
}

type line struct {
	digest        []byte
	name, version string
}

var lineForm = regexp.MustCompile(`^([0-9a-f]{64})  ([^\s/\\]+)$`)

// lineFor finds the one tarball for a platform in a list of checksums, each of whose lines has the form it should have.
func lineFor(list, platform string) (line, error) {
	var found []line
	tarball := regexp.MustCompile(`^jaco-(v[^-]+(?:-[0-9A-Za-z.-]+)?)-` + regexp.QuoteMeta(platform) + `\.tar\.gz$`)
	for _, text := range strings.Split(strings.TrimSuffix(list, "\n"), "\n") {
		parts := lineForm.FindStringSubmatch(text)
		if parts == nil {
			return line{}, refused("%s has a line that is none: %q", listName, text)
		}
		if named := tarball.FindStringSubmatch(parts[2]); named != nil {
			digest, err := hex.DecodeString(parts[1])
			if err != nil {
				return line{}, err
			}
			found = append(found, line{digest, parts[2], named[1]})
		}
	}
	if len(found) != 1 {
		return line{}, refused("%s lists %d tarballs for %s", listName, len(found), platform)
	}
	return found[0], nil
}
