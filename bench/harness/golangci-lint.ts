/** A real Go program of 42 MB with some two hundred modules: golangci-lint, stripped as its own releases are. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/judges/find.ts";

const VERSION = "v2.15.0";

/** Its path; built by the Go at hand once (some minutes), and kept beside the judges. */
export function golangciLint(): string {
  const folder = join(cacheFolder, "golangci-lint", VERSION);
  const program = join(folder, "golangci-lint");
  if (existsSync(program)) return program;
  const draft = `${folder}.draft`;
  mkdirSync(draft, { recursive: true });
  const source = `github.com/golangci/golangci-lint/v2/cmd/golangci-lint@${VERSION}`;
  execFileSync("go", ["install", "-trimpath", "-ldflags=-s -w", source], {
    env: { ...process.env, GOBIN: draft, GOFLAGS: "", CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  renameSync(draft, folder);
  return program;
}
