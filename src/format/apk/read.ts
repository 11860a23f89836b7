/** Reads an apk package (v2): signatures, control and where its data lies. */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";
import { gunzipMember } from "../inflate.ts";
import { type Pkginfo, readPkginfo } from "../pkginfo.ts";
import { readTar } from "../tar/read.ts";

/** Bytes of the package, from `start` up to `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Apk {
  /** Files of the first member by name, such as `.SIGN.RSA.team.rsa.pub`; none where the package is not signed. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
  /** The compressed member that signatures are over. */
  readonly control: Stretch;
  readonly pkginfo: Pkginfo;
  /** Scripts by name: `.pre-install`. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Where the third member begins, which `datahash` is over; it goes on to the end. */
  readonly data: number;
}

/** Signatures and control are kept in memory, so they are small. */
const mostControl = 16 * 1024 * 1024;

/**
 * Everything before the data (apk-v2(5)): gzip members, of which those before the last are tar archives without an end. Fails with
 * `format.invalid` where the bytes are no such package. The data itself is not decoded.
 */
export async function readApk(source: AsyncIterable<Uint8Array>): Promise<Apk> {
  let pulled = 0;
  const reader = byteReader(
    (async function* () {
      for await (const bytes of source) {
        pulled += bytes.length;
        yield new Uint8Array(bytes); // a chunk is only lent, and what was read too far stays
      }
    })(),
  );
  const position = async (): Promise<number> => {
    const ahead = await reader.chunk();
    if (ahead !== undefined) reader.unread(ahead);
    return pulled - (ahead?.length ?? 0);
  };
  try {
    let start = 0;
    let files = await readMember(reader);
    const isSigned = [...files.keys()].every((name) => name.startsWith(".SIGN."));
    const signatures = isSigned ? files : new Map<string, Uint8Array>();
    if (isSigned) {
      start = await position();
      files = await readMember(reader);
    }
    const pkginfo = files.get(".PKGINFO");
    if (pkginfo === undefined)
      throw new Problem("format.invalid", "The apk package has no .PKGINFO in its control part");
    const end = await position();
    const texts = [...files]
      .filter(([name]) => name !== ".PKGINFO")
      .map(([name, bytes]) => [name, textOf(bytes)] as const);
    return {
      signatures,
      control: { start, end },
      pkginfo: readPkginfo(textOf(pkginfo)),
      scripts: new Map(texts),
      data: end,
    };
  } finally {
    await reader.close();
  }
}

async function readMember(reader: ByteReader): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const member of readTar(bounded(gunzipMember(reader)), { end: false })) {
    if (member.type !== "file" || files.has(member.path))
      throw new Problem("format.invalid", `${member.path} should not be in the control part of an apk package`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(new Uint8Array(chunk));
    files.set(member.path, Buffer.concat(chunks));
  }
  return files;
}

async function* bounded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of source) {
    size += bytes.length;
    if (size > mostControl) throw new Problem("format.invalid", "The control part of the apk package is too large");
    yield bytes;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
