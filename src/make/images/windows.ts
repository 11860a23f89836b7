/** Layers of Windows images, as go-containerregistry and BuildKit write them: files below `Files`, an empty `Hives` beside it. */
import type { LayerEntry } from "./layer.ts";

/**
 * A security descriptor (MS-DTYP, 2.4.6, self-relative) whose owner and group are BUILTIN\Users, S-1-5-32-545: without one
 * Windows does not run a program from a layer.
 */
const ofUsers = Buffer.from(
  "01000080" + // revision, self-relative
    "14000000" + // where the owner stands
    "24000000" + // where the group stands
    "0000000000000000" + // no access lists
    "01020000000000052000000021020000".repeat(2),
  "hex",
).toString("base64");

const pax = { "MSWINDOWS.rawsd": ofUsers };

export function asWindowsLayer(entries: readonly LayerEntry[], mtime: number): readonly LayerEntry[] {
  const folder = (path: string): LayerEntry => ({
    path,
    type: "directory",
    mode: 0o555,
    mtime,
    uid: 0,
    gid: 0,
    owner: "",
    group: "",
  });
  const inFiles = entries.map((entry): LayerEntry => ({ ...entry, path: `Files/${entry.path}`, pax }));
  return [folder("Files"), ...inFiles, folder("Hives")];
}
