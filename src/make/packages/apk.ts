/** The package format `apk`: Alpine's, in version 2. */
import type { PackageDraft, PackageRequest } from "../../model/package-kind.ts";
import type { Platform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { parseRelation } from "../../model/relation.ts";
import { type ApkOptions, apkOptions, type ApkStep } from "./apk/options.ts";
import { apkRelation, relationFields } from "./apk/relations.ts";
import { alpineService } from "./apk/openrc.ts";
import { apkVersion } from "./apk/version.ts";
import { apkScripts, writeApk } from "./apk/write.ts";
import type { PackageFormat } from "./format.ts";
import { refuseHidden } from "./hidden.ts";
import { composeScript } from "./scripts.ts";

export const apk: PackageFormat<ApkOptions> = {
  kind: "apk",
  summary: "Alpine's packages, in version 2 of the format, which every apk-tools reads.",
  example: "packages:\n  - formats: apk\n    apk: { depends: [ca-certificates], signature: { hash: sha256 } }\n",
  extension: ".apk",
  version: 1,
  schema: apkOptions,
  scripts: apkScripts,
  flags: ["ghost", "tree"],
  signedBy: "rsa",
  arch: archOf,
  decide: decideApk,
  service: alpineService,
  write: writeApk,
};

/** Alpine's names (apk-package(5)). */
const archs: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  "386": "x86",
  arm64: "aarch64",
  mips: "mips",
  mipsle: "mipsel",
  mips64: "mips64",
  mips64le: "mips64el",
  ppc64: "ppc64",
  ppc64le: "ppc64le",
  riscv64: "riscv64",
  loong64: "loongarch64",
  s390x: "s390x",
};

const arms: Readonly<Record<string, string>> = { "5": "armel", "6": "armhf" };

function archOf(platform: Platform | undefined): string | undefined {
  if (platform === undefined || platform.arch === "any") return "noarch";
  if (platform.os !== "linux" && platform.os !== "any") return undefined;
  return platform.arch === "arm" ? (arms[platform.variant ?? ""] ?? "armv7") : archs[platform.arch];
}

function decideApk(request: PackageRequest<ApkOptions>): PackageDraft {
  const { name, options, place } = request;
  const arch = request.arch ?? archOf(request.platform);
  if (arch === undefined) throw new Problem("plan.invalid", "Alpine has no such architecture", { place });
  if (!/^[A-Za-z0-9_][A-Za-z0-9._+-]*$/.test(name))
    throw new Problem("plan.invalid", `"${name}" cannot be the name of an apk package`, {
      place,
      expected: "letters, digits and ._+-, not beginning with one of .+-",
    });
  refuseHidden(
    request.contents.map(({ to, place: at }) => ({ path: to, place: at ?? place })),
    "apk",
  );
  const version = apkVersion(request);
  const step: ApkStep = {
    info: [
      ["pkgname", name],
      ["pkgver", version],
      ["pkgdesc", request.summary],
      ["url", request.homepage],
      ["arch", arch],
      ["license", request.license],
      ["maintainer", request.maintainer],
      ...optionFields(request),
      ...relationFields(request),
    ],
    trigger: options.trigger === undefined ? "" : composeScript({ before: "", own: options.trigger.script, after: "" }),
    hash: options.signature?.hash ?? "sha1",
  };
  return { fileName: `${name}_${version}_${arch}.apk`, version, arch, options: { ...step } };
}

function optionFields({ options, place }: PackageRequest<ApkOptions>): ApkStep["info"] {
  const { origin, providerPriority, replacesPriority, installIf = [], trigger } = options;
  const relative = trigger?.paths.find((path) => !/^\+?\/\S*$/.test(path));
  if (relative !== undefined)
    throw new Problem("plan.invalid", `"${relative}" cannot trigger a script`, {
      place,
      expected: "an absolute path without blanks",
    });
  return [
    ["origin", origin ?? ""],
    ["provider_priority", String(providerPriority ?? "")],
    ["replaces_priority", String(replacesPriority ?? "")],
    ["install_if", installIf.map((text) => apkRelation(parseRelation(text, place))).join(" ")],
    ["triggers", trigger?.paths.join(" ") ?? ""],
  ];
}
