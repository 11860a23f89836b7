/** Builder `go`: programs and libraries by `go build`, reproducible by default, for every port of the installed Go. */
import type { Builder } from "./builder.ts";
import { decideGo } from "./go/decide.ts";
import { goKey, goToolchains, makeGo } from "./go/make.ts";
import { type GoOptions, goSchema, type GoStep } from "./go/options.ts";
import { refusal } from "./go/platform.ts";
import { probeGo } from "./go/probe.ts";

/** GoReleaser's, less 386. */
const usualTargets: readonly string[] = [
  "linux/amd64",
  "linux/arm64",
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
  "windows/arm64",
];

export const go: Builder<GoOptions, GoStep> = {
  kind: "go",
  version: 1,
  memory: 768 * 2 ** 20,
  summary:
    "Go programs and libraries: `go build` with C off, paths trimmed, and version, commit and date set by the linker.",
  example:
    "go: ./cmd/engram\nname: engram\nfor: ['{linux,darwin}/{amd64,arm64}', linux/arm/7, windows/amd64]\nldflags: -s -w -X main.Version={{ version }} -X main.Commit={{ shortCommit }}\n",
  primary: "main",
  job: () => ({ toolchains: ["go"] }),
  locks: ["go.mod"],
  schema: goSchema,
  targets: () => usualTargets,
  cannot: (platform, _options, probed) =>
    refusal(
      platform,
      Array.isArray(probed["pairs"]) && probed["pairs"].length > 0 ? probed["pairs"].map(String) : undefined,
    ),
  probe: probeGo,
  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("go builds are decided per target");
    return decideGo({ ...request, platform });
  },
  key: goKey,
  toolchains: goToolchains,
  make: makeGo,
};
