/** What stands under the names of images that are still to be made. */
import { z } from "zod";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { Probed } from "../kind.ts";
import { canRefuse, type Existing } from "../image-tag.ts";
import { probing } from "../probing.ts";
import type { PlaceOf } from "./placed.ts";

const schema = z.looseObject({ names: z.array(z.looseObject({ name: z.string(), rolling: z.string() })) });

/** A line for each name that is taken, and one for all that are free. Names that move anyway are not asked for. */
export async function probeNames(
  expected: readonly ExpectedArtifact[],
  { place, existing }: { readonly place: PlaceOf; readonly existing: Existing },
): Promise<readonly Probed[]> {
  const names = expected.flatMap(({ attributes }) => schema.safeParse(attributes).data?.names ?? []);
  const taken: Probed[] = [];
  let free = 0;
  for (const { name, rolling } of names) {
    const found = place(name);
    if (found === undefined || !canRefuse({ rolling, tag: found.tag }, existing)) continue;
    const answer = await probing("names", async () => {
      const there = await found.target.look(found.tag);
      if (there === undefined) return { outcome: "ok", detail: "" };
      return { outcome: "warning", detail: `${name} is there already: ${there} will be compared` };
    });
    if (answer.outcome === "ok") free += 1;
    else taken.push(answer);
  }
  const said = free === 1 ? "1 tag is free" : `${free} tags are free`;
  return free === 0 ? taken : [...taken, { what: "names", outcome: "ok", detail: said }];
}
