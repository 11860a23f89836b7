/** Small projects made of text, as repositories: what they build takes no time. */
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Commit, repositoryOf } from "./repository.ts";

export type Files = Readonly<Record<string, string>>;

export interface ProjectOptions {
  /** The tag at HEAD; default `v1.0.0`. Empty for none. */
  readonly tag?: string;
  /** Its history; default one commit, which has the tag. */
  readonly commits?: readonly Commit[];
  /** Where it goes; a new temporary folder when left out. */
  readonly folder?: string;
}

/** A builder that prints what it was told, for every target it is asked for, and takes milliseconds. */
export const buildScript = `set -eu
mkdir -p "$(dirname "$2")"
{ echo "#!/bin/sh"; echo "echo tool $BUILD_VERSION for $1"; } > "$2"
chmod +x "$2"
`;

/** A release of one program for two targets, which is published to a folder. */
export const toolConfig = `slipway: 1
project: { name: tool }
builds:
  - name: tool
    command: sh build.sh {{ target }} out/{{ target }}/tool{{ ext }}
    outputs: out/{{ target }}/tool{{ ext }}
    inputs: build.sh
    for: [linux/amd64, windows/amd64]
archives:
  - name: "tool_{{ os }}_{{ arch }}"
    files: [README.md]
notes: { from: commits }
stores:
  site: { folder: public }
publish: [site]
`;

/** Files of the project `tool`, with `more` over them. */
export function toolFiles(more: Files = {}): Files {
  return {
    "slipway.yaml": toolConfig,
    "build.sh": buildScript,
    "README.md": "# tool\n",
    ".gitignore": "out/\ndist/\npublic/\n",
    ...more,
  };
}

/** Makes a repository that holds `files` and returns its path. */
export function projectRepository(files: Files, { tag = "v1.0.0", ...rest }: ProjectOptions = {}): string {
  const nothing = mkdtempSync(join(tmpdir(), "slipway-nothing-"));
  try {
    const commits: readonly Commit[] = [{ message: "feat: first", tags: tag === "" ? [] : [tag] }];
    return repositoryOf(nothing, "tool", { commits, ...rest, files });
  } finally {
    rmdirSync(nothing);
  }
}
