/** The words of the commands that prepare a release: a config, workflows, a version, checks, a plan. */
import { deciding, timeout } from "./flags.ts";
import type { CommandWords } from "./words.ts";

export const preparingCommands: readonly CommandWords[] = [
  {
    name: "init",
    summary: "write a slipway.yaml for the project in this folder",
    example: "slipway init",
    flags: [["--print", "print it instead of writing it"]],
    load: async () => (await import("../commands/init.ts")).init,
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
    load: async () => (await import("../commands/ci.ts")).ci,
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
      timeout,
    ],
    load: async () => (await import("../commands/cut.ts")).cut,
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
    load: async () => (await import("../commands/check.ts")).check,
  },
  {
    name: "plan",
    summary: "show what a release would make and where it would go",
    example: "slipway plan --snapshot",
    flags: [...deciding, ["-o, --output <file>", "write the plan as JSON, for --plan"]],
    load: async () => (await import("../commands/plan.ts")).plan,
  },
];
