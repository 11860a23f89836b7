/** The values templates see: of the release as a whole, and of one target. Pure, and plain data. */
import type { Config } from "../../model/config.ts";
import type { VarValue } from "../../model/config/vars.ts";
import type { Facts } from "../../model/facts.ts";
import { executableSuffix, formatPlatform, type Platform } from "../../model/platform.ts";
import type { Scope, Template } from "../../model/template.ts";
import { formatTime } from "../../model/time.ts";

/** What `plan/` is handed: the release's names, and those of a target on top. */
export interface TemplateVocabulary {
  readonly base: Scope;
  forTarget(platform: Platform): Scope;
}

export function templateVocabulary(config: Config, facts: Facts, extra: Scope = {}): TemplateVocabulary {
  const base = templateScope(config, facts, extra);
  return { base, forTarget: (platform) => ({ ...base, ...targetScope(platform) }) };
}

/**
 * The release's names. The config's `env` is over the operator's environment, each variable seeing those before it; `vars`
 * see everything but `env`. Throws `template.unknown` for what they lack.
 */
export function templateScope(config: Config, facts: Facts, extra: Scope = {}): Scope {
  const { git, version } = facts;
  const known: Scope = {
    version: version.version,
    rawVersion: version.rawVersion,
    major: version.major,
    minor: version.minor,
    patch: version.patch,
    prerelease: version.prerelease,
    metadata: version.metadata,
    tag: git.tag,
    previousTag: git.previousTag,
    tagSubject: git.tagSubject,
    tagBody: git.tagBody,
    tagContents: [git.tagSubject, git.tagBody].filter((part) => part !== "").join("\n\n"),
    branch: git.branch,
    commit: git.commit,
    fullCommit: git.commit,
    shortCommit: git.shortCommit,
    commitDate: formatTime(git.commitTime),
    commitTimestamp: git.commitTime,
    date: formatTime(facts.epoch),
    timestamp: facts.epoch,
    year: new Date(facts.epoch * 1000).getUTCFullYear(),
    summary: git.summary,
    gitUrl: git.url,
    treeState: git.isDirty ? "dirty" : "clean",
    isSnapshot: facts.isSnapshot,
    isNightly: facts.isNightly,
    isPrerelease: version.prerelease !== "",
    isDirty: git.isDirty,
    isClean: !git.isDirty,
    isSingleTarget: false,
    runtime: { os: facts.host.os, arch: facts.host.arch },
    env: facts.env,
    ...extra,
  };
  const withProject: Scope = { ...known, project: projectOf(config, known) };
  const withEnv: Scope = { ...withProject, env: environmentOf(config.env, withProject, facts.env) };
  return {
    ...withEnv,
    vars: Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, renderVar(value, withEnv)])),
  };
}

/** The names of one target, in Go's words; `amd64`, `arm` and the like hold the variant on that architecture, else nothing. */
export function targetScope(platform: Platform): Scope {
  const { os, arch, variant = "" } = platform;
  const variantOn = (architectures: readonly string[], baseline = ""): string =>
    architectures.includes(arch) ? variant || baseline : "";
  return {
    os,
    arch,
    variant,
    // No slash, so that it can be part of a file name.
    target: { name: formatPlatform(platform).replaceAll("/", "_"), os, arch, variant },
    platform: formatPlatform(platform),
    ext: executableSuffix(platform),
    amd64: variantOn(["amd64"], "v1"),
    i386: variantOn(["386"]),
    arm: variantOn(["arm"]),
    arm64: variantOn(["arm64"]),
    mips: variantOn(["mips", "mipsle", "mips64", "mips64le"]),
    ppc64: variantOn(["ppc64", "ppc64le"]),
    riscv64: variantOn(["riscv64"]),
  };
}

function projectOf(config: Config, scope: Scope): Scope {
  const { name, license, tags, ...texts } = config.project;
  const rendered = Object.entries(texts).map(([field, text]) => [field, text?.render(scope) ?? ""] as const);
  return { name, license: license ?? "", tags, ...Object.fromEntries(rendered) };
}

function environmentOf(
  templates: Readonly<Record<string, Template>>,
  scope: Scope,
  operator: Readonly<Record<string, string>>,
): Scope {
  const environment: Record<string, string> = { ...operator };
  for (const [name, template] of Object.entries(templates))
    environment[name] = template.render({ ...scope, env: { ...environment } });
  return environment;
}

function renderVar(value: VarValue, scope: Scope): unknown {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  if (isTemplate(value)) return value.render(scope);
  if (isList(value)) return value.map((item) => renderVar(item, scope));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renderVar(inner, scope)]));
}

function isTemplate(value: Exclude<VarValue, null | number | boolean>): value is Template {
  return "render" in value && typeof value.render === "function";
}

function isList(value: Exclude<VarValue, null | number | boolean>): value is readonly VarValue[] {
  return Array.isArray(value);
}
