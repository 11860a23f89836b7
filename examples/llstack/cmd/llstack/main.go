// Llstack manages web server stacks: it installs a backend, creates sites and says how both are.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/example/llstack/internal/doctor"
	"github.com/example/llstack/internal/site"
	"github.com/example/llstack/internal/stack"
)

// Set by the release with -ldflags "-X main.version=...".
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

const usage = `Usage:
  llstack version [--json]
  llstack status [--root DIR]
  llstack install [--backend apache|ols|lsws] [--root DIR] [--dry-run]
  llstack site:create NAME [--root DIR] [--dry-run]
  llstack doctor [--root DIR] [--json]
`

func main() {
	err := run(os.Args[1:], os.Stdout)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "llstack:", err)
		os.Exit(1)
	}
}

// run carries out one command line.
func run(args []string, stdout io.Writer) error {
	command := "help"
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	commands := map[string]func([]string, io.Writer) error{
		"version":     sayVersion,
		"status":      status,
		"install":     install,
		"site:create": createSite,
		"doctor":      examine,
	}
	if carryOut, known := commands[command]; known {
		return carryOut(args, stdout)
	}
	if command == "help" || command == "--help" || command == "-h" {
		_, err := io.WriteString(stdout, usage)
		return err
	}
	return fmt.Errorf("unknown command %q\n%s", command, usage)
}

func sayVersion(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("llstack version", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "print JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if !*asJSON {
		_, err := fmt.Fprintf(stdout, "llstack %s (commit: %s, built: %s)\n", version, commit, date)
		return err
	}
	return printJSON(stdout, map[string]string{
		"version":   version,
		"commit":    commit,
		"date":      date,
		"goVersion": runtime.Version(),
		"platform":  runtime.GOOS + "-" + runtime.GOARCH,
	})
}

func status(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("llstack status", flag.ContinueOnError)
	root := rootFlag(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	state, err := stack.Load(*root)
	if errors.Is(err, stack.ErrNotInstalled) {
		_, err = fmt.Fprintln(stdout, "not installed")
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s, sites: %d\n", state.Backend, len(state.Sites))
	return err
}

func install(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("llstack install", flag.ContinueOnError)
	root := rootFlag(flags)
	backend := flags.String("backend", "apache", "apache, ols or lsws")
	dryRun := flags.Bool("dry-run", false, "print what would be done")
	if err := flags.Parse(args); err != nil {
		return err
	}
	plan, err := stack.PlanInstall(*root, *backend)
	if err != nil {
		return err
	}
	return carryOut(plan, *root, *dryRun, stdout)
}

func createSite(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("llstack site:create", flag.ContinueOnError)
	root := rootFlag(flags)
	dryRun := flags.Bool("dry-run", false, "print what would be done")
	if len(args) == 0 {
		return errors.New("site:create: which site?")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	state, err := stack.Load(*root)
	if *dryRun && errors.Is(err, stack.ErrNotInstalled) {
		// What would be done after an installation.
		state, err = stack.State{Backend: "apache"}, nil
	}
	if err != nil {
		return err
	}
	plan, err := site.PlanCreate(state, args[0])
	if err != nil {
		return err
	}
	return carryOut(plan, *root, *dryRun, stdout)
}

func examine(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("llstack doctor", flag.ContinueOnError)
	root := rootFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	report := doctor.Examine(*root)
	if *asJSON {
		return printJSON(stdout, report)
	}
	for _, check := range report.Checks {
		if _, err := fmt.Fprintf(stdout, "%-8s %s: %s\n", check.Status, check.Name, check.Detail); err != nil {
			return err
		}
	}
	return nil
}

func rootFlag(flags *flag.FlagSet) *string {
	return flags.String("root", "/", "the machine's root folder")
}

func carryOut(plan stack.Plan, root string, dryRun bool, stdout io.Writer) error {
	if !dryRun {
		if err := plan.Apply(root); err != nil {
			return err
		}
	}
	for _, file := range plan.Files {
		verb := "wrote"
		if dryRun {
			verb = "would write"
		}
		if _, err := fmt.Fprintf(stdout, "%s %s\n", verb, file.Path); err != nil {
			return err
		}
	}
	return nil
}

func printJSON(stdout io.Writer, value any) error {
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
