/** Options that several commands have. */
import type { Flag } from "./words.ts";

/** Of commands that may take long. */
export const timeout: Flag = ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"];

/** Options of every command. */
export const commonFlags: readonly Flag[] = [
  ["-f, --config <file>", "the config file (default: slipway.yaml, .yml or .json here)"],
  ["--json", "print the result as JSON"],
  ["-q, --quiet", "print problems only"],
  ["-v, --verbose", "print every command that runs and what it prints"],
];

/** Options that say which release it is. */
const naming: readonly Flag[] = [
  ["--nightly", "a nightly: version from `version.nightly`"],
  ["--tag <tag>", "release this tag, which must be at HEAD"],
  ["--set-version <version>", "take this version instead of the tag's"],
];

/** The same of one that was made before, where nothing else says so. */
export const namingMade: readonly Flag[] = [
  ["--nightly", "the nightly that HEAD is"],
  ["--tag <tag>", "the release of this tag, which must be at HEAD"],
  ["--set-version <version>", "the release of this version"],
];

export const namingSnapshot: Flag = ["--snapshot", "the snapshot that HEAD is"];

/** Options of commands that decide a Plan. */
export const deciding: readonly Flag[] = [
  ["--snapshot", "no tag needed; publishes nothing"],
  ...naming,
  ["--target <pattern...>", "only these targets: host, linux/amd64, 'linux/*'"],
  [
    "--skip <section...>",
    "leave out: before, source, archives, packages, images, charts, sbom, sign, notes, files, publish, announce, validate",
  ],
  ["--notes <file>", "take the release notes from a file"],
];

/** Options of commands that make artifacts. */
export const making: readonly Flag[] = [
  ["--plan <file>", "act on this plan instead of deciding one"],
  ["-j, --jobs <n>", "steps at once (default: one per core)"],
  ["--no-cache", "make everything anew"],
  timeout,
  ["--trace <file>", "write what ran when, in Chrome's trace format"],
];
