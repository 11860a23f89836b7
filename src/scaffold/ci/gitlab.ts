/** GitLab's jobs: the same pipeline, in a file that `.gitlab-ci.yml` includes. */
import type { Toolchain } from "../../model/job.ts";
import { fromRoot, type Workflow } from "./workflow.ts";
import { indent, map, quoted, scalar } from "./yaml-text.ts";

type Lines = readonly string[];

/** What jobs run in: Debian with Node, Python and git. */
const image = "node:24-trixie";

/** What brings each toolchain into that image; Go and Rust then take the version that the project asks for. */
const toolchains: Readonly<Record<Toolchain, Lines>> = {
  node: [],
  go: ["apt-get install --yes --no-install-recommends golang-go ca-certificates"],
  rust: ["apt-get install --yes --no-install-recommends rustup gcc libc6-dev", "rustup default stable"],
  python: [
    "apt-get install --yes --no-install-recommends python3-venv python3-pip",
    "pip install --break-system-packages uv==0.13.8",
  ],
  zig: [
    "apt-get install --yes --no-install-recommends python3-pip",
    "pip install --break-system-packages ziglang==0.16.0",
    `printf '#!/bin/sh\\nexec python3 -m ziglang "$@"\\n' > /usr/local/bin/zig`,
    "chmod +x /usr/local/bin/zig",
  ],
  bun: ["npm install --global bun@1.4.5"],
  deno: ["npm install --global deno@2.9.6"],
};

/** Jobs for tags, snapshots by hand, nightlies, pushes and merge requests. Secrets are GitLab's own CI/CD variables. */
export function gitlabJobs(workflow: Workflow): string {
  const { ci } = workflow;
  const branches = ci.branches.map(
    (branch) => `if: $CI_COMMIT_BRANCH == ${JSON.stringify(branch)} && $CI_PIPELINE_SOURCE == "push"`,
  );
  const jobs: readonly Lines[] = [
    base(workflow),
    job("validate", "test", "validate", ['if: $CI_PIPELINE_SOURCE == "merge_request_event"', ...branches], workflow),
    job("release", "deploy", "release", [`if: $CI_COMMIT_TAG =~ /^${escaped(workflow)}[0-9]/`], workflow),
    job(
      "snapshot",
      "deploy",
      "release --snapshot",
      ['if: $CI_PIPELINE_SOURCE == "web" && $CI_COMMIT_TAG == null'],
      workflow,
    ),
    ...(ci.schedule === undefined
      ? []
      : [job("nightly", "deploy", "release --nightly", ['if: $CI_PIPELINE_SOURCE == "schedule"'], workflow)]),
    ...(ci.smoke.length === 0 ? [] : [smoke(workflow)]),
  ];
  return `${[...secretsRemark(workflow), ...jobs.flatMap((lines) => ["", ...lines])].join("\n")}\n`;
}

function base({ ci, needs, folder, install }: Workflow): Lines {
  const commands = needs.toolchains.flatMap((name) => toolchains[name]);
  const update = commands.some((command) => command.startsWith("apt-get")) ? ["apt-get update"] : [];
  const variables: readonly (readonly [string, string])[] = [
    ["GIT_DEPTH", "'0'"],
    ...(needs.toolchains.includes("go") ? [["GOTOOLCHAIN", "auto"] as const] : []),
    ...Object.entries(ci.env).map(([name, value]) => [name, quoted(value)] as const),
  ];
  return [
    ".slipway:",
    ...indent(
      [
        `image: ${scalar(ci.runner ?? image)}`,
        `timeout: ${ci.timeout} minutes`,
        ...map("variables", variables),
        "before_script:",
        ...list([...update, ...commands, install, ...(folder === "" ? [] : [`cd ${shellWord(folder)}`])]),
        "artifacts:",
        "  when: always",
        "  expire_in: 1 week",
        "  paths:",
        `    - ${scalar(`${fromRoot(folder, needs.artifacts)}/`)}`,
      ],
      2,
    ),
  ];
}

function job(name: string, stage: string, mode: string, rules: Lines, { needs }: Workflow): Lines {
  const isRelease = mode.startsWith("release");
  const tokens = isRelease ? needs.identities : [];
  return [
    `slipway ${name}:`,
    ...indent(
      [
        "extends: .slipway",
        `stage: ${stage}`,
        "rules:",
        ...list(rules, (rule) => rule),
        ...(isRelease ? ["resource_group: slipway-release"] : []),
        ...(tokens.length === 0 ? [] : ["id_tokens:"]),
        ...tokens.flatMap(({ variable, audience }) => [`  ${variable}:`, `    aud: ${quoted(audience)}`]),
        "script:",
        ...list([`slipway pipeline --mode ${mode}`]),
      ],
      2,
    ),
  ];
}

function smoke({ ci, folder }: Workflow): Lines {
  return [
    "slipway docker-smoke:",
    ...indent(
      [
        "extends: .slipway",
        "stage: test",
        "rules:",
        '  - if: $RUN_DOCKER_SMOKE == "true"',
        "artifacts:",
        "  when: always",
        "  expire_in: 1 week",
        "  paths:",
        `    - ${scalar(fromRoot(folder, "dist/docker-smoke/"))}`,
        "script:",
        ...list(ci.smoke),
      ],
      2,
    ),
  ];
}

function list(items: Lines, form: (item: string) => string = scalar): Lines {
  return items.map((item) => `  - ${form(item)}`);
}

function secretsRemark({ needs: { secrets } }: Workflow): Lines {
  if (secrets.length === 0) return [];
  return [`# Set as protected, masked CI/CD variables: ${secrets.join(", ")}.`];
}

function escaped({ prefix, isWhole }: Workflow): string {
  if (isWhole) return prefix.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const stem = prefix.replace(/v$/, "").replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return prefix.endsWith("v") ? `${stem}v?` : stem;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
