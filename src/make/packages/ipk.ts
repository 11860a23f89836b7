/** The package format `ipk`, of opkg: OpenWrt before 24.10, and OpenEmbedded's systems. */
import type { PackageFormat } from "./format.ts";
import { ipkArchitecture } from "./ipk/architecture.ts";
import { decideIpk } from "./ipk/decide.ts";
import { type IpkOptions, ipkSchema } from "./ipk/options.ts";
import { ipkServiceScripts } from "./ipk/systemd.ts";
import { writeIpk } from "./ipk/write.ts";

export const ipk: PackageFormat<IpkOptions> = {
  kind: "ipk",
  summary: "A package for opkg: OpenWrt and OpenEmbedded's systems.",
  example: "packages:\n  - formats: ipk\n    ipk: { arch: aarch64_cortex-a53, section: net }\n",
  extension: ".ipk",
  version: 1,
  schema: ipkSchema,
  scripts: ["preinstall", "postinstall", "preremove", "postremove", "preupgrade"],
  flags: ["config", "ghost", "tree"],
  signedBy: undefined,
  arch: ipkArchitecture,
  decide: (request) => decideIpk(request, request.arch ?? ipkArchitecture(request.platform) ?? ""),
  service: ipkServiceScripts,
  write: async (ready, context) => [await writeIpk(ready, context)],
};
