/** Writes a deb (deb(5)): debian-binary, control.tar.gz and data.tar in an ar archive, perhaps a signature behind them. */
import { createHash } from "node:crypto";

import { readAr, writeAr } from "../../../format/ar.ts";
import type { Field } from "../../../format/deb822.ts";
import { lentChunks } from "../../../format/file.ts";
import { Problem } from "../../../model/problem.ts";
import type { Made, MakeContext } from "../../maker.ts";
import type { TreeEntry } from "../../tree.ts";
import type { ReadyPackage } from "../format.ts";
import { changelogEntry } from "./changelog-entry.ts";
import { compressions, type DebCompression } from "./compression.ts";
import { controlEntries, md5sumsOf } from "./control-tar.ts";
import type { DebPlan } from "./decide.ts";
import { type DebMember, memberOf, signatureMember } from "./signature.ts";
import { installedSize, packedEntries } from "./tar-entries.ts";
import { writeTar } from "./tar-member.ts";

/** Where the format keeps documentation: `usr/share/doc`. */
export interface DebLayout {
  readonly docs: string;
}

/** Writes the package and reads it back, member by member and file by file. */
export async function writeDeb(ready: ReadyPackage, layout: DebLayout, context: MakeContext): Promise<Made> {
  const plan = ready.options as DebPlan;
  const compression = compressions[plan.compression as DebCompression];
  const changelog = await changelogEntry(ready, plan, layout.docs, context);
  const entries = [...ready.entries, ...changelog].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const packed = packedEntries(entries, ready.time);
  // Digests for the control part are taken here while other threads compress the data.
  const [data, control] = await Promise.all([
    writeTar(`data.tar${compression.extension}`, packed, compression, context),
    controlArchive({ ...ready, entries }, plan, packed, context),
  ]);
  const members = [memberOf("debian-binary", Buffer.from("2.0\n")), control, data];
  const signature =
    ready.signer === undefined ? [] : [await signatureMember(members, plan.signature, ready.signer, ready.time)];
  const made = await context.write(ready.fileName, writeAr([...members, ...signature], { mtime: ready.time }));
  await readBackAr(made.path, [...members, ...signature]);
  return made;
}

async function controlArchive(
  ready: ReadyPackage,
  plan: DebPlan,
  packed: readonly TreeEntry[],
  context: MakeContext,
): Promise<DebMember> {
  const fields = plan.fields.flatMap((field): readonly Field[] =>
    field[0] === "Maintainer" ? [field, ["Installed-Size", String(installedSize(packed))]] : [field],
  );
  const lists = [
    { name: "md5sums", text: await md5sumsOf(ready.entries, context) },
    { name: "triggers", text: plan.triggers },
  ];
  return writeTar("control.tar.gz", controlEntries(ready, fields, lists, context), compressions.gzip, context);
}

/** The tar archives were read back by themselves; what is left is that they stand in the package whole. */
async function readBackAr(path: string, members: readonly DebMember[]): Promise<void> {
  const left = [...members];
  for await (const member of readAr(lentChunks(path))) {
    const expected = left.shift();
    const hash = createHash("sha256");
    for await (const bytes of member.open()) hash.update(bytes);
    if (member.name !== expected?.name || hash.digest("hex") !== expected.sha256) throw differs(path, member.name);
  }
  if (left[0] !== undefined) throw differs(path, left[0].name);
}

function differs(path: string, member: string): Problem {
  return new Problem("verify.mismatch", `${path} was read back and ${member} is not what was written`, {
    hint: "Run it again; if it stays, check memory and disk.",
  });
}
