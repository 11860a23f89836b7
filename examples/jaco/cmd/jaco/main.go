// jaco is the client of jacod: it asks a daemon how it is, prints its version, and takes the place of both programs' older ones.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"jaco.example/jaco/internal/packaging"
	"jaco.example/jaco/internal/upgrade"
)

// Set by the release with -ldflags "-X main.version=...".
var version = "dev"

const usage = `Usage:
  jaco status [--address HOST:PORT]                    ask jacod how it is
  jaco self-upgrade --from DIR-OR-URL [--dry-run]      verify a release; put its programs here
  jaco version                                         print the version
`

func main() {
	err := run(os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "jaco:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	command := ""
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "version":
		_, err := fmt.Fprintln(stdout, "jaco", version)
		return err
	case "status":
		return status(args, stdout)
	case "self-upgrade":
		return selfUpgrade(args, stdout)
	case "", "help", "--help", "-h":
		_, err := io.WriteString(stdout, usage)
		return err
	default:
		return fmt.Errorf("unknown command %q\n%s", command, usage)
	}
}

// status asks the daemon's health endpoint and prints what it says.
func status(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("jaco status", flag.ContinueOnError)
	address := flags.String("address", "127.0.0.1:7443", "where jacod listens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get("http://" + *address + "/health")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var health struct {
		Status  string `json:"status"`
		Version string `json:"version"`
		Node    string `json:"node"`
	}
	if err := json.NewDecoder(response.Body).Decode(&health); err != nil {
		return fmt.Errorf("%s is no jacod: %w", *address, err)
	}
	_, err = fmt.Fprintf(stdout, "%s: jacod %s on %s\n", health.Status, health.Version, health.Node)
	return err
}

// selfUpgrade verifies a release by the key that is part of this program, and puts its programs where this one lies.
func selfUpgrade(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("jaco self-upgrade", flag.ContinueOnError)
	from := flags.String("from", "", "folder or URL of the release")
	dryRun := flags.Bool("dry-run", false, "verify it and change nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *from == "" {
		return errors.New("self-upgrade: --from says where the release is")
	}
	key, err := packaging.ReleaseKey()
	if err != nil {
		return err
	}
	release, err := upgrade.Fetch(upgrade.Open(*from), key, version)
	if err != nil {
		return err
	}
	if !*dryRun {
		program, err := os.Executable()
		if err != nil {
			return err
		}
		if program, err = filepath.EvalSymlinks(program); err != nil {
			return err
		}
		if err := release.Apply(filepath.Dir(program)); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stdout, "%s is verified%s\n", release.Version, map[bool]string{false: " and installed"}[*dryRun])
	return err
}
