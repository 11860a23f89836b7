// Package lore keeps lore in a SQLite database, by a driver in pure Go.
package lore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

// Lore is one thing somebody learned.
type Lore struct {
	ID      int64     `json:"id"`
	Content string    `json:"content"`
	Source  string    `json:"source,omitempty"`
	Created time.Time `json:"created"`
}

// ErrNotFound says that no lore has the asked-for id.
var ErrNotFound = errors.New("no such lore")

// ErrEmpty says that lore without content was refused.
var ErrEmpty = errors.New("content is empty")

// Book is an open database of lore, safe for use by several goroutines.
type Book struct {
	db  *sql.DB
	now func() time.Time
}

const schema = `CREATE TABLE IF NOT EXISTS lore (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	content TEXT NOT NULL,
	source  TEXT NOT NULL,
	created TEXT NOT NULL
)`

// Open opens the database at path and creates it when there is none.
func Open(ctx context.Context, path string) (*Book, error) {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+escaped+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Book{db: db, now: time.Now}, nil
}

// Close ends the use of the database.
func (b *Book) Close() error { return b.db.Close() }

// Add keeps one lore and returns it with its id.
func (b *Book) Add(ctx context.Context, content, source string) (Lore, error) {
	content = strings.TrimSpace(content)
	if content == "" {
		return Lore{}, ErrEmpty
	}
	created := b.now().UTC().Truncate(time.Second)
	result, err := b.db.ExecContext(ctx, "INSERT INTO lore (content, source, created) VALUES (?, ?, ?)",
		content, source, created.Format(time.RFC3339))
	if err != nil {
		return Lore{}, err
	}
	id, err := result.LastInsertId()
	return Lore{ID: id, Content: content, Source: source, Created: created}, err
}

// Get returns one lore, or ErrNotFound.
func (b *Book) Get(ctx context.Context, id int64) (Lore, error) {
	found, err := b.query(ctx, "WHERE id = ?", id)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Lore{}, err
	}
	return found[0], nil
}

// Find returns the lore whose content holds a text, the newest first, at most limit of them.
func (b *Book) Find(ctx context.Context, text string, limit int) ([]Lore, error) {
	return b.query(ctx, "WHERE instr(lower(content), lower(?)) > 0 ORDER BY id DESC LIMIT ?", text, limit)
}

// Count says how much lore there is.
func (b *Book) Count(ctx context.Context) (int64, error) {
	var count int64
	err := b.db.QueryRowContext(ctx, "SELECT count(*) FROM lore").Scan(&count)
	return count, err
}

func (b *Book) query(ctx context.Context, where string, args ...any) ([]Lore, error) {
	rows, err := b.db.QueryContext(ctx, "SELECT id, content, source, created FROM lore "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []Lore{}
	for rows.Next() {
		var one Lore
		var created string
		if err := rows.Scan(&one.ID, &one.Content, &one.Source, &created); err != nil {
			return nil, err
		}
		if one.Created, err = time.Parse(time.RFC3339, created); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}
