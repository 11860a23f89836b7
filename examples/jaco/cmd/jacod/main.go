// jacod is the daemon: it reads its closed configuration and answers the client.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"jaco.example/jaco/internal/config"
	"jaco.example/jaco/internal/daemon"
)

// Set by the release with -ldflags "-X main.version=...".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "jacod:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("jacod", flag.ContinueOnError)
	path := flags.String("config", "/etc/jaco/jacod.yaml", "configuration file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch flags.Arg(0) {
	case "version":
		fmt.Println("jacod", version)
		return nil
	case "":
		settings, err := config.Load(*path)
		if err != nil {
			return err
		}
		return daemon.Serve(ctx, settings, version, slog.Default())
	default:
		return fmt.Errorf("unknown command %q", flags.Arg(0))
	}
}
