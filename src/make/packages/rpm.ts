/** The package format `rpm`. */
import type { PackageFormat } from "./format.ts";
import { rpmArch } from "./rpm/arch.ts";
import { decideFields, draftOf, nvrOf, type RpmFields } from "./rpm/fields.ts";
import { fileTags, hasLargeFiles, rpmFlags } from "./rpm/files.ts";
import { changelogTags, descriptionTags, relationTags } from "./rpm/header-tags.ts";
import { type RpmOptions, rpmSchema } from "./rpm/options.ts";
import { rpmlib } from "./rpm/relation.ts";
import { rpmScripts, rpmScriptsOf, scriptRequires, scriptTags } from "./rpm/scripts.ts";
import { rpmService } from "./rpm/systemd.ts";
import { refuseOutside, writePackage } from "./rpm/write.ts";

export const rpm: PackageFormat<RpmOptions> = {
  kind: "rpm",
  summary: "For rpm, dnf and zypper: Fedora, RHEL and its kin, openSUSE (version 4, read by rpm 4.14 and later).",
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
    const files = { entries: ready.entries, root: "/" } as const;
    const scripts = rpmScriptsOf(ready.scripts);
    const requires = [
      ...fields.requires,
      ...scriptRequires(scripts),
      ...(hasLargeFiles(ready.entries) ? [rpmlib("LargeFiles", "4.12.0-1")] : []),
    ];
    const made = await writePackage(
      ready,
      files,
      ({ classes }) => ({
        ...descriptionTags(fields, ready.time),
        sourceRpm: `${nvrOf(fields)}.src.rpm`,
        ...relationTags({ ...fields, requires }),
        ...scriptTags(scripts),
        ...changelogTags(ready.changelog),
        ...fileTags(files, classes),
      }),
      context,
    );
    return [made];
  },
};
