/** The package format `srpm`: an rpm's contents and a spec file, from which `rpmbuild --rebuild` makes that rpm again. */
import { posix } from "node:path";

import { gzip } from "../../format/gzip.ts";
import { tarSegments } from "../../format/tar/write.ts";
import type { MakeContext } from "../maker.ts";
import type { PackageEntry, PackageFormat, ReadyPackage } from "./format.ts";
import { rpmArch } from "./rpm/arch.ts";
import { decideFields, draftOf, type RpmFields } from "./rpm/fields.ts";
import { rpmFlags } from "./rpm/files.ts";
import { changelogTags, descriptionTags, relationTags } from "./rpm/header-tags.ts";
import { type RpmOptions, rpmSchema } from "./rpm/options.ts";
import { sense } from "./rpm/relation.ts";
import { noRelations } from "./rpm/relations.ts";
import { payloadRequires, rpmFormats } from "./rpm/rpmformat.ts";
import { rpmScripts, rpmScriptsOf } from "./rpm/scripts.ts";
import { rpmService } from "./rpm/systemd.ts";
import { specFile } from "./rpm/spec.ts";
import { refuseOutside, writePackage } from "./rpm/write.ts";

export const srpm: PackageFormat<RpmOptions> = {
  kind: "srpm",
  summary: "A source package: rpmbuild makes the rpm from it again.",
  example: "packages:\n  - formats: [rpm, srpm]\n",
  extension: ".src.rpm",
  schema: rpmSchema,
  scripts: rpmScripts,
  flags: rpmFlags,
  signedBy: "openpgp",
  version: 1,
  arch: rpmArch,
  decide: (request) => draftOf(decideFields(request), "src"),
  service: rpmService,
  locate: () => undefined,
  async write(ready, context) {
    const fields = ready.options as RpmFields;
    refuseOutside(ready.entries, fields.prefixes);
    const archive = await contentsArchive(ready, fields, context);
    const spec = specEntry(ready, fields, archive.path, context);
    const entries = [spec, archive].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    // The spec file's relations are the binary package's: the source package needs nothing but an rpm that reads it.
    const features = fields.requires.filter(
      ({ name, flags }) => (flags & sense.rpmlib) !== 0 && !/PayloadFilesHavePrefix|RichDependencies/.test(name),
    );
    const requires = [...features, ...payloadRequires(rpmFormats[fields.rpmformat], entries)];
    const made = await writePackage(
      ready,
      { entries, root: "" },
      {
        ...descriptionTags({ ...fields, prefixes: [] }, ready.time),
        sourcePackage: [1],
        sources: [archive.path],
        ...relationTags({ ...noRelations, requires }),
        ...changelogTags(ready.changelog),
        fileFlags: entries.map((entry) => (entry === spec ? specFlag : 0)),
      },
      context,
    );
    return [made];
  },
};

/** RPMFILE_SPECFILE (rpm, include/rpm/rpmfiles.h), by which rpmbuild finds it. */
const specFlag = 1 << 5;

/** Everything the package installs in a folder `name-version`, ghosts as the empty files that rpmbuild looks for. */
async function contentsArchive(ready: ReadyPackage, fields: RpmFields, context: MakeContext): Promise<PackageEntry> {
  const folder = `${fields.name}-${fields.version}`;
  const inside = ready.entries.map((entry) => ({
    ...entry,
    path: posix.join(folder, entry.path),
    owner: "root",
    group: "root",
  }));
  // With its own entry, a package without files has the folder that rpmbuild goes into.
  const top = { path: folder, type: "directory", mode: 0o755, mtime: ready.time } as const;
  const segments = tarSegments([top, ...inside], { dialect: "gnu", unixOnly: true });
  const made = await context.write("contents.tar.gz", gzip(segments, context.compressor));
  const { path, size = 0, sha256 = "" } = made;
  return sourceFile(`${folder}.tar.gz`, context.contentOfRange(path, { start: 0, size, sha256 }), ready.time);
}

function specEntry(ready: ReadyPackage, fields: RpmFields, archive: string, context: MakeContext): PackageEntry {
  const scripts = [...rpmScriptsOf(ready.scripts).values()];
  const text = specFile({ fields, entries: ready.entries, scripts, changelog: ready.changelog, archive });
  return sourceFile(`${fields.name}.spec`, context.contentOfBytes(Buffer.from(text)), ready.time);
}

type FileEntry = PackageEntry & { readonly type: "file" };

function sourceFile(path: string, content: FileEntry["content"], mtime: number): PackageEntry {
  return { path, type: "file", content, mode: 0o644, mtime, owner: "root", group: "root", flags: new Set() };
}
