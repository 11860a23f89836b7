package minisign

import (
	"strings"
	"testing"
)

// Made by minisign 0.11.
const (
	publicKey = `untrusted comment: minisign public key E015FEB4A1FA3D3
RWTTox9K618BDoMn3rkZ2UglOnvyC/j9caNqym/98mNlF3scifXNivk/
`
	message   = "aabbcc  jaco.tar.gz\n"
	signature = `untrusted comment: a signature
RUTTox9K618BDkETsUTAXMHZ7EwXtX8K+FO/2bJH1jn4L3Pv/GS+LqoaC0URUY9SmocAV4KaR25gCk6GFIZycYdE6pQkyuZYDA0=
trusted comment: jaco v0.1.0
i6cy2qrPl2uRlObxsiHGuY4PY67MvULa/u2z2AN165mTs3cybQSE+l+bfWQJtjSw83q7IUTlpiHk1n2t8peDDA==
`
	// Of the text "legacy", in the form that signs the file itself.
	legacy = `untrusted comment: signature from minisign secret key
RWTTox9K618BDoRUWgX2pY6TNsJTxGuK+/vaTcQwyVBQzpc0QwBh+YHgtZ5K+1FdBIN2wWIdvfMkEX7vfhYUc3tx7rmI8zd4CgI=
trusted comment: old
fnUeq3z8/TrhvjkdaruUFI1Qe6oc9SuIrAyic80hHEjM/rFH8mzZZ6g5PLk0G44hhaUZBUGkSdXE36SXp+4lDw==
`
)

func key(t *testing.T) PublicKey {
	t.Helper()
	key, err := ParsePublicKey(publicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestWhatMinisignSignedIsVerified(t *testing.T) {
	comment, err := key(t).Verify([]byte(message), signature)
	if err != nil || comment != "jaco v0.1.0" {
		t.Errorf("got %q, %v", comment, err)
	}
}

func TestAnyOtherByteIsRefused(t *testing.T) {
	key := key(t)
	for index := range message {
		changed := []byte(message)
		changed[index] ^= 1
		if _, err := key.Verify(changed, signature); err == nil {
			t.Errorf("byte %d may be another", index)
		}
	}
	// The first line is a comment that nobody signed.
	for index := strings.Index(signature, "\n"); index < len(signature)-1; index++ {
		changed := []byte(signature)
		changed[index] ^= 1
		if _, err := key.Verify([]byte(message), string(changed)); err == nil {
			t.Errorf("byte %d of the signature may be another", index)
		}
	}
}

func TestTheFormThatSignsFilesThemselvesIsRefused(t *testing.T) {
	key := key(t)
	if _, err := key.Verify([]byte("legacy"), legacy); err == nil {
		t.Error("a legacy signature was accepted")
	}
	relabelled := strings.Replace(legacy, "RWTTox9K", "RUTTox9K", 1)
	if _, err := key.Verify([]byte("legacy"), relabelled); err == nil {
		t.Error("a legacy signature was accepted under another label")
	}
}

func TestWhatIsNoKeyAndNoSignatureIsRefused(t *testing.T) {
	for _, text := range []string{"", "RWTTox9K", publicKey + publicKey, strings.Replace(publicKey, "RWTT", "RUTT", 1)} {
		if _, err := ParsePublicKey(text); err == nil {
			t.Errorf("%q is a key", text)
		}
	}
	for _, text := range []string{"", "\n\n\n", message, signature + "more\n", strings.ReplaceAll(signature, "\n", "\r\n")} {
		if _, err := key(t).Verify([]byte(message), text); err == nil {
			t.Errorf("%q is a signature", text)
		}
	}
}
