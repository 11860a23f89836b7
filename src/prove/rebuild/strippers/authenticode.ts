/** Authenticode: the signature of a Windows program, and the checksum in its header that covers it. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";

import { lentChunks } from "../../../format/file.ts";
import { dropSignature } from "../../../format/pe/drop-signature.ts";
import { digestOfBytes, isProgramFor, type Stripper } from "./kind.ts";

export const authenticode: Stripper = {
  name: "authenticode",
  applies: (artifact) => isProgramFor(artifact, "windows"),
  async digest(path, temporary) {
    const copy = join(temporary, "unsigned.exe");
    await copyFile(path, copy);
    await dropSignature(copy);
    return digestOfBytes(lentChunks(copy));
  },
};
