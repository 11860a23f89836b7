/** Writes the spec file of a source package, from which `rpmbuild` makes the same package again (rpm, docs/manual/spec.md). */
import type { ChangelogEntry } from "../../../model/package.ts";
import { Problem } from "../../../model/problem.ts";
import type { PackageEntry } from "../format.ts";
import type { RpmFields } from "./fields.ts";
import { type RpmRelation, sense } from "./relation.ts";
import type { RpmScript } from "./scripts.ts";

export interface SpecRequest {
  readonly fields: RpmFields;
  readonly entries: readonly PackageEntry[];
  readonly scripts: readonly RpmScript[];
  readonly changelog: readonly ChangelogEntry[];
  /** File name of the archive that holds the contents in a folder `name-version`. */
  readonly archive: string;
}

/**
 * The whole file. The contents are there already, so that nothing is compiled, stripped or compressed on the way. Fails with
 * `plan.invalid` on a line of a text that rpmbuild would take for the beginning of the next section.
 */
export function specFile(request: SpecRequest): string {
  const { fields, entries, scripts, changelog } = request;
  return [
    settings(fields),
    preamble(request),
    section("%description", passage("description", fields.description)),
    section("%prep", "%setup -q"),
    section("%build", ""),
    section("%install", "mkdir -p %{buildroot}\ncp -a . %{buildroot}/"),
    ...scripts.map(({ section: name, program, body }) =>
      section(
        `%${name} -p ${program.length > 1 ? `"${literal(program.join(" "))}"` : literal(program[0] ?? "")}`,
        passage(`%${name} script`, body),
      ),
    ),
    section("%files", entries.map(fileLine).join("\n")),
    ...(changelog.length === 0 ? [] : [section("%changelog", newestFirst(changelog).map(change).join("\n\n"))]),
  ].join("\n");
}

/** What distributions do to packages of programs they compiled, and must not do here. */
function settings({ compression, buildHost }: RpmFields): string {
  const payload = { gzip: "w9.gzdio", zstd: "w9.zstdio", xz: "w6.xzdio", none: "w.ufdio" }[compression];
  return `${[
    "%global debug_package %{nil}",
    "%global __os_install_post %{nil}",
    "%global _build_id_links none",
    `%global _buildhost ${literal(buildHost)}`,
    `%global _binary_payload ${payload}`,
    `%global _source_payload ${payload}`,
  ].join("\n")}\n`;
}

function preamble({ fields, archive }: SpecRequest): string {
  const { name, epoch, version, release, arch, prefixes } = fields;
  const tag = (key: string, value: string | null): readonly string[] =>
    value === null || value === "" ? [] : [`${key}: ${literal(value)}`];
  return `${[
    ...tag("Name", name),
    ...tag("Epoch", epoch === null ? null : String(epoch)),
    ...tag("Version", version),
    ...tag("Release", release),
    ...tag("Summary", fields.summary),
    ...tag("License", fields.license),
    ...tag("Group", fields.group),
    ...tag("Vendor", fields.vendor),
    ...tag("Packager", fields.packager),
    ...tag("URL", fields.url),
    ...tag("Source0", archive),
    ...(arch === "noarch" ? tag("BuildArch", arch) : tag("ExclusiveArch", arch.replace(/^x86_64_v\d$/, "x86_64"))),
    ...prefixes.flatMap((prefix) => tag("Prefix", prefix)),
    "AutoReqProv: no",
    ...relationLines(fields),
  ].join("\n")}\n`;
}

/** Those that rpmbuild does not add by itself. */
function relationLines(fields: RpmFields): readonly string[] {
  const lines = (key: string, relations: readonly RpmRelation[]): readonly string[] =>
    relations.map((relation) => `${key}${phaseOf(relation)}: ${literal(written(relation))}`);
  const isOwn = ({ name, flags }: RpmRelation): boolean =>
    name.replace(/\(.*\)$/, "") === fields.name && flags === sense.equal;
  return [
    ...lines(
      "Requires",
      fields.requires.filter(({ flags }) => (flags & sense.rpmlib) === 0),
    ),
    ...lines(
      "Provides",
      fields.provides.filter((provided) => !isOwn(provided)),
    ),
    ...lines("Conflicts", fields.conflicts),
    ...lines("Obsoletes", fields.obsoletes),
    ...lines("Recommends", fields.recommends),
    ...lines("Suggests", fields.suggests),
  ];
}

