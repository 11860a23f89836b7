/** Signatures in a deb: the members `_gpgorigin` and the like, which dpkg passes over (debsigs(1)). */
import { createHash } from "node:crypto";

import { readAr } from "../../../format/ar.ts";
import { readChunks } from "../../../format/file.ts";
import { digestOfBytes, formatOf, type Stripper } from "./kind.ts";

export const debSignature: Stripper = {
  name: "deb signature",
  applies: (artifact) => ["deb", "termux.deb"].includes(formatOf(artifact)),
  async digest(path) {
    const hash = createHash("sha256");
    for await (const { name, open } of readAr(readChunks(path)))
      if (!name.startsWith("_gpg")) hash.update(`${name} ${await digestOfBytes(open())}\n`);
    return hash.digest("hex");
  },
};
