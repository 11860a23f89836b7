/** Zip: how members were compressed; what they are, with their names, modes, times and order, stays. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import { inFile } from "../../../format/random-access.ts";
import type { ZipMember } from "../../../format/zip/entry.ts";
import { readZip } from "../../../format/zip/read.ts";
import { onDisk } from "../../../model/disk.ts";
import { digestOfBytes, formatOf, type Stripper } from "./kind.ts";

export const zip: Stripper = {
  name: "zip",
  applies: (artifact) => formatOf(artifact) === "zip",
  async digest(path) {
    const hash = createHash("sha256");
    const file = await onDisk(path, () => open(path));
    try {
      for await (const member of readZip(await inFile(file))) hash.update(`${await describe(member)}\n`);
    } finally {
      await file.close();
    }
    return hash.digest("hex");
  },
};

async function describe(member: ZipMember): Promise<string> {
  const { type, path, mode, mtime } = member;
  const content =
    member.type === "file" ? await digestOfBytes(member.open()) : member.type === "symlink" ? member.target : "";
  return JSON.stringify([type, path, mode, mtime, content]);
}
