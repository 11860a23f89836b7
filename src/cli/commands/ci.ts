/** `slipway ci github|gitea|gitlab`: writes the workflows that validate and release the project. */
import { join } from "node:path";

import { gitIn } from "../../input/facts/git.ts";
import { readConfig } from "../../input/index.ts";
import { didYouMean } from "../../model/nearest.ts";
import { Problem } from "../../model/problem.ts";
import { type AnyWorkflow, forges } from "../../scaffold/ci/forges.ts";
import { nextSteps } from "../../scaffold/ci/next-steps.ts";
import { stateOf, withMarker, writeFileWhole, type WrittenFile } from "../../scaffold/ci/written.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { kinds } from "../tables.ts";
import { workflowOf } from "../workflows.ts";

export async function ci(options: Options, [name = ""]: readonly string[]): Promise<ExitCode> {
  const forge = Object.hasOwn(forges, name) ? forges[name] : undefined;
  if (forge === undefined)
    throw new Problem("usage", `there is no forge "${name}"`, {
      expected: `one of ${Object.keys(forges).join(", ")}`,
      hint: didYouMean(name, Object.keys(forges)),
    });
  const config = await readConfig({ dir: process.cwd(), file: options.config, kinds });
  const folder = await folderInRepository(config.root);
  const root = join(
    config.root,
    ...folder
      .split("/")
      .filter((part) => part !== "")
      .map(() => ".."),
  );
  const workflow = workflowOf(config, folder);
  const files = forge(workflow);
  if (options.print === true) return print(files);
  return options.check === true ? check(root, files, options) : write(root, files, { options, name, workflow });
}

/** Where the project lies in its repository, `/` separated; empty at its root, and where there is none. */
async function folderInRepository(root: string): Promise<string> {
  const prefix = await gitIn(root, process.env)("rev-parse", "--show-prefix");
  return (prefix ?? "").trim().replace(/\/$/, "");
}

function print(files: readonly WrittenFile[]): ExitCode {
  process.stdout.write(files.map(({ path, text }) => `# ${path}\n${withMarker(text)}`).join("\n"));
  return exit.ok;
}

/** Fails where a file is not what would be written now. */
async function check(root: string, files: readonly WrittenFile[], options: Options): Promise<ExitCode> {
  const states = await Promise.all(files.map(async (file) => ({ path: file.path, state: await stateOf(root, file) })));
  const words = {
    absent: "is missing",
    current: "is current",
    stale: "is stale",
    foreign: "is not ours, or was changed",
  };
  sayResult(options, { files: states }, () => states.map(({ path, state }) => `${path} ${words[state]}`).join("\n"));
  return states.every(({ state }) => state === "current") ? exit.ok : exit.failed;
}

interface Writing {
  readonly options: Options;
  /** The forge's. */
  readonly name: string;
  readonly workflow: AnyWorkflow;
}

async function write(
  root: string,
  files: readonly WrittenFile[],
  { options, name, workflow }: Writing,
): Promise<ExitCode> {
  const force = options.force === true;
  if (!force) await refuseForeign(root, files);
  const done = [];
  for (const file of files) done.push({ path: file.path, state: await writeFileWhole(root, file, force) });
  const written = done.map(({ path, state }) => ({ path, outcome: state === "current" ? "already" : "done" }));
  const fresh = written.filter(({ outcome }) => outcome === "done").map(({ path }) => path);
  const { secrets, variables, steps } = nextSteps(name, workflow, fresh);
  sayResult(options, { files: written, secrets: [...secrets], variables: [...variables], next: [...steps] }, () =>
    [
      ...written.map(({ path, outcome }) => `${outcome === "done" ? "wrote" : "kept"} ${path}`),
      "next:",
      ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ].join("\n"),
  );
  return exit.ok;
}

/** Before the first is written. */
async function refuseForeign(root: string, files: readonly WrittenFile[]): Promise<void> {
  for (const file of files) if ((await stateOf(root, file)) === "foreign") await writeFileWhole(root, file, false);
}
