/** Decides an ipk: file name, version, architecture and control fields, by every rule that opkg would refuse on. */
import type { Field } from "../../../format/deb822.ts";
import type { PackageDraft, PackageRequest } from "../../../model/package-kind.ts";
import { Problem, throwIfAny } from "../../../model/problem.ts";
import { checkPaths } from "../debian/conffiles.ts";
import {
  checkName,
  collect,
  descriptionOf,
  type FieldRules,
  maintainerOf,
  oneLine,
  ownFieldsOf,
  relationFields,
  relationsOf,
} from "../debian/fields.ts";
import { debianVersion, withoutEpoch } from "../debian/version.ts";
import type { IpkOptions } from "./options.ts";

/** opkg takes more than dpkg: OpenWrt's names have `_` and capitals. */
const rules: FieldRules = {
  whose: "an opkg",
  packageName: /^[A-Za-z0-9][A-Za-z0-9+._-]*$/,
  nameExpected: "letters, digits and + - . _ after a letter or digit",
  relations: { name: /^[A-Za-z0-9][A-Za-z0-9+._-]*$/, whose: "an opkg" },
  without: ["breaks"],
};

const taken = `Package Version ABIVersion Architecture Maintainer Section Priority Homepage License Vendor Essential
  Auto-Installed Alternatives Tags Installed-Size Installed-Time Conffiles Filename Size MD5Sum SHA256sum Status Description`
  .split(/\s+/)
  .concat(relationFields.map(([, field]) => field));

/** Throws every Problem found. */
export function decideIpk(request: PackageRequest<IpkOptions>, arch: string): PackageDraft {
  const { options, place, scope, name } = request;
  const problems: Problem[] = [];
  const attempt = collect(problems);
  attempt(() => checkName(request, rules));
  attempt(() => checkArchitecture(request, arch));
  attempt(() => checkPaths(request));
  const version = attempt(() => debianVersion(request.version, place)) ?? "";
  const one = (key: Parameters<typeof oneLine>[1]): string => attempt(() => oneLine(request, key)) ?? "";
  const tags = (options.tags ?? []).map((tag) => tag.render(scope).trim()).filter((tag) => tag !== "");
  const fields: readonly Field[] = [
    ["Package", name],
    ["Version", version],
    ["ABIVersion", options.abiVersion?.render(scope).trim() ?? ""],
    ...(attempt(() => relationsOf(request, rules)) ?? []),
    ["Alternatives", attempt(() => alternativesOf(request)) ?? ""],
    ["License", one("license")],
    ["Section", one("section")],
    ["Priority", one("priority") || "optional"],
    ["Vendor", one("vendor")],
    ["Homepage", one("homepage")],
    ["Maintainer", attempt(() => maintainerOf(request)) ?? ""],
    ["Architecture", arch],
    ["Essential", options.essential === true ? "yes" : ""],
    ["Auto-Installed", options.autoInstalled === true ? "yes" : ""],
    ["Tags", tags.join(", ")],
    ...(attempt(() => ownFieldsOf(options.fields ?? {}, request, taken)) ?? []),
    ["Description", attempt(() => descriptionOf(request)) ?? ""],
  ];
  throwIfAny(problems);
  return {
    fileName: `${name}_${withoutEpoch(version)}_${arch}.ipk`,
    version,
    arch,
    options: { fields: fields.filter(([, value]) => value !== "") },
  };
}

function checkArchitecture({ place }: PackageRequest, arch: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_+.-]*$/.test(arch)) return;
  throw new Problem("plan.invalid", `arch: "${arch}" is no architecture`, { place, expected: "a word such as x86_64" });
}

/** `priority:link:target`, as opkg's alternatives_handler reads them. */
function alternativesOf({ options, scope, place }: PackageRequest<IpkOptions>): string {
  const problems: Problem[] = [];
  const rendered = (options.alternatives ?? []).map(({ priority, link, target }) => {
    const paths = [link, target].map((template) => {
      const path = template.render(scope).trim();
      if (!/^\/[^:,\s]+$/.test(path))
        problems.push(
          new Problem("plan.invalid", `alternatives: "${path}" cannot be an alternative's path`, {
            place: template.place ?? place,
            expected: "an absolute path without blanks, colons and commas",
          }),
        );
      return path;
    });
    return [String(priority), ...paths].join(":");
  });
  throwIfAny(problems);
  return rendered.join(", ");
}
