/** What the Plan says of an rpm package: everything in its header that does not depend on its files' bytes. */
import type { JsonObject } from "../../../model/json.ts";
import type { PackageDraft, PackageRequest } from "../../../model/package-kind.ts";
import { type Place, Problem, problemsOf, throwIfAny } from "../../../model/problem.ts";
import { checkContents } from "./check-contents.ts";
import { archOf } from "./arch.ts";
import type { RpmOptions } from "./options.ts";
import { type AllRelations, noRelations, relationsOf } from "./relations.ts";
import { evrOf, rpmVersion } from "./version.ts";

/** Relations are without what scripts and the files add. */
export interface RpmFields extends JsonObject, AllRelations {
  readonly name: string;
  /** Null: none is written. */
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly summary: string;
  readonly description: string;
  readonly license: string;
  readonly group: string;
  /** Empty where nobody said; then there is no such tag. */
  readonly vendor: string;
  readonly packager: string;
  readonly url: string;
  readonly buildHost: string;
  readonly compression: NonNullable<RpmOptions["compression"]>;
  readonly prefixes: readonly string[];
  /** The version of the package format. */
  readonly rpmformat: NonNullable<RpmOptions["rpmformat"]>;
}

/** Stands where rpm's tools want something and nobody said it. */
const unspecified = "Unspecified";

/** Everything that `rpm` and `rpmbuild` would refuse on is a Problem here, all of them at once. */
export function decideFields(request: PackageRequest<RpmOptions>): RpmFields {
  const { options, scope, place } = request;
  const problems: Problem[] = [];
  const checked = <T>(work: () => T, fallback: T): T => {
    try {
      return work();
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined) throw thrown;
      problems.push(...found);
      return fallback;
    }
  };
  checked(() => checkName(request.name, place), undefined);
  checked(() => checkArch(archOf(request), place), undefined);
  const prefixes = (options.prefixes ?? []).map((prefix) => prefix.render(scope));
  checked(() => checkContents(request.contents, prefixes, place), undefined);
  const version = checked(() => rpmVersion(request.version, place), { epoch: undefined, version: "0", release: "1" });
  const relations = checked(() => relationsOf(request, version), noRelations);
  const line = (text: string, what: string): string => checked(() => oneLine(text, what, place), "");
  const summary = line(options.summary?.render(scope) ?? request.summary, "summary");
  const fields: RpmFields = {
    name: request.name,
    epoch: version.epoch ?? null,
    version: version.version,
    release: version.release,
    arch: archOf(request),
    summary: summary === "" ? request.name : summary,
    // Whole, since programs show it by itself: what people write often goes on from its first line.
    description: [request.summary, request.description].join("\n").trim() || summary,
    license: line(request.license, "license") || unspecified,
    group: line(options.group ?? unspecified, "group"),
    vendor: line(request.vendor, "vendor"),
    packager: line(options.packager?.render(scope) ?? request.maintainer, "packager"),
    url: line(request.homepage, "homepage"),
    buildHost: line(options.buildhost?.render(scope) ?? "localhost", "buildhost"),
    compression: options.compression ?? "gzip",
    prefixes,
    rpmformat: options.rpmformat ?? 4,
    ...relations,
  };
  throwIfAny(problems);
  return fields;
}

/** `name-version-release`, which file names begin with. */
export function nvrOf({ name, version, release }: RpmFields): string {
  return `${name}-${version}-${release}`;
}

/** Name, version and fields as a kind returns them. */
export function draftOf(fields: RpmFields, arch: string): PackageDraft {
  const { version, release } = fields;
  return {
    fileName: `${nvrOf(fields)}.${arch}.rpm`,
    version: evrOf({ epoch: fields.epoch ?? undefined, version, release }),
    arch: fields.arch,
    options: fields,
  };
}

function checkName(name: string, place: Place): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name) && !name.includes("..")) return;
  throw new Problem("plan.invalid", `"${name}" cannot be the name of an rpm package`, {
    place,
    expected: "a letter, digit or `_`, then letters, digits and `. _ + -`, without `..`",
    hint: "Set another name under `rpm:`.",
  });
}

function checkArch(arch: string, place: Place): void {
  if (/^[a-z0-9_]+$/.test(arch)) return;
  throw new Problem("plan.invalid", `"${arch}" cannot be the architecture of an rpm package`, {
    place,
    expected: "one of rpm's own words, such as x86_64, aarch64 or noarch",
    hint: "Leave `arch` out, and the target decides.",
  });
}

function oneLine(text: string, what: string, place: Place): string {
  const trimmed = text.trim();
  // oxlint-disable-next-line no-control-regex -- which is what must not be there
  if (!/[\u0000-\u001f\u007f]/.test(trimmed)) return trimmed;
  throw new Problem("plan.invalid", `the ${what} of an rpm package is one line`, {
    place,
    hint: `Take line ends and control characters out of \`${what}\`.`,
  });
}
