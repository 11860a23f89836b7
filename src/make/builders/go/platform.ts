/** How the go command is told a platform: GOOS, GOARCH and the variable of the architecture's variants. */
import { formatPlatform, type Platform } from "../../../model/platform.ts";

interface Variants {
  /** `go help environment`: architecture-specific environment variables. */
  readonly variable: string;
  /** What an absent variant means; set always, so that an operator's own GOAMD64 never leaks into a release. */
  readonly baseline: string;
  readonly known: readonly string[];
}

const mips: Omit<Variants, "variable"> = { baseline: "hardfloat", known: ["hardfloat", "softfloat"] };
const power: Variants = { variable: "GOPPC64", baseline: "power8", known: ["power8", "power9", "power10"] };
const arm64Versions = [
  ...Array.from({ length: 10 }, (_, minor) => `v8.${minor}`),
  ...Array.from({ length: 6 }, (_, minor) => `v9.${minor}`),
];

const variantsOf: Readonly<Record<string, Variants>> = {
  amd64: { variable: "GOAMD64", baseline: "v1", known: ["v1", "v2", "v3", "v4"] },
  "386": { variable: "GO386", baseline: "sse2", known: ["sse2", "softfloat"] },
  arm: { variable: "GOARM", baseline: "6", known: ["5", "6", "7"] },
  arm64: { variable: "GOARM64", baseline: "v8.0", known: arm64Versions },
  mips: { variable: "GOMIPS", ...mips },
  mipsle: { variable: "GOMIPS", ...mips },
  mips64: { variable: "GOMIPS64", ...mips },
  mips64le: { variable: "GOMIPS64", ...mips },
  ppc64: power,
  ppc64le: power,
  riscv64: { variable: "GORISCV64", baseline: "rva20u64", known: ["rva20u64", "rva22u64", "rva23u64"] },
};

/** The variables that make the go command build for a platform. */
export function platformEnv({ os, arch, variant }: Platform): Readonly<Record<string, string>> {
  const variants = variantsOf[arch];
  return {
    GOOS: os,
    GOARCH: arch,
    ...(variants === undefined ? {} : { [variants.variable]: variant ?? variants.baseline }),
  };
}

/** Why Go cannot build for a platform. `pairs`: what `go tool dist list` prints, or undefined where Go could not be asked. */
export function refusal(platform: Platform, pairs: readonly string[] | undefined): string | undefined {
  const pair = formatPlatform({ os: platform.os, arch: platform.arch });
  if (pairs !== undefined && !pairs.includes(pair))
    return `the installed Go has no port ${pair} (see \`go tool dist list\`)`;
  if (platform.variant === undefined) return undefined;
  const variants = variantsOf[platform.arch];
  if (variants === undefined) return `Go knows no variants of ${platform.arch}`;
  if (variants.known.includes(platform.variant)) return undefined;
  return `${variants.variable} is one of ${variants.known.join(", ")}`;
}
