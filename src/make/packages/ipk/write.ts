/** Writes an ipk: debian-binary, data.tar.gz and control.tar.gz in one more tar.gz, as OpenWrt's ipkg-build makes it. */
import { storedContent } from "../../../format/deflate/stored.ts";
import type { Field } from "../../../format/deb822.ts";
import type { Content } from "../../../format/segment.ts";
import type { Made, MakeContext } from "../../maker.ts";
import type { TreeEntry } from "../../tree.ts";
import { readBack } from "../../read-back.ts";
import { compressions } from "../debian/compression.ts";
import { controlEntries } from "../debian/control-tar.ts";
import { packageTar, packedEntries } from "../debian/tar-entries.ts";
import { writeTar } from "../debian/tar-member.ts";
import type { DebMember } from "../debian/signature.ts";
import type { ReadyPackage } from "../format.ts";

/** Writes the package and reads it back, the inner archives file by file and the outer one whole. */
export async function writeIpk(ready: ReadyPackage, context: MakeContext): Promise<Made> {
  const packed = packedEntries(ready.entries, ready.time);
  const fields = withSize(ready.options["fields"] as readonly Field[], packed);
  const data = await writeTar("data.tar.gz", packed, compressions.gzip, context);
  const control = await writeTar(
    "control.tar.gz",
    controlEntries(ready, fields, [], context),
    compressions.gzip,
    context,
  );
  const outer = [
    outerEntry("debian-binary", context.contentOfBytes(Buffer.from("2.0\n")), ready.time),
    outerEntry("data.tar.gz", await innerContent(data), ready.time),
    outerEntry("control.tar.gz", await innerContent(control), ready.time),
  ];
  const made = await context.write(
    ready.fileName,
    compressions.gzip.write(packageTar(outer), context.compressor, () => {}),
  );
  await readBack({ kind: "tar.gz", single: false, installed: true }, made.path, outer, []);
  return made;
}

/** opkg compares Installed-Size with the bytes that are free. */
function withSize(fields: readonly Field[], packed: readonly TreeEntry[]): readonly Field[] {
  const bytes = packed.reduce((sum, entry) => sum + (entry.type === "file" ? entry.content.size : 0), 0);
  return fields.flatMap((field): readonly Field[] =>
    field[0] === "Architecture" ? [field, ["Installed-Size", String(bytes)]] : [field],
  );
}

function outerEntry(name: string, content: Content, mtime: number): TreeEntry {
  return { path: `./${name}`, type: "file", mode: 0o644, mtime, owner: "root", group: "root", content };
}

/** Compressed already: it stands in the outer archive as it is. */
function innerContent({ size, sha256, open }: DebMember): Promise<Content> {
  return storedContent({
    size,
    sha256,
    async *open() {
      yield* open();
    },
  });
}
