/** Which machines Deno compiles for and what it calls them. */
import semver from "semver";

import { formatPlatform, type Platform } from "../../../model/platform.ts";

/** Targets of an entry that names none. */
export const usualTargets: readonly string[] = [
  "linux/amd64",
  "linux/arm64",
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
];

const triples: Readonly<Record<string, string>> = {
  "linux/amd64": "x86_64-unknown-linux-gnu",
  "linux/arm64": "aarch64-unknown-linux-gnu",
  "darwin/amd64": "x86_64-apple-darwin",
  "darwin/arm64": "aarch64-apple-darwin",
  "windows/amd64": "x86_64-pc-windows-msvc",
  "windows/arm64": "aarch64-pc-windows-msvc",
};

/** The first Deno that knows a target, where not all that are supported do. */
const since: Readonly<Record<string, string>> = { "windows/arm64": "2.9.3" };

/** Why this Deno cannot compile for a platform, or undefined. `version` is left out where it could not be asked. */
export function refusal(platform: Platform, version: string | undefined): string | undefined {
  const target = formatPlatform(platform);
  if (triples[target] === undefined) return `Deno compiles for ${Object.keys(triples).join(", ")}`;
  const first = since[target];
  if (first === undefined || version === undefined || semver.gte(version, first)) return undefined;
  return `Deno compiles for it from ${first} on, and this is ${version}`;
}

/** Deno's word for a platform. */
export function targetName(platform: Platform): string {
  return triples[formatPlatform(platform)] ?? formatPlatform(platform);
}
