package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"

	"gitea.example/acme/restic-manager/internal/report"
)

// server is whom the agent reports to, and as which host.
type server struct {
	url, key, host string
	client         *http.Client
}

// send puts a report in place of the host's last one.
func (s server) send(ctx context.Context, told report.Report) error {
	body, err := json.Marshal(told)
	if err != nil {
		return err
	}
	address := strings.TrimSuffix(s.url, "/") + "/api/v1/hosts/" + url.PathEscape(s.host)
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.key)
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("%s answered %s: %s", s.url, response.Status, strings.TrimSpace(string(text)))
	}
	return nil
}

// observe asks restic for the newest snapshot; what keeps it from answering becomes part of the report.
func observe(ctx context.Context, host string) report.Report {
	system, arch := platform()
	told := report.Report{Host: host, OS: system, Arch: arch, Agent: version}
	out, err := exec.CommandContext(ctx, "restic", "snapshots", "--json", "--latest", "1").Output()
	if err == nil {
		told.Snapshot, err = newest(out)
	}
	if err != nil {
		told.Problem = problemOf(err)
	}
	return told
}

// newest finds the latest of the snapshots that restic lists, which are one for each host and path; nil where there are none.
func newest(list []byte) (*report.Snapshot, error) {
	var snapshots []report.Snapshot
	if err := json.Unmarshal(list, &snapshots); err != nil {
		return nil, fmt.Errorf("restic's list of snapshots: %w", err)
	}
	var latest *report.Snapshot
	for i := range snapshots {
		if latest == nil || snapshots[i].Time.After(latest.Time) {
			latest = &snapshots[i]
		}
	}
	return latest, nil
}

// problemOf is restic's own last words where it has some.
func problemOf(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n"); lines[len(lines)-1] != "" {
			return lines[len(lines)-1]
		}
	}
	return err.Error()
}
