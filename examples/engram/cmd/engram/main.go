// Engram keeps a team's lore, the things learned while building, behind a small HTTP service.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/hyperengineering/engram/internal/config"
	"github.com/hyperengineering/engram/internal/lore"
	"github.com/hyperengineering/engram/internal/server"
)

// Set by the release with -ldflags "-X main.Version=...".
var (
	Version = "dev"
	Commit  = "none"
	Date    = "unknown"
)

const usage = `Usage:
  engram [--config FILE]   serve lore over HTTP
  engram version           print the version
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "engram:", err)
		os.Exit(1)
	}
}

// run carries out one command line and returns when it is done or ctx is.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("engram", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	configFile := flags.String("config", "", "configuration file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch flags.Arg(0) {
	case "version":
		_, err := fmt.Fprintln(stdout, versionLine())
		return err
	case "":
		return serve(ctx, *configFile, stderr)
	default:
		return fmt.Errorf("unknown command %q\n%s", flags.Arg(0), usage)
	}
}

func versionLine() string {
	return fmt.Sprintf("engram %s (commit: %s, built: %s)", Version, Commit, Date)
}

func serve(ctx context.Context, configFile string, logs io.Writer) error {
	settings, err := config.Load(configFile)
	if err != nil {
		return err
	}
	logger := newLogger(settings.LogFormat, logs)
	book, err := lore.Open(ctx, settings.DBPath)
	if err != nil {
		return err
	}
	defer book.Close()
	listener, err := net.Listen("tcp", settings.Listen)
	if err != nil {
		return err
	}
	key := os.Getenv("ENGRAM_API_KEY")
	if key == "" {
		logger.Warn("ENGRAM_API_KEY is not set: lore is open to everyone who can reach this address")
	}
	logger.Info("listening", "address", listener.Addr().String(), "version", Version)
	return server.Serve(ctx, listener, server.New(book, key, Version), logger)
}

func newLogger(format string, logs io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(logs, nil))
	}
	return slog.New(slog.NewTextHandler(logs, nil))
}
