/** The words of the commands that make a release. */
import { deciding, making } from "./flags.ts";
import type { CommandWords } from "./words.ts";

export const makingCommands: readonly CommandWords[] = [
  {
    name: "build",
    summary: "build programs, and nothing else",
    example: "slipway build --target host",
    flags: [...deciding, ...making, ["-o, --output <path>", "put the one program that is built there"]],
    load: async () => (await import("../commands/build.ts")).build,
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
    load: async () => (await import("../commands/release.ts")).release,
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
    load: async () => (await import("../commands/pipeline.ts")).pipeline,
  },
];
