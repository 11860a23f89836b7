/** Decides a chart's version, and the names it gets in registries. */
import type { ChartEntry } from "../model/config/charts.ts";
import type { Facts } from "../model/facts.ts";
import { Problem } from "../model/problem.ts";
import { formatReference, isTag, parseReference } from "../model/reference.ts";
import type { Scope, Template } from "../model/template.ts";

const number = "(?:0|[1-9][0-9]*)";
const prerelease = `(?:${number}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)`;
/** Semantic Versioning 2.0.0, items 2, 9 and 10. */
const semver = new RegExp(
  String.raw`^${number}\.${number}\.${number}(?:-${prerelease}(?:\.${prerelease})*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`,
);

/** The chart's version. Throws `version.invalid` at its line for what Helm would refuse. */
export function decideChartVersion({ version: template, place }: ChartEntry, facts: Facts, scope: Scope): string {
  const version = template?.render(scope).trim() ?? facts.version.version;
  if (semver.test(version)) return version;
  const bare = /^v(.*)$/.exec(version)?.[1];
  throw new Problem("version.invalid", `"${version}" cannot be a chart's version`, {
    place: template?.place ?? place,
    expected: "a version by Semantic Versioning 2.0.0, such as 1.2.3 or 1.2.3-rc.1",
    hint: bare !== undefined && semver.test(bare) ? "Leave the v out: {{ version }} has none." : "Say it in `version`.",
  });
}

/** `ghcr.io/acme/charts/cell0:1.0.0` of `oci://ghcr.io/acme/charts`. A place that renders empty is left out. */
export function decideChartNames(
  push: readonly Template[],
  name: string,
  version: string,
  scope: Scope,
): readonly string[] {
  return [...new Set(push.flatMap((template) => nameIn(template, name, version, scope)))];
}

function nameIn(template: Template, name: string, version: string, scope: Scope): readonly string[] {
  const url = template.render(scope).trim();
  if (url === "") return [];
  const path = /^oci:\/\/(.+?)\/*$/.exec(url)?.[1];
  const refuse = (why: string, hint?: string): Problem =>
    new Problem("plan.invalid", `push: ${why}`, {
      place: template.place,
      expected: "oci://HOST/PATH, such as oci://ghcr.io/acme/charts",
      hint,
    });
  if (path === undefined) throw refuse(`"${url}" does not begin with oci://`);
  // Tags have no plus; Helm writes an underscore instead and reads it back.
  const tag = version.replaceAll("+", "_");
  if (!isTag(tag)) throw refuse(`"${version}" is too long for a tag`);
  if (path.endsWith(`/${name}`))
    throw refuse(
      `"${url}" ends in the chart's own name, which is added to it`,
      `Write oci://${path.slice(0, -name.length - 1)}.`,
    );
  try {
    const reference = parseReference(`${path}/${name}`);
    if (reference.tag !== undefined || reference.digest !== undefined) throw refuse(`"${url}" has a tag`);
    return [formatReference({ ...reference, tag })];
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.place === undefined)
      throw refuse(`"${path}/${name}" cannot be a repository`, "Repositories are in lower case.");
    throw thrown;
  }
}
