/** Which machines Bun builds for and what it calls them. */
import semver from "semver";

import type { Platform } from "../../../model/platform.ts";

/** Targets of an entry that names none. */
export const usualTargets: readonly string[] = [
  "linux/amd64",
  "linux/arm64",
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
];

/** Systems Bun runs on, with their variants besides the plain build. */
const systems: Readonly<Record<string, readonly string[]>> = {
  linux: ["musl"],
  darwin: [],
  windows: [],
  freebsd: [],
  android: [],
};

/** Bun's words for architectures, with their variants. */
const cpus: Readonly<Record<string, { readonly word: string; readonly variants: readonly string[] }>> = {
  amd64: { word: "x64", variants: ["v2", "v3"] },
  arm64: { word: "arm64", variants: [] },
};

/** Why Bun cannot build for a platform, or undefined when it can. */
export function refusal({ os, arch, variant }: Platform): string | undefined {
  const [system, cpu] = [systems[os], cpus[arch]];
  if (system === undefined || cpu === undefined)
    return `Bun runs on ${Object.keys(systems).join(", ")} with ${Object.keys(cpus).join(" or ")}`;
  const variants = [...cpu.variants, ...system];
  if (variant === undefined || variants.includes(variant)) return undefined;
  return variants.length === 0
    ? `Bun has no variants of ${os}/${arch}`
    : `Bun's variants of ${os}/${arch} are ${variants.join(", ")}`;
}

/** `bun-linux-x64-musl`. The plain amd64 build asks for AVX2 until Bun 1.4, so v1 and v2 ask for the baseline build. */
export function targetName({ os, arch, variant }: Platform): string {
  const musl = variant === "musl" ? ["musl"] : [];
  const level = arch !== "amd64" ? [] : variant === "v3" ? ["modern"] : ["baseline"];
  return ["bun", os, cpus[arch]?.word ?? arch, ...musl, ...level].join("-");
}

/** Since 1.4 Bun has one amd64 build, which looks at the processor when it starts; the running bun may then be its own runtime, without a download. */
export function runtimeTarget(target: string, revision: string): string {
  const version = semver.parse(revision);
  return version !== null && semver.gte(version, "1.4.0") ? target.replace(/-(baseline|modern)$/, "") : target;
}

/** In CommonJS modules Bun would write the folder of the machine that builds; the executable's own is what import.meta.dir says. */
export function modulePaths({ os }: Platform, name: string): Readonly<Record<string, string>> {
  const folder = os === "windows" ? "B:\\~BUN\\root" : "/$bunfs/root";
  const separator = os === "windows" ? "\\" : "/";
  return { __dirname: JSON.stringify(folder), __filename: JSON.stringify(folder + separator + name) };
}
