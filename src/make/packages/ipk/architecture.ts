/** Names of architectures as opkg's distributions have them. */
import type { Platform } from "../../../model/platform.ts";
import { debianArchitecture } from "../debian/architecture.ts";

/** Where they are not Debian's. Which CPU a device's feed is for (`aarch64_cortex-a53`) nobody can tell from a target. */
const names: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86_64"],
  ["riscv64", "riscv64_generic"],
  ["loong64", "loongarch64_generic"],
]);

/** `x86_64`, `arm64`; `all` without a platform, undefined for what runs no Linux. */
export function ipkArchitecture(platform: Platform | undefined): string | undefined {
  const arch = debianArchitecture(platform);
  return arch === undefined ? undefined : (names.get(arch) ?? arch);
}
