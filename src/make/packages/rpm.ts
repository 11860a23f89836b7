/** The package format `rpm`. */
import type { PackageFormat } from "./format.ts";
import { rpmArch } from "./rpm/arch.ts";
import { decideFields, draftOf, type RpmFields } from "./rpm/fields.ts";
import { rpmFlags } from "./rpm/files.ts";
import { changelogTags, descriptionTags, relationTags } from "./rpm/header-tags.ts";
import { type RpmOptions, rpmSchema } from "./rpm/options.ts";
import { payloadRequires, rpmFormats } from "./rpm/rpmformat.ts";
import { rpmScripts, rpmScriptsOf, scriptRequires, scriptTags } from "./rpm/scripts.ts";
import { rpmService } from "./rpm/systemd.ts";
import { refuseOutside, writePackage } from "./rpm/write.ts";

export const rpm: PackageFormat<RpmOptions> = {
  kind: "rpm",
  summary:
    "For rpm, dnf and zypper: Fedora, RHEL and its kin, openSUSE (version 4 of the format, read by rpm 4.14 and later, or 6).",
  example: "packages:\n  - formats: [rpm]\n    rpm: { compression: zstd }\n",
  extension: ".rpm",
  schema: rpmSchema,
  scripts: rpmScripts,
  flags: rpmFlags,
  signedBy: "openpgp",
  version: 1,
  arch: rpmArch,
  decide(request) {
    const fields = decideFields(request);
    return draftOf(fields, fields.arch);
  },
  service: rpmService,
  async write(ready, context) {
    const fields = ready.options as RpmFields;
    refuseOutside(ready.entries, fields.prefixes);
    const format = rpmFormats[fields.rpmformat];
    const scripts = rpmScriptsOf(ready.scripts);
    const requires = [...fields.requires, ...scriptRequires(scripts), ...payloadRequires(format, ready.entries)];
    const made = await writePackage(
      ready,
      { entries: ready.entries, root: "/" },
      {
        ...descriptionTags(fields, ready.time),
        ...format.sourceTags(fields),
        ...relationTags({ ...fields, requires }),
        ...scriptTags(scripts),
        ...changelogTags(ready.changelog),
      },
      context,
    );
    return [made];
  },
};
