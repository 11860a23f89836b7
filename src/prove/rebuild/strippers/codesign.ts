/** Codesign: the signature of a macOS program, in whose place both sides get the same one that names nobody. */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";

import { lentChunks } from "../../../format/file.ts";
import { signAdHoc } from "../../../format/macho/ad-hoc-signature.ts";
import { digestOfBytes, isProgramFor, type Stripper } from "./kind.ts";

export const codesign: Stripper = {
  name: "codesign",
  applies: (artifact) => isProgramFor(artifact, "darwin"),
  async digest(path, temporary) {
    const copy = join(temporary, "unsigned");
    await copyFile(path, copy);
    await signAdHoc(copy, "rebuilt");
    return digestOfBytes(lentChunks(copy));
  },
};
