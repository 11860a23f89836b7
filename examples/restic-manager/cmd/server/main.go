// Restic-manager-server keeps an eye on the restic backups of many hosts, and hands out the agents that report to it.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"gitea.example/acme/restic-manager/internal/config"
	"gitea.example/acme/restic-manager/internal/secret"
	"gitea.example/acme/restic-manager/internal/server/http"
	"gitea.example/acme/restic-manager/internal/store"
)

// Set by the release with -ldflags "-X main.version=...".
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

const usage = `Usage:
  restic-manager-server           serve agents and operators over HTTP
  restic-manager-server key       print the key that agents need
  restic-manager-server version   print the version
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "restic-manager-server:", err)
		os.Exit(1)
	}
}

// run carries out one command line and returns when it is done or ctx is.
func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdout, stderr io.Writer) error {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	if len(args) > 1 {
		return fmt.Errorf("too many words\n%s", usage)
	}
	if command == "version" {
		_, err := fmt.Fprintf(stdout, "restic-manager-server %s (commit: %s, built: %s)\n", version, commit, date)
		return err
	}
	settings, err := config.FromEnv(lookup)
	if err != nil {
		return err
	}
	switch command {
	case "":
		return serve(ctx, settings, stderr)
	case "key":
		key, err := secret.Load(settings.DataDir)
		if err == nil {
			_, err = fmt.Fprintln(stdout, key)
		}
		return err
	default:
		return fmt.Errorf("unknown command %q\n%s", command, usage)
	}
}

func serve(ctx context.Context, settings config.Config, logs io.Writer) error {
	logger := slog.New(slog.NewJSONHandler(logs, nil))
	key, err := secret.Load(settings.DataDir)
	if err != nil {
		return err
	}
	hosts, err := store.Open(ctx, filepath.Join(settings.DataDir, "restic-manager.db"))
	if err != nil {
		return err
	}
	defer hosts.Close()
	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return err
	}
	logger.Info("listening", "address", listener.Addr().String(), "version", version)
	return http.Serve(ctx, listener, http.New(settings, hosts, key, version), logger)
}
