/** Every command: its words, its options, and what carries it out, which is loaded only when it runs. */
import type { Command } from "commander";

import { actions, type ActionWords } from "./actions.ts";
import type { ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";

/** Carries out a command; `program` knows all commands. */
export type Action = (options: Options, args: readonly string[], program: Command) => Promise<ExitCode>;

/** An option as commander reads it: `-j, --jobs <n>`, and what it does. */
export type Flag = readonly [flags: string, description: string];

export interface CommandWords {
  readonly name: string;
  /** As usage lines write them: `<folder>` must be there, `[folder]` may. */
  readonly args?: string;
  readonly summary: string;
  readonly example: string;
  readonly flags?: readonly Flag[];
  /** Of a command that does one of several things: the words that follow it, and what each does. */
  readonly actions?: readonly ActionWords[];
  /** What stands behind the first word is handed on as it is, options included. */
  readonly passThrough?: boolean;
  readonly load: () => Promise<Action>;
}

export const summary = "One git tag in, every distributable out: build, pack, publish and verify releases.";

/** Options of every command. */
export const commonFlags: readonly Flag[] = [
  ["-f, --config <file>", "the config file (default: slipway.yaml, .yml or .json here)"],
  ["--json", "print the result as JSON"],
  ["-q, --quiet", "print problems only"],
  ["-v, --verbose", "print every command that runs and what it prints"],
];

/** Options of commands that decide a Plan. */
const deciding: readonly Flag[] = [
  ["--snapshot", "no tag needed; publishes nothing"],
  ["--nightly", "a nightly: version from `version.nightly`"],
  ["--tag <tag>", "release this tag, which must be at HEAD"],
  ["--set-version <version>", "take this version instead of the tag's"],
  ["--target <pattern...>", "only these targets: host, linux/amd64, 'linux/*'"],
  [
    "--skip <section...>",
    "leave out: before, source, archives, packages, images, charts, sbom, sign, notes, files, publish, announce, validate",
  ],
  ["--notes <file>", "take the release notes from a file"],
];

/** Options of commands that make artifacts. */
const making: readonly Flag[] = [
  ["--plan <file>", "act on this plan instead of deciding one"],
  ["-j, --jobs <n>", "steps at once (default: one per core)"],
  ["--no-cache", "make everything anew"],
  ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
  ["--trace <file>", "write what ran when, in Chrome's trace format"],
];

/** In the order of a release's life. */
export const commands: readonly CommandWords[] = [
  {
    name: "init",
    summary: "write a slipway.yaml for the project in this folder",
    example: "slipway init",
    flags: [["--print", "print it instead of writing it"]],
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "ci",
    args: "<forge>",
    summary: "write the workflows of validations and releases for a forge",
    example: "slipway ci github",
    flags: [
      ["--check", "write nothing; fail where a file is not what would be written"],
      ["--print", "print them instead of writing them"],
      ["--force", "write over files that are not ours, or were changed"],
    ],
    load: async () => (await import("./commands/ci.ts")).ci,
  },
  {
    name: "cut",
    args: "<version>",
    summary: "bump the version, update the changelog, commit and tag",
    example: "slipway cut minor --dry-run",
    flags: [
      ["--dry-run", "show what would change, and change nothing"],
      ["--push", "push branch and tag together"],
      ["--no-push", "do not, though the config says so"],
      ["--no-gates", "leave the gates out"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/cut.ts")).cut,
  },
  {
    name: "check",
    summary: "check the config, the project and the machine",
    example: "slipway check --live",
    flags: [
      ...deciding,
      ["--live", "ask every place whether it would let the release in: logins, rights, names, limits, clocks"],
      ["--plan <file>", "check this plan"],
      ["--timeout <duration>", "with --live: stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/check.ts")).check,
  },
  {
    name: "plan",
    summary: "show what a release would make and where it would go",
    example: "slipway plan --snapshot",
    flags: [...deciding, ["-o, --output <file>", "write the plan as JSON, for --plan"]],
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "build",
    summary: "build programs, and nothing else",
    example: "slipway build --target host",
    flags: [...deciding, ...making, ["-o, --output <path>", "put the one program that is built there"]],
    load: async () => (await import("./commands/build.ts")).build,
  },
  {
    name: "release",
    summary: "make the release and publish it",
    example: "slipway release --snapshot",
    flags: [
      ...deciding,
      ...making,
      ["--clean", "replace whatever stands in the release's folder"],
      ["--drafts", "publish drafts that the config leaves to a person"],
    ],
    load: async () => (await import("./commands/release.ts")).release,
  },
  {
    name: "pipeline",
    summary: "guard, gates, release, verify and publish: all that CI does",
    example: "slipway pipeline --mode validate",
    flags: [
      ["--mode <mode>", "validate: all but publishing, also without a tag and without keys; release: everything"],
      ...deciding,
      ...making.filter(([flag]) => !flag.startsWith("--plan")),
      ["--clean", "replace whatever stands in the release's folder"],
      ["--no-gates", "leave the gates out"],
      ["--trust <file>", "whom to believe when the release is verified (default: the file named by SLIPWAY_TRUST)"],
      ["--pubkey <file...>", "public keys, each of which has to have signed the release or its checksums"],
      ["--require-signatures", "without any signature the release is invalid"],
    ],
    load: async () => (await import("./commands/pipeline.ts")).pipeline,
  },
  {
    name: "publish",
    args: "[folder]",
    summary: "publish a release that was made",
    example: "slipway publish dist/1.0.0 --to public",
    flags: [
      ...deciding,
      ["--to <place>", "publish to this store of the config only, or to this folder"],
      ["--stage", "send everything and read it back, and show nothing yet"],
      ["--drafts", "publish drafts that the config leaves to a person"],
      ["--plan <file>", "act on this plan"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/publish.ts")).publish,
  },
  {
    name: "status",
    args: "[release]",
    summary: "ask every place how far a release is there",
    example: "slipway status 1.0.0",
    flags: [
      ...deciding,
      ["--to <place>", "ask this store of the config only, or this folder"],
      ["--plan <file>", "ask the places of this plan"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "yank",
    args: "<release>",
    summary: "take a release back wherever it went, and keep a record",
    example: 'slipway yank 1.0.0 --why "it loses data on resume"',
    flags: [
      ["--why <text>", "why; people read it where the place has room for it"],
      ["--back-to <tag>", "what `latest` and taps go back to (default: the release before)"],
      ["--to <place>", "take it back from this store of the config only, or from this folder"],
      ["--plan <file>", "the places of this plan"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/yank.ts")).yank,
  },
  {
    name: "announce",
    args: "[folder]",
    summary: "say what the config announces of a release that is public",
    example: "slipway announce dist/1.0.0 --dry-run",
    flags: [
      ...deciding,
      ["--dry-run", "only show what would be said"],
      ["--again <name...>", "say these again, whatever was said before"],
      ["--plan <file>", "act on this plan"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/announce.ts")).announce,
  },
  {
    name: "verify",
    args: "<what>",
    summary: "verify a release, a file or an image: every byte and proof",
    example: "slipway verify dist/1.0.0 --trust trust.json",
    flags: [
      ["--trust <file>", "whom to believe and what has to be signed (default: the file named by SLIPWAY_TRUST)"],
      ["--pubkey <file...>", "public keys, each of which has to have signed the release or its checksums"],
      ["--metadata <place>", "the address or folder of the TUF metadata that the trust file has a root for"],
      ["--require-signatures", "without any signature the release is invalid"],
      ["--release <where>", "the folder or address of the release that a file or an image belongs to"],
      ["--published <where>", "all files of the folder have to be there: a folder, an address, or a file of names"],
      ["--report <file...>", "write a report: .json or .md"],
      ["--attestation <file...>", "sigstore bundles in which a platform attests how the release was built"],
      ["--rebuild", "build the release again in other surroundings and compare; this runs the project's code"],
      ["--source <place>", "with --rebuild: the repository, a path or URL (default: the one the folder lies in)"],
      ["--network", "with --rebuild: the build may use the network"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    name: "attack",
    args: "<folder>",
    summary: "attack copies of a release the ways releases are attacked",
    example: "slipway attack dist/1.0.0 --trust trust.json",
    flags: [
      ["--trust <file>", "whom its users believe (default: the file named by SLIPWAY_TRUST)"],
      ["--metadata <folder>", "where the metadata of the trust file's root is (default: trust in the folder)"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/attack.ts")).attack,
  },
  {
    name: "mirror",
    args: "<from> <to>",
    summary: "copy a published release, or an image, to another place",
    example: "slipway mirror https://example.org/tool/1.0.0 mirror/1.0.0 --trust trust.json",
    flags: [
      ["--trust <file>", "of a release: whom to believe (default: the file named by SLIPWAY_TRUST)"],
      ["--pubkey <file...>", "of a release: public keys, each of which has to have signed it"],
      ["--require-signatures", "of a release: without any signature it goes nowhere"],
      ["--set-version <version>", "of a store of the config: which version is taken from it"],
      ["--drafts", "of a release: publish a draft that the config leaves to a person"],
      ["--referrers", "of an image: copy signatures, SBOMs and whatever else refers to it too"],
      ["--insecure", "of an image: plain HTTP may be spoken to other machines than this one"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/mirror.ts")).mirror,
  },
  {
    name: "watch",
    args: "[place...]",
    summary: "say when what is public is not what was published",
    example: "slipway watch https://example.org/tool/1.0.0 --every 1h",
    flags: [
      ["--release <release>", "of stores of the config: the folder or version that was published"],
      ["--every <duration>", "how long to wait between two looks (default: 10m)"],
      ["--once", "look once"],
      ["--report <file...>", "write what was found each time: .json"],
      ["--timeout <duration>", "stop after this long: 90s, 30m, 2h"],
    ],
    load: async () => (await import("./commands/watch.ts")).watch,
  },
  {
    name: "keys",
    args: "[action] [names...]",
    summary: "make, show, export and rotate keys; keep the trust root",
    example: "slipway keys new release --kind minisign",
    actions: actions.keys,
    flags: [
      ["--kind <kind>", "`new`: minisign, openssl, ssh, openpgp, sigstore or rsa (default: minisign)"],
      ["--algorithm <algorithm>", "`new`: ed25519, ecdsa-p256, rsa-4096, ... as the kind has it"],
      ["-o, --output <file>", "where the key, or what is exported, is written"],
      ["--passphrase <secret>", "`new`: where the passphrase is: env:NAME or file:PATH"],
      ["--as <form>", "`export`: the form of the public key"],
      ["--trust", "`export`: the trust file of everything the config signs with"],
    ],
    load: async () => (await import("./commands/keys.ts")).keys,
  },
  {
    name: "sbom",
    args: "<file>",
    summary: "print what a program was made from, as an SBOM",
    example: "slipway sbom dist/tool --format cyclonedx",
    flags: [
      ["--format <format>", "spdx or cyclonedx (default: spdx)"],
      ["-o, --output <file>", "write it there instead of printing it"],
    ],
    load: async () => (await import("./commands/sbom.ts")).sbom,
  },
  {
    name: "cache",
    args: "[action]",
    summary: "show the cache, or `prune` it",
    example: "slipway cache prune --max 5GB",
    actions: actions.cache,
    flags: [["--max <size>", "keep at most this much (default 10GB; `prune` alone removes everything)"]],
    load: async () => (await import("./commands/cache.ts")).cache,
  },
  {
    name: "conformance",
    args: "<suite> [words...]",
    summary: "be tested by a conformance suite: tuf or sigstore",
    example: "slipway conformance tuf --metadata-dir trusted init root.json",
    passThrough: true,
    load: async () => (await import("./commands/conformance.ts")).conformance,
  },
  {
    name: "version",
    summary: "print the version",
    example: "slipway version --json",
    load: async () => (await import("./commands/version.ts")).version,
  },
  {
    name: "completion",
    args: "<shell>",
    summary: "print a completion script for bash, zsh or fish",
    example: "slipway completion bash > /etc/bash_completion.d/slipway",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
