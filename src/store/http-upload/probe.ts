/** Asks a place of uploads, before anything is made, whether it answers, lets us in, and has the names free. */
import type { ReleaseAbout } from "../../model/about.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { Store } from "../../model/store.ts";
import { eachOf } from "../each.ts";
import type { Probed } from "../kind.ts";
import { laterLines } from "../later.ts";
import { isStopped, probingAll } from "../probing.ts";
import { leavingAt } from "./later.ts";
import type { DecidedHttp } from "./options.ts";

export interface ProbedUploads extends Pick<DecidedHttp, "existing"> {
  readonly artifacts: readonly Artifact[];
  readonly about: ReleaseAbout;
}

/** Only reads, so whether anything may be sent is not told. */
export async function probeUploads(
  store: Store,
  { artifacts, existing, about }: ProbedUploads,
): Promise<readonly Probed[]> {
  const names = await probingAll("token", async () => [await namesLine(store, { artifacts, existing })]);
  if (isStopped(names)) return names;
  const isReplaced = existing === "replace";
  const later = isReplaced ? await probingAll("names", () => laterLines(store, leavingAt(about))) : [];
  const detail = "whether anything may be sent is told by sending only";
  return [...names, ...later, { what: "scope", outcome: "unknown", detail }];
}

async function namesLine(
  store: Store,
  { artifacts, existing }: Pick<ProbedUploads, "artifacts" | "existing">,
): Promise<Probed> {
  const taken: string[] = [];
  const expected = artifacts.flatMap((artifact) => store.expects?.(artifact) ?? []);
  await eachOf(expected, 4, async ({ name }) => {
    const found = await store.read?.(name);
    if (found === undefined) return;
    taken.push(name);
    for await (const _ of found) break;
  });
  if (taken.length === 0) return { what: "names", outcome: "ok", detail: `${expected.length} names are free` };
  const shown = taken.toSorted().slice(0, 3).join(", ");
  const there = `${taken.length} of ${expected.length} names stand there`;
  return existing === "replace"
    ? { what: "names", outcome: "ok", detail: `${there}, and are replaced: ${shown}` }
    : { what: "names", outcome: "warning", detail: `${there}, and must be equal: ${shown}` };
}
