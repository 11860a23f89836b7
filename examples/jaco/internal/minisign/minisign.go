// Package minisign checks signatures of minisign's pre-hashed form, which sign BLAKE2b-512 of a file and a trusted comment.
// The older form, which signs the file itself, is refused: its label is not signed, so one could be passed off as the other.
package minisign

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/blake2b"
)

const (
	keyAlgorithm       = "Ed"
	signatureAlgorithm = "ED"
	trustedPrefix      = "trusted comment: "
	// idSize is the length of a key's id, which tells keys apart and proves nothing.
	idSize = 8
)

// PublicKey is one that signatures are checked with.
type PublicKey struct {
	id  [idSize]byte
	key ed25519.PublicKey
}

// ParsePublicKey reads a minisign.pub: a comment, and the key in its second line.
func ParsePublicKey(text string) (PublicKey, error) {
	var parsed PublicKey
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "untrusted comment:") {
		return parsed, errors.New("this is no minisign public key")
	}
	raw, err := decode(lines[1], len(keyAlgorithm)+idSize+ed25519.PublicKeySize)
	if err != nil || string(raw[:2]) != keyAlgorithm {
		return parsed, errors.New("this is no minisign public key")
	}
	copy(parsed.id[:], raw[2:])
	parsed.key = ed25519.PublicKey(raw[2+idSize:])
	return parsed, nil
}

// Verify checks the signature of a message, and of the signature's trusted comment, which it returns.
func (key PublicKey) Verify(message []byte, signature string) (string, error) {
	lines := strings.Split(strings.TrimSuffix(signature, "\n"), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "untrusted comment:") || !strings.HasPrefix(lines[2], trustedPrefix) {
		return "", errors.New("this is no minisign signature")
	}
	raw, err := decode(lines[1], len(signatureAlgorithm)+idSize+ed25519.SignatureSize)
	if err != nil {
		return "", err
	}
	global, err := decode(lines[3], ed25519.SignatureSize)
	if err != nil {
		return "", err
	}
	if algorithm := raw[:2]; string(algorithm) != signatureAlgorithm {
		return "", fmt.Errorf("signatures of the kind %q are not accepted", algorithm)
	}
	if id := raw[2 : 2+idSize]; !bytes.Equal(id, key.id[:]) {
		return "", errors.New("it was made with another key")
	}
	signed, comment := raw[2+idSize:], strings.TrimPrefix(lines[2], trustedPrefix)
	digest := blake2b.Sum512(message)
	if !ed25519.Verify(key.key, digest[:], signed) {
		return "", errors.New("the signature is not of these bytes")
	}
	if !ed25519.Verify(key.key, append(bytes.Clone(signed), comment...), global) {
		return "", errors.New("the trusted comment was changed")
	}
	return comment, nil
}

func decode(text string, size int) ([]byte, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != size || strings.Contains(text, "\r") {
		return nil, errors.New("this is no minisign signature")
	}
	return raw, nil
}
