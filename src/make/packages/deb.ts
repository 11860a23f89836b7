/** The package format `deb`, of Debian, Ubuntu and all that comes from them. */
import type { PackageFormat } from "./format.ts";
import { debianArchitecture } from "./debian/architecture.ts";
import { decideDeb } from "./debian/decide.ts";
import { type DebOptions, debSchema } from "./debian/options.ts";
import { debScripts } from "./debian/maintainer-scripts.ts";
import { systemdScripts } from "./debian/systemd.ts";
import { writeDeb } from "./debian/write.ts";

export const deb: PackageFormat<DebOptions> = {
  kind: "deb",
  summary: "A package for dpkg and apt: Debian, Ubuntu and what comes from them.",
  example: "packages:\n  - formats: deb\n    deb: { compression: zstd, section: net }\n",
  extension: ".deb",
  version: 1,
  schema: debSchema,
  scripts: debScripts,
  flags: ["config", "ghost", "tree"],
  signedBy: "openpgp",
  arch: debianArchitecture,
  decide: (request) => decideDeb(request, request.arch ?? debianArchitecture(request.platform) ?? "", ".deb"),
  service: systemdScripts,
  write: async (ready, context) => [await writeDeb(ready, { docs: "usr/share/doc" }, context)],
};
