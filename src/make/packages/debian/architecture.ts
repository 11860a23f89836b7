/** Debian's names for architectures (dpkg's cputable and ostable, which `dpkg-architecture -L` prints). */
import type { Platform } from "../../../model/platform.ts";

const names: ReadonlyMap<string, string> = new Map([
  ["amd64", "amd64"],
  ["386", "i386"],
  ["arm64", "arm64"],
  ["mips", "mips"],
  ["mipsle", "mipsel"],
  ["mips64", "mips64"],
  ["mips64le", "mips64el"],
  ["ppc64", "ppc64"],
  ["ppc64le", "ppc64el"],
  ["riscv64", "riscv64"],
  ["loong64", "loong64"],
  ["s390x", "s390x"],
  ["any", "all"],
]);

/**
 * `amd64`, `armhf`; `all` without a platform, undefined for what runs no Linux. 32-bit ARM is `armel` for ARMv5, and `armhf` for
 * everything above: a program for ARMv6 runs there too.
 */
export function debianArchitecture(platform: Platform | undefined): string | undefined {
  if (platform === undefined) return "all";
  const { os, arch, variant } = platform;
  if (os === "any" && arch === "any") return "all";
  if (os !== "linux") return undefined;
  return arch === "arm" ? (variant === "5" ? "armel" : "armhf") : names.get(arch);
}