const phases = ["pre", "post", "preun", "postun", "pretrans", "posttrans", "verify"] as const;

function phaseOf({ flags }: RpmRelation): string {
  const phase = phases.find((name) => (flags & sense[name]) !== 0);
  return phase === undefined ? "" : `(${phase})`;
}

function written({ name, flags, version }: RpmRelation): string {
  const less = (flags & sense.less) === 0 ? "" : "<";
  const greater = (flags & sense.greater) === 0 ? "" : ">";
  const equal = (flags & sense.equal) === 0 ? "" : "=";
  return version === "" ? name : `${name} ${less}${greater}${equal} ${version}`;
}

function fileLine(entry: PackageEntry): string {
  const { flags, owner, group } = entry;
  const mode = entry.type === "symlink" ? "-" : (entry.mode & 0o7777).toString(8).padStart(4, "0");
  const words = [`%attr(${mode}, ${owner}, ${group})`];
  if (entry.type === "directory") words.push("%dir");
  if (flags.has("ghost")) words.push("%ghost");
  const options = (["noreplace", "missingok"] as const).filter((flag) => flags.has(flag));
  const isConfig = flags.has("config") || flags.has("noreplace");
  if (isConfig) words.push(options.length === 0 ? "%config" : `%config(${options.join(",")})`);
  else if (flags.has("missingok")) words.push("%missingok");
  for (const flag of ["doc", "license", "readme"] as const) if (flags.has(flag)) words.push(`%${flag}`);
  return `${words.join(" ")} "/${asPattern(entry.path)}"`;
}

/** A pattern that matches the path: quotes keep blanks together; rpm 4.18 heeds no backslash there, and expands macros twice. */
function asPattern(path: string): string {
  return path.replaceAll(/[[*?]/g, "[$&]").replaceAll(/[\\{}"%]/g, "?");
}

/** rpmbuild refuses a list that is not sorted. */
function newestFirst(changelog: readonly ChangelogEntry[]): readonly ChangelogEntry[] {
  return changelog.toSorted((a, b) => b.time - a.time);
}

function change({ time, author, version, changes }: ChangelogEntry): string {
  const [, weekday = "", day = "", month = "", year = ""] =
    /^(\w+), (\d+) (\w+) (\d+)/.exec(new Date(time * 1000).toUTCString()) ?? [];
  const head = `* ${weekday} ${month} ${day} ${year} ${author} - ${version}`;
  return literal([head, ...changes.map((line) => `- ${line}`)].join("\n"));
}

function section(head: string, body: string): string {
  return `${head}\n${body}${body === "" ? "" : "\n"}`;
}

/** Sections (rpm, build/parseSpec.c, partList), which rpmbuild looks for once macros are expanded, so that nothing protects a line. */
const heads =
  /^%(package|prep|generate_buildrequires|conf|build|install|check|clean|preun|postun|pretrans|posttrans|preuntrans|postuntrans|pre|post|files|changelog|description|triggerpostun|triggerprein|triggerun|triggerin|trigger|verifyscript|sepolicy|filetriggerin|filetriggerun|filetriggerpostun|transfiletriggerin|transfiletriggerun|transfiletriggerpostun|sourcelist|patchlist)(\s|$)/im;

function passage(what: string, text: string): string {
  const line = heads.exec(text)?.[0].trim();
  if (line === undefined) return literal(text);
  throw new Problem("plan.invalid", `the ${what} has a line that begins with ${line}, which no spec file can hold`, {
    hint: "Put something before it, or leave the source package out.",
  });
}

/** Text that rpm must not take for a macro (nfpm#1109). */
function literal(text: string): string {
  return text.replaceAll("%", "%%");
}
