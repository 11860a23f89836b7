// Restic-manager-agent runs on each host and reports the state of its restic backups to the server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Set by the release with -ldflags "-X main.version=...".
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

const usage = `Usage:
  restic-manager-agent [--once] [--interval 5m]   report to RM_SERVER with the key RM_KEY
  restic-manager-agent version                    print the version
restic's own variables, such as RESTIC_REPOSITORY, say whose snapshots are reported.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "restic-manager-agent:", err)
		os.Exit(1)
	}
}

// run carries out one command line and returns when it is done or ctx is.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("restic-manager-agent", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	once := flags.Bool("once", false, "report once and end")
	interval := flags.Duration("interval", 5*time.Minute, "time between reports")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch flags.Arg(0) {
	case "version":
		_, err := fmt.Fprintf(stdout, "restic-manager-agent %s (commit: %s, built: %s)\n", version, commit, date)
		return err
	case "":
	default:
		return fmt.Errorf("unknown command %q\n%s", flags.Arg(0), usage)
	}
	to, err := serverOf(env)
	if err != nil {
		return err
	}
	if *once {
		return to.send(ctx, observe(ctx, to.host))
	}
	return repeat(ctx, *interval, func() {
		// A server that is away for a while must not end the agent.
		if err := to.send(ctx, observe(ctx, to.host)); err != nil && ctx.Err() == nil {
			fmt.Fprintln(stderr, "restic-manager-agent:", err)
		}
	})
}

// repeat calls work now and after every interval until ctx ends.
func repeat(ctx context.Context, interval time.Duration, work func()) error {
	if interval <= 0 {
		return fmt.Errorf("--interval %s is not a time between reports", interval)
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		work()
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func serverOf(env func(string) string) (server, error) {
	url, key := env("RM_SERVER"), env("RM_KEY")
	if url == "" || key == "" {
		return server{}, errors.New("RM_SERVER and RM_KEY are needed; \"restic-manager-server key\" prints the key")
	}
	host := env("RM_HOST")
	if host == "" {
		var err error
		if host, err = os.Hostname(); err != nil {
			return server{}, err
		}
	}
	return server{url, key, host, &http.Client{Timeout: 30 * time.Second}}, nil
}

func platform() (system, arch string) { return runtime.GOOS, runtime.GOARCH }
