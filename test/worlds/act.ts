/** Runs workflows by act on this machine, without containers: actions are stand-ins that do what the test needs of them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { actionsFor } from "../../src/scaffold/ci/actions.ts";
import { program, type Ran, start } from "./slipway.ts";

/** Shell command that puts this checkout's slipway on the PATH of the steps that follow. */
export const installThis = `mkdir -p "$RUNNER_TEMP/bin" && ln -sf '${program}' "$RUNNER_TEMP/bin/slipway" && echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"`;

export interface ActRun {
  /** The repository. */
  readonly root: string;
  /** A folder of the test's own. */
  readonly home: string;
  /** Path of a workflow or of a folder of them, in the repository. */
  readonly workflows: string;
  readonly event: "push" | "workflow_dispatch";
  /** What the event says. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Of steps. */
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Programs in front of the PATH: their names and their scripts. */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Runs what the event starts. What jobs upload stands in `home/uploads/NAME`. */
export async function runWorkflows(act: string, run: ActRun): Promise<Ran> {
  const { root, home, workflows, event, payload, env = {}, secrets = {}, programs = {} } = run;
  const folders = ["bin", "actions", "uploads", "cache"].map((name) => join(home, name)) as [
    string,
    string,
    string,
    string,
  ];
  const [bin, actions, uploads, cache] = folders;
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(programs)) writeFileSync(join(bin, name), script, { mode: 0o755 });
  writeFileSync(join(home, "event.json"), JSON.stringify(payload));
  writeAction(join(actions, "nothing"), "true", []);
  writeAction(join(actions, "upload"), `! test -e "$FILES" || cp -r "$FILES" '${uploads}'/"$NAME"`, [
    "name",
    "path",
    "if-no-files-found",
  ]);
  const pinned = [...Object.entries(actionsFor("node24")), ...Object.entries(actionsFor("node20"))];
  const stands = pinned.map(
    ([name, { action, commit }]) =>
      `${action}@${commit}=${join(actions, name === "uploadArtifact" ? "upload" : "nothing")}`,
  );
  const pairs = (flag: string, values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  const args = [
    event,
    "--workflows",
    workflows,
    "--eventpath",
    join(home, "event.json"),
    "--pull=false",
    ...["ubuntu-24.04", "ubuntu-latest"].flatMap((runner) => ["--platform", `${runner}=-self-hosted`]),
    ...stands.flatMap((stand) => ["--local-repository", stand]),
    ...pairs("--env", env),
    ...pairs("--secret", secrets),
  ];
  const place = { PATH: [bin, process.env["PATH"]].join(delimiter), XDG_CACHE_HOME: cache, XDG_CONFIG_HOME: cache };
  return start(act, args, { cwd: root, env: place }).ended;
}

/** A composite action of one command; its inputs are there as NAME and FILES. */
function writeAction(folder: string, command: string, inputs: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const lines = [
    "name: stand-in",
    "description: of an action",
    ...(inputs.length === 0
      ? []
      : ["inputs:", ...inputs.map((name) => `  ${name}: { description: x, required: false }`)]),
    "runs:",
    "  using: composite",
    "  steps:",
    "    - shell: sh",
    "      env:",
    "        NAME: ${{ inputs.name }}",
    "        FILES: ${{ inputs.path }}",
    `      run: ${JSON.stringify(command)}`,
  ];
  writeFileSync(join(folder, "action.yml"), `${lines.join("\n")}\n`);
}
