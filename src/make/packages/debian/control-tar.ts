/** What the package manager reads before it unpacks: control fields, lists of files, scripts (deb-control(5) and around it). */
import { type Field, writeStanza } from "../../../format/deb822.ts";
import type { Content } from "../../../format/segment.ts";
import type { ScriptName } from "../../../model/package.ts";
import type { MakeContext } from "../../maker.ts";
import type { TreeEntry } from "../../tree.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { checkedPath, conffilesOf, isConffile } from "./conffiles.ts";
import { maintainerScripts } from "./maintainer-scripts.ts";

/** A file of the control archive. */
interface ControlFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
}

/** Files that are no maintainer scripts, by the script's name in the config. */
const plainFiles: readonly (readonly [ScriptName, string, number])[] = [
  ["config", "config", 0o755],
  ["rules", "rules", 0o755],
  ["templates", "templates", 0o644],
];

/** Entries of the control archive, sorted; a file without a line is left out. `lists`: what a format adds, such as md5sums. */
export function controlEntries(
  ready: ReadyPackage,
  fields: readonly Field[],
  lists: readonly { readonly name: string; readonly text: string }[],
  context: MakeContext,
): readonly TreeEntry[] {
  const files: readonly ControlFile[] = [
    { name: "control", text: writeStanza(fields), mode: 0o644 },
    { name: "conffiles", text: conffilesOf(ready.entries), mode: 0o644 },
    ...lists.map((list) => ({ ...list, mode: 0o644 })),
    ...maintainerScripts(ready.scripts).map((script) => ({ ...script, mode: 0o755 })),
    ...plainFiles.map(([script, name, mode]) => ({ name, text: ready.scripts[script] ?? "", mode })),
  ];
  const attributes = { mtime: ready.time, owner: "root", group: "root" };
  return [
    { ...attributes, path: ".", type: "directory", mode: 0o755 },
    ...files
      .filter(({ text }) => text !== "")
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, text, mode }): TreeEntry => {
        const content: Content = context.contentOfBytes(Buffer.from(text));
        return { ...attributes, path: `./${name}`, type: "file", mode, content };
      }),
  ];
}

/** The md5sums file, as dh_md5sums writes it: no `./`, and no conffiles, since those may change. */
export async function md5sumsOf(entries: readonly PackageEntry[], context: MakeContext): Promise<string> {
  let text = "";
  for (const entry of entries) {
    if (entry.type !== "file" || isConffile(entry) || entry.flags.has("ghost")) continue;
    text += `${(await context.digestsOf(entry.content)).md5}  ${checkedPath(entry.path)}\n`;
  }
  return text;
}
