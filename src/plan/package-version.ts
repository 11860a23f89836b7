/** A release's version taken apart for packages. Pure. */
import type { PackageText } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import type { PackageVersion } from "../model/package.ts";
import type { Scope } from "../model/template.ts";

/** The version's parts, with what the entry says instead of them. */
export function packageVersion(facts: Facts, said: PackageText["version"], scope: Scope): PackageVersion {
  const text = facts.version.version;
  const { base, prerelease, metadata } = splitVersion(text);
  return {
    text,
    base,
    prerelease: said.prerelease?.render(scope).trim() ?? prerelease,
    metadata: said.metadata?.render(scope).trim() ?? metadata,
    epoch: said.epoch,
    release: emptyIsNone(said.release?.render(scope).trim()),
    isMade: facts.isSnapshot || facts.isNightly,
  };
}

/** `1.2.3-rc.1+meta` into its parts (semver.org, 9 and 10). */
export function splitVersion(text: string): { base: string; prerelease: string; metadata: string } {
  const [, base = text, prerelease = "", metadata = ""] = /^([^-+]+)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  return { base, prerelease, metadata };
}

function emptyIsNone(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
