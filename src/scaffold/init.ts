/** `slipway init`: a commented slipway.yaml that works as it is, from what was found in the folder. */
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { errnoOf, onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import type { Detected, Program } from "./detect.ts";

/** File names a config may have, the usual one first. */
const configNames = ["slipway.yaml", "slipway.yml", "slipway.json"] as const;

/** Targets of builders that can make them from any machine; others build for the machine they run on. */
const usualTargets: Readonly<Record<string, string>> = {
  go: '["{linux,darwin,windows}/{amd64,arm64}"]',
  bun: '["{linux,darwin}/{amd64,arm64}", windows/amd64]',
  deno: '["{linux,darwin}/{amd64,arm64}", windows/amd64]',
  node: '["{linux,darwin}/{amd64,arm64}", windows/amd64]',
  zig: '["{linux,darwin,windows}/{amd64,arm64}"]',
};

/** Builders whose results are packages by themselves and go into no archive. */
const packagesThemselves: ReadonlySet<string> = new Set(["python"]);

/** Text of a slipway.yaml for a project. `schema` is what editors check it against. Pure. */
export function initialConfig(detected: Detected, schema = "./node_modules/slipway/slipway.schema.json"): string {
  const { programs } = detected;
  const sections = [
    `# yaml-language-server: $schema=${schema}\nslipway: 1`,
    projectSection(detected),
    programs.length > 0 ? buildsSection(programs) : noBuilds,
    ...archivesSection(detected),
    ...(programs.length > 0 ? [] : [source]),
    notes,
    release,
    stores,
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The line .gitignore should have, or undefined when it is there. */
export function gitignoreLine(detected: Detected): string | undefined {
  return detected.ignoresDist ? undefined : "/dist/";
}

/**
 * Writes the text as `slipway.yaml` in `dir` and returns its path. Throws `config.invalid` where there is a config already,
 * under any of its names: nothing is ever overwritten.
 */
export async function writeConfig(dir: string, text: string): Promise<string> {
  const existing = await firstThere(configNames.map((name) => join(dir, name)));
  if (existing !== undefined) throw alreadyThere(existing);
  const path = join(dir, configNames[0]);
  const beside = `${path}.${process.pid}.tmp`;
  await onDisk(path, async () => {
    await writeSynced(beside, text);
    try {
      await placeNew(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
  });
  return path;
}

/** A link, unlike a rename, never takes the place of a file that came in between; some file systems have none. */
async function placeNew(beside: string, path: string): Promise<void> {
  try {
    await link(beside, path);
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") throw alreadyThere(path);
    await rename(beside, path);
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = await lstat(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

function alreadyThere(path: string): Problem {
  return new Problem("config.invalid", `${path} is there already`, {
    hint: "edit it, or move it away and run `slipway init` again",
  });
}

function projectSection({ name, about }: Detected): string {
  const { description, homepage, license } = about;
  const known = Object.entries({ description, homepage, license }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return [
    "project:",
    `  name: ${flowText(name)}`,
    ...known.map(([key, value]) => `  ${key}: ${blockText(asTemplate(value))}`),
  ].join("\n");
}

function buildsSection(programs: readonly Program[]): string {
  return [
    "# What is built. Each entry makes a program for every target under `for`.",
    "builds:",
    ...programs.map(buildEntry),
  ].join("\n");
}

function buildEntry({ kind, name, main, dir, because, options, remarks }: Program): string {
  const targets = usualTargets[kind];
  const lines = [
    `- name: ${flowText(name)} # found in ${because.replace(/\s+/g, " ")}`,
    `  ${kind}: ${blockText(asTemplate(main))}`,
    ...(dir === "." ? [] : [`  dir: ${blockText(asTemplate(dir))}`]),
    ...(targets === undefined ? [] : [`  for: ${targets}`]),
    ...Object.entries(options).map(([key, value]) => `  ${key}: ${blockText(value)}`),
    ...remarks.map((remark) => `  # ${remark}`),
  ];
  return lines.map((line) => `  ${line}`).join("\n");
}

/** One archive for the programs of one module, which are for the same targets; none for what is a package already. */
function archivesSection({ programs, documents }: Detected): readonly string[] {
  const groups = Map.groupBy(
    programs.filter(({ kind }) => !packagesThemselves.has(kind)),
    ({ kind, dir }) => `${kind} ${dir}`,
  );
  if (groups.size === 0) return [];
  const files = documents.length === 0 ? [] : [`    files: [${documents.map(flowText).join(", ")}]`];
  const entries = [...groups.values()].flatMap((members) => [
    `  - name: "${groups.size === 1 ? "{{ project }}" : (members[0]?.name ?? "")}_{{ version }}_{{ os }}_{{ arch }}"`,
    `    from: [${members.map(({ name }) => flowText(name)).join(", ")}]`,
    "    format: { default: tar.gz, windows: zip }",
    ...files,
  ]);
  return [
    ["# What people download: the programs of a target and what should lie beside them.", "archives:", ...entries].join(
      "\n",
    ),
  ];
}

const noBuilds = `# No program was found here. A builder is named by its key: go, rust, bun, deno, node, python, zig, prebuilt or command.
# builds:
#   - name: tool
#     command: make
#     outputs: [tool]`;

const source = `# The sources of the tag as an archive.
source: { archive: "{{ project }}-{{ version }}" }`;

const notes = `# Release notes, from the commits since the previous tag.
notes:
  from: commits
  groups:
    - { title: Features, match: ^feat }
    - { title: Fixes, match: ^fix }
  exclude: ["^(docs|test|chore|ci)"]`;

const release = `# The lists that are written beside the artifacts.
release:
  checksums: checksums.txt
  index: index.json`;

const stores = `# Where \`slipway publish\` copies a release to. Without the comment signs: to a folder of its own in public.
# stores:
#   site: { folder: "public/{{ version }}" }
# publish: [site]`;

/** Text that is meant as it stands, where templates are read. */
function asTemplate(text: string): string {
  return /\{[{%]/.test(text) ? `{% raw %}${text}{% endraw %}` : text;
}

/** A YAML scalar that stands at the end of a line. */
function blockText(text: string): string {
  return stringify(text.replace(/\s+/g, " ").trim(), { lineWidth: 0 }).trimEnd();
}

/** A YAML scalar that may stand inside brackets. */
function flowText(text: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
