/** Reads what a deb says of itself: the `control` file in its control.tar (deb(5), deb-control(5)). */
import { Problem } from "../model/problem.ts";
import { readAr } from "./ar.ts";
import { readStanza } from "./deb822.ts";
import { gunzip } from "./inflate.ts";
import { readTar } from "./tar/read.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

type Bytes = AsyncIterable<Uint8Array>;

const decoders: ReadonlyMap<string, (bytes: Bytes) => Bytes> = new Map([
  ["control.tar", (bytes) => bytes],
  ["control.tar.gz", gunzip],
  ["control.tar.xz", unxz],
  ["control.tar.zst", unzstd],
]);

export interface DebControl {
  /** Its `Package`. */
  readonly name: string;
  /** The whole file. */
  readonly text: string;
}

/** No package says more of itself. */
const mostBytes = 1024 * 1024;

/** Fails with `format.invalid` where there is none, or it names no package. */
export async function debControl(bytes: Bytes): Promise<DebControl> {
  for await (const { name, open } of readAr(bytes)) {
    const decode = decoders.get(name);
    if (decode === undefined) continue;
    for await (const member of readTar(decode(open())))
      if (member.type === "file" && /^(\.\/)?control$/.test(member.path)) return controlOf(await textOf(member));
  }
  throw new Problem("format.invalid", "The deb package has no control file");
}

async function textOf(member: { readonly size: number; open(): Bytes }): Promise<string> {
  if (member.size > mostBytes) throw new Problem("format.invalid", "The deb package's control file is too long");
  const chunks: Uint8Array[] = [];
  for await (const chunk of member.open()) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function controlOf(text: string): DebControl {
  const name = readStanza(text).find(([field]) => field.toLowerCase() === "package")?.[1] ?? "";
  if (!/^[a-z0-9][a-z0-9+.-]*$/.test(name)) throw new Problem("format.invalid", "The deb package has no name");
  return { name, text };
}
