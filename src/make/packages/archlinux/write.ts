/** Writes an Arch package: a tar archive whose first members describe it, and the signature beside it. */
import { lentChunks } from "../../../format/file.ts";
import { type MtreeEntry, writeMtree } from "../../../format/arch-mtree.ts";
import { gzip } from "../../../format/gzip.ts";
import { plain } from "../../../format/plain.ts";
import { writePkginfo } from "../../../format/pkginfo.ts";
import type { Compressor, Segments } from "../../../format/segment.ts";
import type { OnSplice, Splice } from "../../../format/splices.ts";
import { tarSegments } from "../../../format/tar/write.ts";
import { xz } from "../../../format/xz.ts";
import { zstd } from "../../../format/zstd.ts";
import type { ChangelogEntry } from "../../../model/package.ts";
import { Problem } from "../../../model/problem.ts";
import type { Made, MakeContext } from "../../maker.ts";
import { readBack } from "../../read-back.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { refuseHidden } from "../hidden.ts";
import { withParents } from "../parents.ts";
import { installFile } from "./install.ts";
import type { ArchCompression, ArchStep } from "./options.ts";

interface Packing {
  readonly extension: string;
  /** As `format/members.ts` knows it. */
  readonly kind: string;
  pack(segments: Segments, compressor: Compressor, onSplice: OnSplice): AsyncIterable<Uint8Array>;
}

export const packings: Readonly<Record<ArchCompression, Packing>> = {
  zstd: { extension: ".pkg.tar.zst", kind: "tar.zst", pack: zstd },
  gzip: { extension: ".pkg.tar.gz", kind: "tar.gz", pack: gzip },
  xz: { extension: ".pkg.tar.xz", kind: "tar.xz", pack: xz },
  none: { extension: ".pkg.tar", kind: "tar", pack: (segments) => plain(segments) },
};

export async function writeArch(ready: ReadyPackage, context: MakeContext): Promise<readonly Made[]> {
  const step = ready.options as ArchStep;
  const owned = ready.entries.filter(({ flags }) => !flags.has("ghost"));
  refuseHidden(owned, "pacman");
  const described = describingEntries(ready, step, owned, context);
  const entries = withParents(owned, ready.time);
  const mtree = await mtreeEntry([...described, ...entries], ready, context);
  const all = [...described, mtree].toSorted((a, b) => (a.path < b.path ? -1 : 1)).concat(entries);
  const made = await writePackage(all, ready.fileName, step.compression, context);
  return [made, ...(await signature(made, ready, context))];
}

/** `.BUILDINFO`, `.CHANGELOG`, `.INSTALL` and `.PKGINFO`; what a package has none of is left out. */
function describingEntries(
  ready: ReadyPackage,
  step: ArchStep,
  owned: readonly PackageEntry[],
  context: MakeContext,
): readonly PackageEntry[] {
  const texts = [
    [".BUILDINFO", buildinfo(ready, step)],
    [".CHANGELOG", ready.changelog.length === 0 ? undefined : ready.changelog.map(changes).join("\n")],
    [".INSTALL", installFile(ready.scripts, owned)],
    [".PKGINFO", pkginfo(ready, step, owned)],
  ] as const;
  return texts.flatMap(([path, text]) =>
    text === undefined ? [] : [describing(path, Buffer.from(text), ready.time, context)],
  );
}

function describing(path: string, bytes: Uint8Array, mtime: number, context: MakeContext): PackageEntry {
  const owner = { owner: "root", group: "root", flags: new Set<never>() };
  return { type: "file", path, mode: 0o644, mtime, ...owner, content: context.contentOfBytes(bytes) };
}

/** Fields in makepkg's order (its write_pkginfo). */
function pkginfo(ready: ReadyPackage, step: ArchStep, owned: readonly PackageEntry[]): string {
  const size = owned.reduce((sum, entry) => sum + (entry.type === "file" ? entry.content.size : 0), 0);
  const backup = owned.filter(({ type, flags }) => type === "file" && flags.has("config"));
  const related = (...keys: readonly string[]): ArchStep["relations"] =>
    step.relations.filter(([key]) => keys.includes(key));
  return writePkginfo([
    ["pkgname", step.pkgname],
    ["pkgbase", step.pkgbase],
    ["xdata", "pkgtype=pkg"],
    ["pkgver", step.pkgver],
    ["pkgdesc", step.pkgdesc],
    ["url", step.url],
    ["builddate", String(ready.time)],
    ["packager", step.packager],
    ["size", String(size)],
    ["arch", step.arch],
    ["license", step.license],
    ...related("replaces"),
    ...step.groups.map((group) => ["group", group] as const),
    ...related("conflict", "provides"),
    ...backup.map(({ path }) => ["backup", path] as const),
    ...related("depend", "optdepend"),
  ]);
}

/** How it was made (BUILDINFO(5), format 2), as far as that is true of a package without a PKGBUILD. */
function buildinfo(ready: ReadyPackage, step: ArchStep): string {
  return writePkginfo([
    ["format", "2"],
    ["pkgname", step.pkgname],
    ["pkgbase", step.pkgbase],
    ["pkgver", step.pkgver],
    ["pkgarch", step.arch],
    ["packager", step.packager],
    ["builddate", String(ready.time)],
    ["buildtool", "slipway"],
  ]);
}

function changes({ version, time, author, changes: lines }: ChangelogEntry): string {
  const date = new Date(time * 1000).toISOString().slice(0, 10);
  return `${date}  ${author}\n\n  * ${version}\n${lines.map((line) => `    - ${line}\n`).join("")}`;
}

async function mtreeEntry(
  entries: readonly PackageEntry[],
  ready: ReadyPackage,
  context: MakeContext,
): Promise<PackageEntry> {
  const listed: MtreeEntry[] = [];
  for (const entry of entries) {
    if (entry.type !== "file") listed.push(entry);
    else {
      const { size, sha256 } = entry.content;
      listed.push({ ...entry, size, sha256, md5: (await context.digestsOf(entry.content)).md5 });
    }
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of gzip([Buffer.from(writeMtree(listed))], context.compressor))
    chunks.push(new Uint8Array(chunk));
  return describing(".MTREE", Buffer.concat(chunks), ready.time, context);
}

async function writePackage(
  entries: readonly PackageEntry[],
  name: string,
  compression: ArchCompression,
  context: MakeContext,
): Promise<Made> {
  const { kind, pack } = packings[compression];
  const splices: Splice[] = [];
  const segments = tarSegments(entries, { dialect: "pax", unixOnly: true });
  const made = await context.write(
    name,
    pack(segments, context.compressor, (splice) => splices.push(splice)),
  );
  await readBack({ kind, single: false, installed: true }, made.path, entries, splices);
  return made;
}

/** pacman wants it binary, under the package's name with `.sig`. */
async function signature(made: Made, ready: ReadyPackage, context: MakeContext): Promise<readonly Made[]> {
  const { signer, time } = ready;
  if (signer === undefined) return [];
  if (signer.method !== "openpgp")
    throw new Problem("key.invalid", `the key ${signer.name} cannot sign Arch packages: it is ${signer.method}`, {
      expected: "an OpenPGP key",
    });
  const bytes = await signer.detached(lentChunks(made.path), { time, armor: false });
  return [await context.write(`${made.name}.sig`, only(bytes))];
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
