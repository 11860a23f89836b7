/** How Rust spells platforms: target triples, and the CPU levels of x86-64. */
import type { Platform } from "../../../model/platform.ts";

/** "Platform Support" of the rustc book, by `os/arch/variant`; what is not here can be named with `triple`. */
const triples: Readonly<Record<string, string>> = {
  "linux/amd64": "x86_64-unknown-linux-gnu",
  "linux/amd64/musl": "x86_64-unknown-linux-musl",
  "linux/386": "i686-unknown-linux-gnu",
  "linux/386/musl": "i686-unknown-linux-musl",
  "linux/arm64": "aarch64-unknown-linux-gnu",
  "linux/arm64/musl": "aarch64-unknown-linux-musl",
  "linux/arm": "arm-unknown-linux-gnueabihf",
  "linux/arm/5": "armv5te-unknown-linux-gnueabi",
  "linux/arm/6": "arm-unknown-linux-gnueabihf",
  "linux/arm/7": "armv7-unknown-linux-gnueabihf",
  "linux/arm/musl": "arm-unknown-linux-musleabihf",
  "linux/ppc64": "powerpc64-unknown-linux-gnu",
  "linux/ppc64le": "powerpc64le-unknown-linux-gnu",
  "linux/ppc64le/musl": "powerpc64le-unknown-linux-musl",
  "linux/riscv64": "riscv64gc-unknown-linux-gnu",
  "linux/riscv64/musl": "riscv64gc-unknown-linux-musl",
  "linux/s390x": "s390x-unknown-linux-gnu",
  "linux/loong64": "loongarch64-unknown-linux-gnu",
  "linux/loong64/musl": "loongarch64-unknown-linux-musl",
  "linux/mips": "mips-unknown-linux-gnu",
  "linux/mipsle": "mipsel-unknown-linux-gnu",
  "linux/mips64": "mips64-unknown-linux-gnuabi64",
  "linux/mips64le": "mips64el-unknown-linux-gnuabi64",
  "darwin/amd64": "x86_64-apple-darwin",
  "darwin/arm64": "aarch64-apple-darwin",
  "windows/amd64": "x86_64-pc-windows-gnu",
  "windows/amd64/msvc": "x86_64-pc-windows-msvc",
  "windows/386": "i686-pc-windows-gnu",
  "windows/386/msvc": "i686-pc-windows-msvc",
  "windows/arm64": "aarch64-pc-windows-gnullvm",
  "windows/arm64/msvc": "aarch64-pc-windows-msvc",
  "freebsd/amd64": "x86_64-unknown-freebsd",
  "freebsd/arm64": "aarch64-unknown-freebsd",
  "freebsd/386": "i686-unknown-freebsd",
  "netbsd/amd64": "x86_64-unknown-netbsd",
  "netbsd/arm64": "aarch64-unknown-netbsd",
  "openbsd/amd64": "x86_64-unknown-openbsd",
  "openbsd/arm64": "aarch64-unknown-openbsd",
  "dragonfly/amd64": "x86_64-unknown-dragonfly",
  "illumos/amd64": "x86_64-unknown-illumos",
  "solaris/amd64": "x86_64-pc-solaris",
  "android/amd64": "x86_64-linux-android",
  "android/386": "i686-linux-android",
  "android/arm64": "aarch64-linux-android",
  "android/arm": "armv7-linux-androideabi",
  "ios/arm64": "aarch64-apple-ios",
  "wasip1/wasm": "wasm32-wasip1",
};

/** `x86-64-v3` for `linux/amd64/v3`: levels are a CPU to rustc, not a target. */
export function cpuOf({ arch, variant }: Platform): string | undefined {
  return arch === "amd64" && /^v[234]$/.test(variant ?? "") ? `x86-64-${variant}` : undefined;
}

/** The triple of a platform, or undefined where Rust has no word for it. */
export function tripleOf(platform: Platform): string | undefined {
  const { os, arch, variant } = platform;
  const level = cpuOf(platform) !== undefined;
  return triples[variant === undefined || level ? `${os}/${arch}` : `${os}/${arch}/${variant}`];
}
