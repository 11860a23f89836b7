/** What a command reads: the digest of all its inputs. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Step } from "../../../model/plan.ts";
import { Problem } from "../../../model/problem.ts";
import { findFiles, isPattern } from "../../glob.ts";
import type { MakeContext } from "../../maker.ts";
import { digestFile } from "../../reads.ts";
import { several } from "../../several.ts";

/** SHA-256 over the names and digests of all inputs, hex. Throws `file.missing` for an input that matches nothing. */
export async function digestOfInputs(inputs: readonly string[], step: Step, { root }: MakeContext): Promise<string> {
  const paths = new Set<string>();
  for (const input of inputs) {
    const found = isPattern(input) ? (await findFiles(root, input)).map(({ path }) => path) : [input];
    if (found.length === 0)
      throw new Problem("file.missing", `inputs: nothing matches ${input}`, { place: step.place });
    for (const path of found) paths.add(path);
  }
  const digests = await several([...paths].toSorted(), async (path) => {
    const sha256 = await digestFile(join(root, path));
    if (sha256 === "")
      throw new Problem("file.missing", `inputs: ${path} cannot be read`, { place: step.place, expected: "a file" });
    return `${sha256}  ${path}\n`;
  });
  return createHash("sha256").update(digests.join("")).digest("hex");
}
