/** The workflows of GitHub, Gitea and Forgejo: releases of tags, and the validation of pushes and pull requests. */
import { preparingSteps, runs, uploads } from "./actions-steps.ts";
import { fromRoot, tagGlobs, type Workflow } from "./workflow.ts";
import { flow, indent, map, quoted, scalar } from "./yaml-text.ts";

type Lines = readonly string[];
type Pairs = readonly (readonly [string, string])[];

/** What a forge does its own way. */
export interface Dialect {
  /** The machines that jobs run on. */
  readonly runner: string;
  /** Whether jobs have permissions; elsewhere the token's are those of its settings. */
  readonly permissions: boolean;
}

/** A release of each tag, and snapshots by hand. */
export function releaseWorkflow(workflow: Workflow, dialect: Dialect): string {
  const { ci, needs, folder } = workflow;
  const what = [
    ...(ci.schedule === undefined ? [] : ["github.event_name == 'schedule' && '--nightly'"]),
    "!startsWith(github.ref, 'refs/tags/') && '--snapshot'",
    "''",
  ].join(" || ");
  const env: Pairs = [
    ["WHAT", `\${{ ${what} }}`],
    ...Object.entries(ci.env).map(([name, value]) => [name, scalar(value)] as const),
    ...needs.secrets.map((name) => [name, `\${{ secrets.${name} }}`] as const),
  ];
  return text([
    "name: release",
    "",
    "on:",
    "  push:",
    `    tags: ${flow(tagGlobs(workflow))}`,
    `  # A snapshot: everything is made, and ${needs.snapshots.length === 0 ? "nothing is published" : `goes to ${needs.snapshots.join(", ")} alone`}.`,
    "  workflow_dispatch:",
    ...(ci.schedule === undefined ? [] : ["  schedule:", `    - cron: ${quoted(ci.schedule)}`]),
    "",
    ...permissions(dialect, []),
    "concurrency:",
    "  group: release-${{ github.ref }}",
    "  cancel-in-progress: false",
    "",
    "jobs:",
    "  release:",
    ...indent(
      [
        `runs-on: ${scalar(dialect.runner)}`,
        `timeout-minutes: ${ci.timeout}`,
        ...map("permissions", dialect.permissions ? granted(workflow) : []),
        ...within(folder),
        "steps:",
        ...indent(
          [
            ...preparingSteps(workflow),
            ...(dialect.permissions ? needs.logins.flatMap(loginStep) : []),
            ...runs("Release", 'slipway pipeline --mode release ${WHAT:+"$WHAT"}', env),
            ...uploads(workflow.actions, "release", fromRoot(folder, needs.artifacts)),
          ],
          2,
        ),
      ],
      4,
    ),
  ]);
}

/** Everything but publishing, of what is pushed and proposed; and tests in containers where they are asked for. */
export function validateWorkflow(workflow: Workflow, dialect: Dialect): string {
  const { ci, needs, folder } = workflow;
  const env: Pairs = [
    ...Object.entries(ci.env).map(([name, value]) => [name, scalar(value)] as const),
    // What is proposed is not yet trusted with keys.
    ...needs.signing.map((name) => [name, `\${{ github.event_name == 'push' && secrets.${name} || '' }}`] as const),
  ];
  return text([
    "name: validate",
    "",
    "on:",
    "  push:",
    `    branches: ${flow(ci.branches)}`,
    "  pull_request:",
    ...dispatch(ci.smoke),
    "",
    ...permissions(dialect, []),
    "concurrency:",
    "  group: validate-${{ github.ref }}",
    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
    "",
    "jobs:",
    "  validate:",
    ...indent(
      [
        `runs-on: ${scalar(dialect.runner)}`,
        `timeout-minutes: ${ci.timeout}`,
        ...within(folder),
        "steps:",
        ...indent(
          [
            ...preparingSteps(workflow),
            ...runs("Validate", "slipway pipeline --mode validate", env),
            ...uploads(workflow.actions, "validated", fromRoot(folder, needs.artifacts)),
          ],
          2,
        ),
      ],
      4,
    ),
    ...smokeJob(workflow, dialect),
  ]);
}

function dispatch(smoke: Lines): Lines {
  if (smoke.length === 0) return ["  workflow_dispatch:"];
  return [
    "  workflow_dispatch:",
    "    inputs:",
    "      run_docker_smoke:",
    "        description: Run the tests that need containers",
    "        type: boolean",
    "        default: false",
  ];
}

function smokeJob(workflow: Workflow, { runner }: Dialect): Lines {
  const { ci, folder, actions } = workflow;
  if (ci.smoke.length === 0) return [];
  return [
    "",
    "  docker-smoke:",
    ...indent(
      [
        "if: ${{ github.event_name == 'workflow_dispatch' && inputs.run_docker_smoke }}",
        `runs-on: ${scalar(runner)}`,
        `timeout-minutes: ${ci.timeout}`,
        ...within(folder),
        "steps:",
        ...indent(
          [
            ...preparingSteps(workflow),
            ...ci.smoke.flatMap((command) => runs(command, command)),
            ...uploads(actions, "docker-smoke", fromRoot(folder, "dist/docker-smoke")),
          ],
          2,
        ),
      ],
      4,
    ),
  ];
}

function permissions(dialect: Dialect, more: Pairs): Lines {
  return dialect.permissions ? [...map("permissions", [["contents", "read"], ...more]), ""] : [];
}

/** What the release's job may do; each only where the config needs it. */
function granted({ needs: { writes, pulls, identities } }: Workflow): Pairs {
  return [
    ["contents", writes.includes("contents") ? "write" : "read"],
    ...(["issues", "packages"] as const).flatMap((what) => (writes.includes(what) ? ([[what, "write"]] as const) : [])),
    ...(pulls ? ([["pull-requests", "read"]] as const) : []),
    ...(identities.length > 0 ? ([["id-token", "write"]] as const) : []),
  ];
}

function within(folder: string): Lines {
  return folder === "" ? [] : ["defaults:", "  run:", `    working-directory: ${scalar(folder)}`];
}

function text(lines: Lines): string {
  return `${lines.join("\n")}\n`;
}

/** Where docker and podman look for logins, so does slipway. */
function loginStep(host: string): Lines {
  const command = `printf %s "$TOKEN" | docker login ${host} --username "$GITHUB_ACTOR" --password-stdin`;
  return runs(`Log in to ${host}`, command, [["TOKEN", "${{ secrets.GITHUB_TOKEN }}"]]);
}
