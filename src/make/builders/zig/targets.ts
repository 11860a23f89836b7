/** How zig spells platforms: `aarch64-linux-musl`, and the CPU levels of x86-64. */
import type { Platform } from "../../../model/platform.ts";

const cpus: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  "386": "x86",
  arm64: "aarch64",
  arm: "arm",
  riscv64: "riscv64",
  ppc64: "powerpc64",
  ppc64le: "powerpc64le",
  s390x: "s390x",
  loong64: "loongarch64",
  mips: "mips",
  mipsle: "mipsel",
  mips64: "mips64",
  mips64le: "mips64el",
  wasm: "wasm32",
};

const systems: Readonly<Record<string, string>> = {
  linux: "linux",
  darwin: "macos",
  windows: "windows",
  freebsd: "freebsd",
  netbsd: "netbsd",
  openbsd: "openbsd",
  dragonfly: "dragonfly",
  wasip1: "wasi",
};

/** Cpu, system and, where it is not zig's own choice, ABI (`zig targets`); undefined where zig has no word for it. */
export function targetOf({ os, arch, variant }: Platform): string | undefined {
  const [cpu, system] = [cpus[arch], systems[os]];
  if (cpu === undefined || system === undefined) return undefined;
  if (variant === undefined || cpuOf({ os, arch, variant }) !== undefined)
    return arch === "arm" ? `${cpu}-${system}-gnueabihf` : `${cpu}-${system}`;
  if (variant === "musl" || variant === "gnu") return `${cpu}-${system}-${variant}${arch === "arm" ? "eabihf" : ""}`;
  return undefined;
}

/** `x86_64_v3` for `linux/amd64/v3`: levels are a CPU to zig, not a target. */
export function cpuOf({ arch, variant }: Platform): string | undefined {
  return arch === "amd64" && /^v[234]$/.test(variant ?? "") ? `x86_64_${variant}` : undefined;
}
