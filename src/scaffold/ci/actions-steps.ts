/** Steps of jobs on GitHub, Gitea and Forgejo: the checkout, the toolchains, slipway itself. */
import type { Toolchain } from "../../model/job.ts";
import type { Actions, PinnedAction } from "./actions.ts";
import type { Workflow } from "./workflow.ts";
import { indent, scalar } from "./yaml-text.ts";

type Lines = readonly string[];

/** Versions of what comes from registries. */
const tools = { bun: "1.4.5", deno: "2.9.6", zig: "0.16.0", uv: "0.13.8", zigbuild: "0.24.0" } as const;

/** The steps before the one that works. */
export function preparingSteps(workflow: Workflow): Lines {
  const { actions, needs } = workflow;
  return [
    ...uses(actions.checkout, undefined, [
      ["fetch-depth", "0"],
      ["persist-credentials", "false"],
    ]),
    ...uses(actions.setupNode, undefined, [["node-version", "'24'"]]),
    ...needs.toolchains.flatMap((name) => toolchains[name](workflow)),
    ...runs("Install slipway", workflow.install),
  ];
}

/** One line for each toolchain; Node is there for slipway. */
const toolchains: Readonly<Record<Toolchain, (workflow: Workflow) => Lines>> = {
  node: () => [],
  go: ({ actions, goModule }) =>
    uses(actions.setupGo, undefined, [
      goModule === undefined ? ["go-version", "stable"] : ["go-version-file", scalar(goModule)],
      ["cache", "false"],
    ]),
  rust: ({ needs }) => [
    ...runs(
      "Install Rust",
      "rustup toolchain install stable --profile minimal --no-self-update && rustup default stable",
    ),
    ...(needs.toolchains.includes("zig")
      ? runs("Install cargo-zigbuild", `pipx install cargo-zigbuild==${tools.zigbuild}`)
      : []),
  ],
  python: ({ actions }) => [
    ...uses(actions.setupPython, undefined, [["python-version", "3.x"]]),
    ...runs("Install uv", `python3 -m pip install uv==${tools.uv}`),
  ],
  zig: ({ actions }) => uses(actions.setupZig, undefined, [["version", tools.zig]]),
  bun: () => runs("Install Bun", `npm install --global bun@${tools.bun}`),
  deno: () => runs("Install Deno", `npm install --global deno@${tools.deno}`),
};

/** A step of an action, pinned. */
function uses(
  { action, commit, version }: PinnedAction,
  condition: string | undefined,
  inputs: readonly (readonly [string, string])[],
): Lines {
  return [
    `- uses: ${action}@${commit} # ${version}`,
    ...(condition === undefined ? [] : [`  if: ${condition}`]),
    ...(inputs.length === 0 ? [] : ["  with:"]),
    ...indent(
      inputs.map(([name, value]) => `${name}: ${value}`),
      4,
    ),
  ];
}

/** A step of a shell command. */
export function runs(name: string, command: string, env: readonly (readonly [string, string])[] = []): Lines {
  return [
    `- name: ${scalar(name)}`,
    ...(env.length === 0 ? [] : ["  env:"]),
    ...indent(
      env.map(([variable, value]) => `${variable}: ${value}`),
      4,
    ),
    `  run: ${scalar(command)}`,
  ];
}

/** Keeps files with the run. */
export function uploads(actions: Actions, name: string, path: string): Lines {
  return uses(actions.uploadArtifact, "${{ !cancelled() }}", [
    ["name", scalar(name)],
    ["path", scalar(path)],
    ["if-no-files-found", "ignore"],
  ]);
}
