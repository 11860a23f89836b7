/** Targets: which machine a program is for, how that is written, and how each ecosystem spells it. */
import { Problem } from "./problem.ts";

/** A machine a program runs on, in Go's words: `os` and `arch` as GOOS and GOARCH, `variant` as GOAMD64, GOARM, ... */
export interface Platform {
  readonly os: string;
  readonly arch: string;
  /** `v2` to `v4` on amd64, `5` to `7` on arm, `softfloat` on mips, `musl` where a builder knows it. Absent: the architecture's baseline. */
  readonly variant?: string | undefined;
}

/** Systems Slipway has words for. Builders say which of them they can make. */
export const systems: readonly string[] = [
  "linux",
  "darwin",
  "windows",
  "freebsd",
  "netbsd",
  "openbsd",
  "dragonfly",
  "solaris",
  "illumos",
  "aix",
  "plan9",
  "android",
  "ios",
  "js",
  "wasip1",
  "any",
];

/** Architectures Slipway has words for. */
export const architectures: readonly string[] = [
  "amd64",
  "386",
  "arm64",
  "arm",
  "mips",
  "mipsle",
  "mips64",
  "mips64le",
  "ppc64",
  "ppc64le",
  "riscv64",
  "loong64",
  "s390x",
  "wasm",
  "any",
];

/** Reads `linux/arm/7`. Throws `plan.target` on a form, system or architecture that is not known. */
export function parsePlatform(text: string): Platform {
  const [os, arch, variant, ...rest] = text.split("/");
  if (os === undefined || arch === undefined || rest.length > 0 || os === "" || arch === "" || variant === "") {
    throw new Problem("plan.target", `"${text}" is not a target`, {
      expected: "os/arch or os/arch/variant, such as linux/arm/7",
    });
  }
  if (!systems.includes(os)) {
    throw new Problem("plan.target", `"${text}": unknown system "${os}"`, { expected: `one of ${systems.join(", ")}` });
  }
  if (!architectures.includes(arch)) {
    throw new Problem("plan.target", `"${text}": unknown architecture "${arch}"`, {
      expected: `one of ${architectures.join(", ")}`,
    });
  }
  // The baseline has one spelling, so that one machine is never two targets.
  const baseline = (arch === "amd64" && variant === "v1") || variant === undefined;
  return baseline ? { os, arch } : { os, arch, variant };
}

/** `linux/arm/7`; the reverse of {@link parsePlatform}. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.arch, platform.variant].filter((part) => part !== undefined).join("/");
}

export function samePlatform(a: Platform | undefined, b: Platform | undefined): boolean {
  return a?.os === b?.os && a?.arch === b?.arch && a?.variant === b?.variant;
}

/**
 * Whether `pattern` covers a platform. A pattern has one to three parts, each a name or `*`: `windows`, `linux/*`,
 * `*` + `/arm64`, `linux/arm/7`. Left-out parts match anything.
 */
export function matchesPlatform(pattern: string, platform: Platform): boolean {
  const parts = pattern.split("/");
  const actual = [platform.os, platform.arch, platform.variant ?? (platform.arch === "amd64" ? "v1" : "")];
  return parts.length <= 3 && parts.every((part, index) => part === "*" || part === actual[index]);
}

/** Whether a text can be a pattern of {@link matchesPlatform}: one to three parts, systems and architectures by their names. */
export function isPattern(text: string): boolean {
  const [os = "", arch = "*", variant = "*", ...rest] = text.split("/");
  return (
    [...systems, "*"].includes(os) && [...architectures, "*"].includes(arch) && variant !== "" && rest.length === 0
  );
}

/** How exact a pattern is: more and later named parts win. Two different patterns that both match may tie only if equal. */
export function exactness(pattern: string): number {
  return pattern.split("/").reduce((sum, part, index) => sum + (part === "*" ? 0 : 2 ** index + 8), 0);
}

/** Ways an architecture is spelled: Go, `uname -m`, Debian, RPM, OCI, Rust's triples. */
export type ArchStyle = "go" | "uname" | "debian" | "rpm" | "docker" | "rust";

const spellings: Readonly<Record<Exclude<ArchStyle, "go">, Readonly<Record<string, string>>>> = {
  uname: {
    amd64: "x86_64",
    "386": "i386",
    arm64: "aarch64",
    "arm/5": "armv5l",
    "arm/6": "armv6l",
    "arm/7": "armv7l",
    arm: "arm",
    mipsle: "mipsel",
    mips64le: "mips64el",
    loong64: "loongarch64",
  },
  debian: {
    "386": "i386",
    "arm/5": "armel",
    "arm/6": "armhf",
    "arm/7": "armhf",
    arm: "armhf",
    mipsle: "mipsel",
    mips64le: "mips64el",
    ppc64le: "ppc64el",
    any: "all",
  },
  rpm: {
    amd64: "x86_64",
    "386": "i386",
    arm64: "aarch64",
    "arm/5": "armv5tel",
    "arm/6": "armv6hl",
    "arm/7": "armv7hl",
    arm: "armv7hl",
    mipsle: "mipsel",
    mips64le: "mips64el",
    loong64: "loongarch64",
    any: "noarch",
  },
  docker: { "arm/5": "arm/v5", "arm/6": "arm/v6", "arm/7": "arm/v7" },
  rust: {
    amd64: "x86_64",
    "386": "i686",
    arm64: "aarch64",
    "arm/5": "armv5te",
    "arm/6": "arm",
    "arm/7": "armv7",
    arm: "arm",
    mipsle: "mipsel",
    mips64le: "mips64el",
    ppc64: "powerpc64",
    ppc64le: "powerpc64le",
    riscv64: "riscv64gc",
    loong64: "loongarch64",
    wasm: "wasm32",
  },
};

/** The styles `archIn` knows. */
export const archStyles: readonly ArchStyle[] = ["go", "uname", "debian", "rpm", "docker", "rust"];

/** The architecture as a style spells it; a variant the style has no word for is appended (`x86_64_v3`). */
export function archIn(style: ArchStyle, platform: Platform): string {
  const { arch, variant } = platform;
  if (style !== "go") {
    const table = spellings[style];
    const exact = variant === undefined ? undefined : table[`${arch}/${variant}`];
    if (exact !== undefined) return exact;
    const base = table[arch] ?? arch;
    return variant === undefined ? base : `${base}_${variant}`;
  }
  if (variant === undefined) return arch;
  if (arch === "arm") return `armv${variant}`;
  return arch === "amd64" ? `amd64${variant}` : `${arch}_${variant}`;
}

/** `.exe` on Windows, `.wasm` for WebAssembly, nothing elsewhere. */
export function executableSuffix(platform: Platform): string {
  if (platform.os === "windows") return ".exe";
  return platform.arch === "wasm" ? ".wasm" : "";
}
