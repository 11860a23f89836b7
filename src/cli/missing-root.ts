/** Refuses a release without the trust root that its config asks for, before anything is made. */
import { join } from "node:path";

import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import { Problem } from "../model/problem.ts";

/** A root that was never made is known before anything is. Throws `file.missing` where the config asks for it. */
export async function refuseMissingRoot({ trust, root }: Config, { isSnapshot }: Facts): Promise<void> {
  if (trust.root === undefined || isSnapshot) return;
  const { loadRepository } = await import("../sign/tuf/load.ts");
  const repository = await loadRepository(join(root, trust.root.folder));
  if (repository.root !== undefined) return;
  const waits = repository.pending.root !== undefined;
  throw new Problem(
    "file.missing",
    `there is no trust root in ${trust.root.folder}${waits ? " that enough have signed" : ""}`,
    {
      place: trust.root.place,
      hint: waits
        ? "Have the others run `slipway keys sign`."
        : "Make it once, with `slipway keys init`, and commit the folder.",
    },
  );
}
