package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	folder := t.TempDir()
	first, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Load(folder)
	if err != nil || again != first || len(first) != 64 {
		t.Fatalf("got %q and %q, %v", first, again, err)
	}
	stat, err := os.Stat(filepath.Join(folder, Name))
	if err != nil || stat.Mode() != 0o600 {
		t.Fatalf("got %v, %v", stat.Mode(), err)
	}
	if other, _ := Load(t.TempDir()); other == first {
		t.Fatal("two servers have one key")
	}
}

func TestADamagedKeyIsNotReplaced(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, Name), []byte("abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(folder); err == nil || !strings.Contains(err.Error(), "64 hexadecimal") {
		t.Fatalf("got %v", err)
	}
}
