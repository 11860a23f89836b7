/** A release's version taken apart for packages. Pure. */
import type { PackageText } from "../model/config/packages.ts";
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

interface Parts {
  readonly base: string;
  readonly prerelease: string;
  readonly metadata: string;
}

/**
 * `1.2.3-rc.1+meta` into its parts (semver.org, 9 and 10). What `git describe` puts behind a tag (`1.2.3-4-g0abc123-dirty`) is metadata:
 * such a version comes after 1.2.3, not before it.
 */
export function splitVersion(text: string): Parts {
  const [, base = text, prerelease = "", metadata = ""] = /^([^-+]+)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  const [, before = "", counted] = /^(?:(.*?)-)??(\d+-g[0-9a-f]+(?:-dirty)?|dirty)$/.exec(prerelease) ?? [];
  if (counted === undefined) return { base, prerelease, metadata };
  return { base, prerelease: before, metadata: [counted.replaceAll("-", "."), metadata].filter(Boolean).join(".") };
}

function emptyIsNone(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
