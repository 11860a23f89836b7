/** Platforms in OCI's words (image-index.md, "Platform Variants") and in Slipway's. */
import type { ImagePlatform } from "../../model/image.ts";
import { architectures, type Platform, systems } from "../../model/platform.ts";

/** `{ os: "linux", architecture: "arm", variant: "v7" }` for `linux/arm/7`. A C library (`musl`) is no part of an image's platform. */
export function imagePlatform({ os, arch, variant }: Platform): ImagePlatform {
  if (variant === undefined || variant === "musl" || (arch === "arm64" && /^v8(\.0)?$/.test(variant)))
    return { os, architecture: arch };
  return { os, architecture: arch, variant: arch === "arm" ? `v${variant}` : variant };
}

/** Other programs' words for architectures, as containerd takes them (platforms/database.go). */
const synonyms: ReadonlyMap<string, string> = new Map([
  ["x86_64", "amd64"],
  ["x86-64", "amd64"],
  ["aarch64", "arm64"],
  ["i386", "386"],
]);

/** The reverse of {@link imagePlatform}; undefined for what is no platform of ours, such as the `unknown` of attestations. */
export function platformOfImage({ os, architecture, variant }: ImagePlatform): Platform | undefined {
  const arch = synonyms.get(architecture) ?? architecture;
  if (!systems.includes(os) || !architectures.includes(arch) || os === "any" || arch === "any") return undefined;
  const ours = variantOf(arch, variant ?? "");
  return ours === "" ? { os, arch } : { os, arch, variant: ours };
}

/** arm64 is v8, amd64 is v1 and arm is v7 where nothing is said. */
function variantOf(arch: string, variant: string): string {
  if (arch === "arm") return variant.replace(/^v/, "") || "7";
  const baseline = (arch === "arm64" && variant === "v8") || (arch === "amd64" && variant === "v1");
  return baseline ? "" : variant;
}
