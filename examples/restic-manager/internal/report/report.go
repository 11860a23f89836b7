// Package report is what agents tell the server.
package report

import "time"

// Report is the state of one host's backups.
type Report struct {
	Host  string `json:"host"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
	Agent string `json:"agent"`
	// Snapshot is the newest of the host's repository; nil where there is none yet.
	Snapshot *Snapshot `json:"snapshot,omitempty"`
	// Problem says why the agent could not ask restic.
	Problem string `json:"problem,omitempty"`
}

// Snapshot is one of restic's, as `restic snapshots --json` names it.
type Snapshot struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
}
