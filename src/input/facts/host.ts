/** The machine this runs on, in the words of targets. */
import { endianness } from "node:os";
import type { Platform } from "../../model/platform.ts";

const systems: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };

const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", mipsel: "mipsle" };

export function hostPlatform(): Platform {
  const { platform, arch } = process;
  const os = systems[platform] ?? platform;
  if (arch === "arm") return { os, arch, variant: "7" };
  if (arch === "ppc64" && endianness() === "LE") return { os, arch: "ppc64le" };
  return { os, arch: architectures[arch] ?? arch };
}
