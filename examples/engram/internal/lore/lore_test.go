package lore

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
)

func open(t *testing.T, path string) *Book {
	t.Helper()
	book, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book
}

func TestLoreSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "100% engram?.db")
	first := open(t, path)
	kept, err := first.Add(t.Context(), "  WAL needs a local file system\n", "review 12")
	if err != nil {
		t.Fatal(err)
	}
	first.Close()

	got, err := open(t, path).Get(t.Context(), kept.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got != kept || got.Content != "WAL needs a local file system" {
		t.Fatalf("got %+v, want %+v", got, kept)
	}
}

func TestFindsTheNewestFirst(t *testing.T) {
	book := open(t, filepath.Join(t.TempDir(), "engram.db"))
	for _, content := range []string{"Go maps are unordered", "SQLite locks", "go vet first"} {
		if _, err := book.Add(t.Context(), content, ""); err != nil {
			t.Fatal(err)
		}
	}
	found, err := book.Find(t.Context(), "GO", 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || found[0].Content != "go vet first" || found[1].Content != "Go maps are unordered" {
		t.Fatalf("got %+v", found)
	}
	if limited, _ := book.Find(t.Context(), "", 1); len(limited) != 1 {
		t.Fatalf("got %d, want 1", len(limited))
	}
}

func TestRefusesWhatIsNotThere(t *testing.T) {
	book := open(t, filepath.Join(t.TempDir(), "engram.db"))
	if _, err := book.Get(t.Context(), 7); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if _, err := book.Add(t.Context(), " \n", "x"); !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v, want ErrEmpty", err)
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "missing", "engram.db")); err == nil {
		t.Error("opened a database in a folder that is not there")
	}
}

func TestManyMayWriteAtOnce(t *testing.T) {
	book := open(t, filepath.Join(t.TempDir(), "engram.db"))
	var writers sync.WaitGroup
	for range 8 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for range 10 {
				if _, err := book.Add(context.Background(), "lore", ""); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	writers.Wait()
	if count, err := book.Count(t.Context()); err != nil || count != 80 {
		t.Fatalf("got %d, %v", count, err)
	}
}
