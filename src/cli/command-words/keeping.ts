/** The words of the commands that keep keys and the cache, and that tell of programs and of Slipway itself. */
import { actions } from "../actions.ts";
import type { CommandWords } from "./words.ts";

export const keepingCommands: readonly CommandWords[] = [
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
    load: async () => (await import("../commands/keys.ts")).keys,
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
    load: async () => (await import("../commands/sbom.ts")).sbom,
  },
  {
    name: "cache",
    args: "[action]",
    summary: "show the cache, or `prune` it",
    example: "slipway cache prune --max 5GB",
    actions: actions.cache,
    flags: [["--max <size>", "keep at most this much (default 10GB; `prune` alone removes everything)"]],
    load: async () => (await import("../commands/cache.ts")).cache,
  },
  {
    name: "conformance",
    args: "<suite> [words...]",
    summary: "be tested by a conformance suite: tuf or sigstore",
    example: "slipway conformance tuf --metadata-dir trusted init root.json",
    passThrough: true,
    load: async () => (await import("../commands/conformance.ts")).conformance,
  },
  {
    name: "version",
    summary: "print the version",
    example: "slipway version --json",
    load: async () => (await import("../commands/version.ts")).version,
  },
  {
    name: "completion",
    args: "<shell>",
    summary: "print a completion script for bash, zsh or fish",
    example: "slipway completion bash > /etc/bash_completion.d/slipway",
    load: async () => (await import("../commands/completion.ts")).completion,
  },
];
