/** What the tests of rpm packages share: how they are asked about, and repositories of them. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";

import type { PackageFormat } from "../../../src/make/packages/format.ts";
import type { RpmOptions } from "../../../src/make/packages/rpm/options.ts";
import type { Template } from "../../../src/model/template.ts";

/** What a package says in `format` (rpm --queryformat), without a signature being looked at. */
export function query(rpm: string, path: string, format: string): string {
  return execFileSync(rpm, ["-qp", "--nosignature", "--queryformat", format, path], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
  });
}

/** One line per value of a list: `[%{=NAME} ...\n]`. */
export function queryLines(rpm: string, path: string, format: string): readonly string[] {
  return query(rpm, path, `[${format}\n]`)
    .split("\n")
    .filter((line) => line !== "");
}

/** `name op version` of each relation, with its flags where they mean more than the comparison; sorted. */
export function relationsIn(rpm: string, path: string, tag: string): readonly string[] {
  return queryLines(rpm, path, `%{${tag}NAME}|%{${tag}FLAGS:depflags}|%{${tag}VERSION}|%{${tag}FLAGS}`)
    .map((line) => {
      const [name = "", comparison = "", version = "", flags = ""] = line.split("|");
      const more = Number(flags) & ~(2 | 4 | 8 | 0x100_0000);
      const words = [name, comparison.trim(), version, more === 0 ? "" : `[${more}]`];
      return words.filter((word) => word !== "").join(" ");
    })
    .toSorted();
}

/** The format, with options that are templates as `input/` compiles them. */
export function withTemplates(
  format: PackageFormat<RpmOptions>,
  options: {
    readonly summary?: string;
    readonly packager?: string;
    readonly buildhost?: string;
    readonly prefixes?: readonly string[];
  },
): PackageFormat<RpmOptions> {
  const { prefixes, ...texts } = options;
  const compiled = {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, compile(text)])),
    ...(prefixes === undefined ? {} : { prefixes: prefixes.map(compile) }),
  };
  return {
    ...format,
    decide: (request) => format.decide({ ...request, options: { ...request.options, ...compiled } }),
  };
}

function compile(source: string): Template {
  return { source, place: undefined, constant: true, roots: [], late: [], render: () => source };
}

/** A folder that dnf and zypper take packages from. */
export function repository(createrepo: string, folder: string, packages: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const path of packages) copyFileSync(path, join(folder, basename(path)));
  execFileSync(createrepo, ["--quiet", folder]);
  return folder;
}

/** Exit code and all that was said. */
export function outcomeOf(
  command: string,
  args: readonly string[],
): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  return { status, said: stdout + stderr };
}
