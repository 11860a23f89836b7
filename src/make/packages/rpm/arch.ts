/** What rpm calls architectures: the names in packages, and those of what they provide for one architecture only. */
import type { PackageRequest } from "../../../model/package-kind.ts";
import { archIn, type Platform } from "../../../model/platform.ts";

/** `ISA` of each architecture (rpm, installplatform): the `x86-64` of `tool(x86-64)`. */
const isas: Readonly<Record<string, string>> = {
  x86_64: "x86-64",
  x86_64_v2: "x86-64",
  x86_64_v3: "x86-64",
  x86_64_v4: "x86-64",
  i386: "x86-32",
  aarch64: "aarch-64",
  armv5tel: "armv5tel-32",
  armv6hl: "armv6hl-32",
  armv7hl: "armv7hl-32",
  ppc64: "ppc-64",
  ppc64le: "ppc-64",
  s390x: "s390-64",
  riscv64: "riscv-64",
  mips: "mips-32",
  mipsel: "mips-32",
  mips64: "mips-64",
  mips64el: "mips-64",
  loongarch64: "loongarch64-64",
};

/** rpm's name, `noarch` without a platform; undefined for what no rpm distribution runs on. */
export function rpmArch(platform: Platform | undefined): string | undefined {
  if (platform === undefined) return "noarch";
  if (platform.os === "any") return "noarch";
  if (platform.os !== "linux") return undefined;
  if (platform.arch === "any") return "noarch";
  const exact = archIn("rpm", platform);
  const arch = exact in isas ? exact : archIn("rpm", { os: platform.os, arch: platform.arch });
  return arch in isas ? arch : undefined;
}

/** `(x86-64)`, or nothing where the package is for every architecture. */
export function isaOf(arch: string): string {
  const isa = isas[arch];
  return isa === undefined ? "" : `(${isa})`;
}

/** The word the entry wants, or the target's. */
export function archOf({ arch, platform }: Pick<PackageRequest, "arch" | "platform">): string {
  return arch ?? rpmArch(platform) ?? "noarch";
}
