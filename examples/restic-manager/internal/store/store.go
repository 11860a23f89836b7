// Package store keeps what agents reported in a SQLite database, by a driver in pure Go.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"gitea.example/acme/restic-manager/internal/report"
)

// Host is the last report of a host and when it came.
type Host struct {
	report.Report
	Seen time.Time `json:"seen"`
}

// Store is an open database of hosts, safe for use by several goroutines.
type Store struct {
	db  *sql.DB
	now func() time.Time
}

const schema = `CREATE TABLE IF NOT EXISTS hosts (
	host          TEXT PRIMARY KEY,
	os            TEXT NOT NULL,
	arch          TEXT NOT NULL,
	agent         TEXT NOT NULL,
	snapshot      TEXT NOT NULL,
	snapshot_time TEXT NOT NULL,
	problem       TEXT NOT NULL,
	seen          TEXT NOT NULL
)`

// Open opens the database at path and creates it when there is none.
func Open(ctx context.Context, path string) (*Store, error) {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+escaped+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Store{db: db, now: time.Now}, nil
}

// Close ends the use of the database.
func (s *Store) Close() error { return s.db.Close() }

// Put keeps a report in place of the host's last one.
func (s *Store) Put(ctx context.Context, told report.Report) error {
	var snapshot report.Snapshot
	if told.Snapshot != nil {
		snapshot = *told.Snapshot
	}
	_, err := s.db.ExecContext(ctx,
		"INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		told.Host, told.OS, told.Arch, told.Agent, snapshot.ID, text(snapshot.Time), told.Problem, text(s.now()))
	return err
}

// Count says how many hosts have ever reported.
func (s *Store) Count(ctx context.Context) (int64, error) {
	var count int64
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM hosts").Scan(&count)
	return count, err
}

// Hosts returns every host, by name.
func (s *Store) Hosts(ctx context.Context) ([]Host, error) {
	rows, err := s.db.QueryContext(ctx,
		"SELECT host, os, arch, agent, snapshot, snapshot_time, problem, seen FROM hosts ORDER BY host")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := []Host{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

func scan(rows *sql.Rows) (Host, error) {
	var one Host
	var snapshot report.Snapshot
	var taken, seen string
	err := rows.Scan(&one.Host, &one.OS, &one.Arch, &one.Agent, &snapshot.ID, &taken, &one.Problem, &seen)
	if err != nil {
		return Host{}, err
	}
	if one.Seen, err = time.Parse(time.RFC3339, seen); err != nil {
		return Host{}, err
	}
	if snapshot.ID == "" {
		return one, nil
	}
	if snapshot.Time, err = time.Parse(time.RFC3339, taken); err != nil {
		return Host{}, err
	}
	one.Snapshot = &snapshot
	return one, nil
}

func text(moment time.Time) string { return moment.UTC().Format(time.RFC3339) }
