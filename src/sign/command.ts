/** Signer commands: the file to sign and the signature pass through a folder that nobody else can read. */
import { chmod, mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { onDisk } from "../model/disk.ts";
import type { Words } from "../model/schema.ts";
import type { ToSign } from "../model/signer.ts";
import { chunksOf } from "./chunks.ts";
import type { KeyContext } from "./kind.ts";
import { invalidKey } from "./problem.ts";

/** Bytes no signature reaches. */
const largest = 1024 * 1024;

/** Takes in what is signed: a digest, or a verification. */
interface Taking {
  update(chunk: Uint8Array): unknown;
}

export interface CommandSigning {
  readonly command: Words;
  readonly data: ToSign;
  /** Take it in as it is handed to the command, whatever the command then does to the file. */
  readonly takers: readonly Taking[];
  /** Further names for the command's words. */
  readonly names: Readonly<Record<string, string>>;
}

/** What the command wrote as the signature, not checked yet. Fails with `key.invalid` where it wrote nothing that can be one. */
export async function runSigner(signing: CommandSigning, context: KeyContext): Promise<Uint8Array> {
  const folder = await onDisk(context.temporary, () => mkdtemp(join(context.temporary, "slipway-sign-")));
  try {
    await chmod(folder, 0o700);
    const [artifact, signature] = [join(folder, "artifact"), join(folder, "signature")];
    await writePrivate(artifact, signing.data, signing.takers);
    await context.run(signing.command, { ...signing.names, artifact, signature });
    return await readSignature(signature, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a new file that only its owner reads; `takers` take in what is written. */
export async function writePrivate(path: string, data: ToSign, takers: readonly Taking[] = []): Promise<void> {
  const file = await onDisk(path, () => open(path, "wx", 0o600));
  try {
    for await (const chunk of chunksOf(data)) {
      for (const taker of takers) taker.update(chunk);
      await onDisk(path, () => file.writeFile(chunk));
    }
  } finally {
    await file.close();
  }
}

async function readSignature(path: string, context: KeyContext): Promise<Uint8Array> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => undefined,
  );
  if (size === undefined) throw invalidKey(context, "made no signature: its command wrote no file {{ signature }}");
  if (size === 0 || size > largest) throw invalidKey(context, `made no signature: its command wrote ${size} bytes`);
  return readFile(path);
}
