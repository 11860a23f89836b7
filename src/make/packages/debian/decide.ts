/** Decides a deb: file name, version, architecture and control fields, by every rule that dpkg would refuse on. */
import type { Field } from "../../../format/deb822.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { PackageDraft, PackageRequest } from "../../../model/package-kind.ts";
import { Problem, throwIfAny } from "../../../model/problem.ts";
import { checkPaths } from "./conffiles.ts";
import {
  checkName,
  collect,
  descriptionOf,
  dpkgRules,
  maintainerOf,
  oneLine,
  ownFieldsOf,
  relationFields,
  relationsOf,
} from "./fields.ts";
import type { DebOptions } from "./options.ts";
import { triggersOf } from "./triggers.ts";
import { debianVersion, withoutEpoch } from "./version.ts";

/** What the deciding half hands to `write.ts`. */
export interface DebPlan extends JsonObject {
  readonly name: string;
  readonly version: string;
  readonly maintainer: string;
  /** Of the version, for the changelog's older ones; null where there is none. */
  readonly epoch: number | null;
  readonly release: string | null;
  /** Without Installed-Size, which is known when the contents are. */
  readonly fields: readonly (readonly [string, string])[];
  readonly compression: string;
  /** The whole triggers file, or empty. */
  readonly triggers: string;
  readonly signature: { readonly method: string; readonly type: string; readonly signer: string };
}

const taken = [
  "Package",
  "Version",
  "Architecture",
  "Architecture-Variant",
  "Maintainer",
  "Installed-Size",
  "Section",
  "Priority",
  "Homepage",
  "Description",
  ...relationFields.map(([, field]) => field),
];

/** `arch`: the kind's own word for the platform. Throws every Problem found. */
export function decideDeb(request: PackageRequest<DebOptions>, arch: string, extension: string): PackageDraft {
  const { options, place, scope, name } = request;
  const problems: Problem[] = [];
  const attempt = collect(problems);
  attempt(() => checkName(request, dpkgRules));
  attempt(() => checkArchitecture(request, arch));
  attempt(() => checkPaths(request));
  const version = attempt(() => debianVersion(request.version, place)) ?? "";
  const maintainer = attempt(() => maintainerOf(request)) ?? "";
  const variant = attempt(() => variantOf(request)) ?? "";
  const triggers = attempt(() => triggersOf(options.triggers ?? {}, place)) ?? "";
  const signature = attempt(() => signatureOf(request, maintainer));
  const one = (key: Parameters<typeof oneLine>[1]): string => attempt(() => oneLine(request, key)) ?? "";
  const fields: readonly Field[] = [
    ["Package", name],
    ["Version", version],
    ["Architecture", arch],
    ["Architecture-Variant", variant],
    ["Maintainer", maintainer],
    ...(attempt(() => relationsOf(request, dpkgRules)) ?? []),
    ["Section", one("section")],
    ["Priority", one("priority") || "optional"],
    ["Homepage", one("homepage")],
    ...(attempt(() => ownFieldsOf(options.fields ?? {}, { ...request, scope }, taken)) ?? []),
    ["Description", attempt(() => descriptionOf(request)) ?? ""],
  ];
  throwIfAny(problems);
  const compression = options.compression ?? "gzip";
  const { epoch = null, release = null } = request.version;
  const written = fields.filter(([, value]) => value !== "");
  const plan: Omit<DebPlan, "signature"> = {
    name,
    version,
    maintainer,
    epoch,
    release,
    fields: written,
    compression,
    triggers,
  };
  return {
    fileName: `${name}_${withoutEpoch(version)}_${arch}${extension}`,
    version,
    arch,
    options: { ...plan, signature: signature ?? null },
  };
}

function checkArchitecture({ place }: PackageRequest, arch: string): void {
  // Termux's dpkg knows one more, which Debian's would refuse.
  if (/^[a-z0-9][a-z0-9-]*$/.test(arch) || arch === "x86_64") return;
  throw new Problem("plan.invalid", `arch: "${arch}" is no Debian architecture`, {
    place,
    expected: "lower-case letters, digits and hyphens: amd64, arm64, armhf, all",
  });
}

function variantOf({ options, scope, place }: PackageRequest<DebOptions>): string {
  const variant = options.archVariant?.render(scope).trim() ?? "";
  if (/^[a-z0-9-]*$/.test(variant)) return variant;
  throw new Problem("plan.invalid", `archVariant: "${variant}" names no variant of an architecture`, {
    place: options.archVariant?.place ?? place,
    expected: "lower-case letters, digits and hyphens: amd64v3",
  });
}

/** Only debsigs' own words may name its members; dpkg-sig takes a role of any name. */
function signatureOf({ options, scope, place }: PackageRequest<DebOptions>, maintainer: string) {
  const { method = "debsign", type, signer } = options.signature ?? {};
  if (method === "debsign" && type === "builder")
    throw new Problem("plan.invalid", "signature.type: builder is a role of dpkg-sig", {
      place,
      expected: "origin, maint or archive, or `method: dpkg-sig`",
    });
  const who = signer?.render(scope).trim() || maintainer;
  return { method, type: type ?? (method === "debsign" ? "origin" : "builder"), signer: who };
}
