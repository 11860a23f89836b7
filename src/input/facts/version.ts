/** Where a release's version comes from: a tag, `git describe`, a file, or a word. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem, type Place } from "../../model/problem.ts";
import { parseVersion, type Version } from "./semver.ts";

/** Formats of files that hold a version among other things, by extension or name. */
const readers: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  ".json": async (text) => field(JSON.parse(text), ["version"]),
  ".toml": async (text) => {
    const { parse } = await import("smol-toml");
    const document = parse(text);
    // Cargo.toml, a workspace's Cargo.toml, pyproject.toml (PEP 621), Poetry's.
    const paths = [
      ["package", "version"],
      ["workspace", "package", "version"],
      ["project", "version"],
      ["tool", "poetry", "version"],
      ["version"],
    ];
    return paths.map((keys) => field(document, keys)).find((value) => typeof value === "string");
  },
};

/** The version a project file holds. Throws `file.missing` and `version.invalid`. */
export async function versionInFile(root: string, file: string): Promise<Version> {
  const place: Place = { file, line: 1, column: 1 };
  const text = await onDisk(file, () => readFile(path.resolve(root, file), "utf8"));
  const found = await (readers[path.extname(file)] ?? firstLine)(text).catch((thrown: unknown) => {
    if (errnoOf(thrown) !== undefined || !(thrown instanceof Error)) throw thrown;
    throw new Problem("version.invalid", `${file} cannot be read: ${thrown.message.split("\n", 1)[0]}`, {
      place,
      cause: thrown,
    });
  });
  if (typeof found !== "string" || found === "")
    throw new Problem("version.invalid", `${file} holds no version`, { place });
  return readVersion(found, place);
}

/** Reads a version with or without `v`. Throws `version.invalid`. */
export function readVersion(text: string, place?: Place): Version {
  const version = parseVersion(text.trim().replace(/^v/, ""));
  if (version !== undefined) return version;
  throw new Problem("version.invalid", `${JSON.stringify(text.slice(0, 80))} is not a version`, {
    place,
    expected: "a version such as 1.2.3, 1.2.3-rc.1 or 2026.1",
  });
}

/**
 * The version `git describe` gives: `1.2.3-4-gabc1234`, or `0.0.0-gabc1234` where there is no tag. Parts are the tag's, the
 * rest is its pre-release.
 */
export function describedVersion(base: Version | undefined, commitsSince: number, shortCommit: string): Version {
  if (base !== undefined && commitsSince === 0) return base;
  const text = base === undefined ? `0.0.0-g${shortCommit}` : `${base.text}-${commitsSince}-g${shortCommit}`;
  return readVersion(text);
}

async function firstLine(text: string): Promise<string> {
  return text.trim().split(/\r?\n/, 1)[0] ?? "";
}

function field(document: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined,
    document,
  );
}
