// Package packaging holds what a release of JACO is recognized by.
package packaging

import (
	_ "embed"

	"jaco.example/jaco/internal/minisign"
)

// The key that signs the releases after this one. To rotate it, one release carries the new key and is signed with the old one.
//
//go:embed release-pubkey.txt
var releaseKey string

// ReleaseKey is the key that this program believes.
func ReleaseKey() (minisign.PublicKey, error) {
	return minisign.ParsePublicKey(releaseKey)
}
