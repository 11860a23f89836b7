/** Writes an apk package (v2, apk-v2(5)): signature, control and data, each a gzip member of its own. */
import { createHash } from "node:crypto";

import { mapAhead } from "../../../format/ahead.ts";
import { readApk } from "../../../format/apk/read.ts";
import { lentChunks, readChunks, readRange } from "../../../format/file.ts";
import { gzip } from "../../../format/gzip.ts";
import { writePkginfo } from "../../../format/pkginfo.ts";
import type { Compressor } from "../../../format/segment.ts";
import type { Splice } from "../../../format/splices.ts";
import type { TarEntry } from "../../../format/tar/entry.ts";
import { tarSegments, tarSegmentsOf } from "../../../format/tar/write.ts";
import type { ScriptName } from "../../../model/package.ts";
import { Problem } from "../../../model/problem.ts";
import type { Made, MakeContext } from "../../maker.ts";
import { readBack } from "../../read-back.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { refuseHidden } from "../hidden.ts";
import { withParents } from "../parents.ts";
import type { ApkStep } from "./options.ts";
import { signControl } from "./sign.ts";

export async function writeApk(ready: ReadyPackage, context: MakeContext): Promise<readonly Made[]> {
  const step = ready.options as ApkStep;
  const owned = ready.entries.filter(({ flags }) => !flags.has("ghost"));
  refuseHidden(owned, "apk");
  const entries = withParents(owned, ready.time);
  const data = await writeData(entries, context);
  const files = controlFiles(ready, step, entries, data);
  const control = await member(files, ready.time, context);
  const signature = await signatureMember(control, ready, step, context);
  const made = await context.write(ready.fileName, joined([...signature, control], data.path));
  await readBackApk(made.path, files, control, data);
  return [made];
}

/** The data member, read back; every parent folder stands before what lies in it. */
async function writeData(entries: readonly PackageEntry[], context: MakeContext): Promise<Made> {
  const splices: Splice[] = [];
  const summed = mapAhead(each(entries), 16, (entry) => withChecksum(entry, context));
  const segments = tarSegmentsOf(summed, { dialect: "pax", unixOnly: true });
  const made = await context.write(
    "data.tar.gz",
    gzip(segments, context.compressor, (splice) => splices.push(splice)),
  );
  await readBack({ kind: "tar.gz", single: false, installed: true }, made.path, entries, splices);
  return made;
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

/** apk refuses to install a file or link without its SHA-1: of the bytes, or of the link's target (nfpm#288, nfpm#295). */
async function withChecksum(entry: PackageEntry, context: MakeContext): Promise<TarEntry> {
  if (entry.type === "directory") return entry;
  const sha1 =
    entry.type === "file"
      ? (await context.digestsOf(entry.content)).sha1
      : createHash("sha1").update(entry.target).digest("hex");
  return { ...entry, pax: { "APK-TOOLS.checksum.SHA1": sha1 } };
}

const scriptFiles = {
  preinstall: ".pre-install",
  postinstall: ".post-install",
  preupgrade: ".pre-upgrade",
  postupgrade: ".post-upgrade",
  preremove: ".pre-deinstall",
  postremove: ".post-deinstall",
} as const satisfies Partial<Record<ScriptName, string>>;

/** Scripts an apk package can carry. */
export const apkScripts = Object.keys(scriptFiles) as readonly (keyof typeof scriptFiles)[];

/** Files of the control member by name, `.PKGINFO` first. */
function controlFiles(
  ready: ReadyPackage,
  step: ApkStep,
  entries: readonly PackageEntry[],
  data: Made,
): ReadonlyMap<string, string> {
  const scripts = apkScripts.flatMap((name) => {
    const text = ready.scripts[name];
    return text === undefined ? [] : [[scriptFiles[name], text] as const];
  });
  const trigger = step.trigger === "" ? [] : [[".trigger", step.trigger] as const];
  const all = [...scripts, ...trigger];
  const bytes = entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.content.size : 0), 0);
  // apk does not unpack a package of size 0: it takes it for one that only depends on others (apk-package(5)).
  const size = bytes === 0 && entries.length + all.length > 0 ? 1 : bytes;
  const info = writePkginfo([
    ...step.info,
    ["builddate", String(ready.time)],
    ["size", String(size)],
    ["datahash", data.sha256 ?? ""],
  ]);
  return new Map([[".PKGINFO", info], ...all]);
}

/** A gzip member of a tar archive without its end, so that the archive goes on in the next member. */
async function member(
  files: ReadonlyMap<string, string | Uint8Array>,
  time: number,
  context: Pick<MakeContext, "contentOfBytes"> & { readonly compressor: Compressor },
): Promise<Uint8Array> {
  const entries = [...files].map(([path, bytes]): TarEntry => ({
    type: "file",
    path,
    mode: path.startsWith(".PKG") || path.startsWith(".SIGN") ? 0o644 : 0o755,
    mtime: time,
    content: context.contentOfBytes(Buffer.from(bytes)),
  }));
  const chunks: Uint8Array[] = [];
  const segments = tarSegments(entries, { dialect: "pax", end: false });
  for await (const chunk of gzip(segments, context.compressor)) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}

async function signatureMember(
  control: Uint8Array,
  ready: ReadyPackage,
  step: ApkStep,
  context: MakeContext,
): Promise<readonly Uint8Array[]> {
  if (ready.signer === undefined) return [];
  const { name, bytes } = await signControl(control, ready.signer, step);
  return [await member(new Map([[name, bytes]]), ready.time, context)];
}

async function* joined(members: readonly Uint8Array[], data: string): AsyncGenerator<Uint8Array> {
  yield* members;
  yield* lentChunks(data);
}

/** Reads what was joined: control as it was written, and data that has the digest the control says (law 5). */
async function readBackApk(
  path: string,
  files: ReadonlyMap<string, string>,
  control: Uint8Array,
  data: Made,
): Promise<void> {
  const apk = await readApk(readChunks(path));
  const differs = (what: string): Problem =>
    new Problem("verify.mismatch", `${path} was read back and its ${what} differs`, {
      hint: "Run it again; if it stays, check memory and disk.",
    });
  if (writePkginfo(apk.pkginfo) !== files.get(".PKGINFO")) throw differs(".PKGINFO");
  for (const [name, text] of files) if (name !== ".PKGINFO" && apk.scripts.get(name) !== text) throw differs(name);
  if (apk.control.end - apk.control.start !== control.length) throw differs("control part");
  const hash = createHash("sha256");
  for await (const chunk of readRange(path, apk.data, data.size ?? 0)) hash.update(chunk);
  if (hash.digest("hex") !== data.sha256) throw differs("data");
}
