/** The package format `termux.deb`, for Termux on Android. */
import { decideDeb } from "./debian/decide.ts";
import { debScripts } from "./debian/maintainer-scripts.ts";
import { type DebOptions, debSchema } from "./debian/options.ts";
import { belowPrefix, forTermux, termuxArchitecture } from "./debian/termux.ts";
import { writeDeb } from "./debian/write.ts";
import type { PackageFormat } from "./format.ts";

export const termuxDeb: PackageFormat<DebOptions> = {
  kind: "termux.deb",
  summary: "A deb for Termux on Android: everything lies below /data/data/com.termux/files.",
  example: "packages:\n  - formats: [deb, termux.deb]\n",
  extension: ".termux.deb",
  version: 1,
  schema: debSchema,
  scripts: debScripts,
  flags: ["config", "ghost", "tree"],
  signedBy: "openpgp",
  arch: termuxArchitecture,
  decide: (request) => decideDeb(request, request.arch ?? termuxArchitecture(request.platform) ?? "", ".termux.deb"),
  service: () => ({}),
  locate: (path) => belowPrefix(`/${path}`).slice(1),
  write: async (ready, context) => [
    await writeDeb(forTermux(ready), { docs: "data/data/com.termux/files/usr/share/doc" }, context),
  ],
};
