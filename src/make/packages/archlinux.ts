/** The package format `archlinux`: pacman's. */
import type { PackageDraft, PackageRequest } from "../../model/package-kind.ts";
import type { Platform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { archScripts } from "./archlinux/install.ts";
import { type ArchOptions, archOptions, type ArchStep } from "./archlinux/options.ts";
import { relationFields } from "./archlinux/relations.ts";
import { archService } from "./archlinux/systemd.ts";
import { archVersion } from "./archlinux/version.ts";
import { packings, writeArch } from "./archlinux/write.ts";
import type { PackageFormat } from "./format.ts";
import { refuseHidden } from "./hidden.ts";

export const archlinux: PackageFormat<ArchOptions> = {
  kind: "archlinux",
  summary: "Packages for pacman: Arch Linux and those that came from it.",
  example: "packages:\n  - formats: archlinux\n    archlinux: { depends: [glibc], groups: [tools] }\n",
  extension: packings.zstd.extension,
  version: 1,
  schema: archOptions,
  scripts: archScripts,
  flags: ["config", "noreplace", "ghost", "tree"],
  signedBy: "openpgp",
  arch: archOf,
  decide: decideArch,
  service: archService,
  write: writeArch,
};

/** Names of Arch Linux and its ports (Arch Linux ARM, 32, RISC-V, LoongArch, POWER). */
const archs: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  "386": "i686",
  arm64: "aarch64",
  riscv64: "riscv64",
  loong64: "loong64",
  ppc64: "powerpc64",
  ppc64le: "powerpc64le",
};

const arms: Readonly<Record<string, string>> = { "5": "arm", "6": "armv6h" };

function archOf(platform: Platform | undefined): string | undefined {
  if (platform === undefined || platform.arch === "any") return "any";
  if (platform.os !== "linux" && platform.os !== "any") return undefined;
  return platform.arch === "arm" ? (arms[platform.variant ?? ""] ?? "armv7h") : archs[platform.arch];
}

function decideArch(request: PackageRequest<ArchOptions>): PackageDraft {
  const { name, options, place } = request;
  const arch = request.arch ?? archOf(request.platform);
  if (arch === undefined) throw new Problem("plan.invalid", "Arch Linux has no such architecture", { place });
  for (const each of [name, options.pkgbase ?? name, ...(options.groups ?? [])])
    if (!/^[A-Za-z0-9_@+][A-Za-z0-9_@+.-]*$/.test(each))
      throw new Problem("plan.invalid", `"${each}" cannot be a name for pacman`, {
        place,
        expected: "letters, digits and @._+-, not beginning with one of .-",
      });
  refuseHidden(
    request.contents.map(({ to, place: at }) => ({ path: to, place: at ?? place })),
    "pacman",
  );
  const { pkgver, pkgrel, full } = archVersion(request);
  const step: ArchStep = {
    pkgname: name,
    pkgbase: options.pkgbase ?? name,
    pkgver: full,
    pkgdesc: request.summary,
    url: request.homepage,
    packager: options.packager ?? (request.maintainer === "" ? "Unknown Packager" : request.maintainer),
    arch,
    license: request.license,
    groups: options.groups ?? [],
    relations: relationFields(request),
    compression: options.compression ?? "zstd",
  };
  const { extension } = packings[step.compression];
  return {
    fileName: `${name}-${pkgver}-${pkgrel}-${arch}${extension}`,
    extension,
    version: full,
    arch,
    options: { ...step },
    ...(request.signed ? { besides: [".sig"] } : {}),
  };
}
