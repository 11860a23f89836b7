/** Asks a place of uploads, before anything is made, whether it answers, lets us in, and has the names free. */
import type { Artifact } from "../../model/artifact.ts";
import { problemsOf } from "../../model/problem.ts";
import type { Store } from "../../model/store.ts";
import { eachOf } from "../each.ts";
import type { Probed } from "../kind.ts";

/** Only reads, so whether anything may be sent is not told. */
export async function probeUploads(store: Store, artifacts: readonly Artifact[]): Promise<readonly Probed[]> {
  const taken: string[] = [];
  const expected = artifacts.flatMap((artifact) => store.expects?.(artifact) ?? []);
  try {
    await eachOf(expected, 4, async ({ name }) => {
      const found = await store.read?.(name);
      if (found === undefined) return;
      taken.push(name);
      for await (const _ of found) break;
    });
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    return [{ what: "token", outcome: "failed", detail: problem.message, problem }];
  }
  const scope: Probed = {
    what: "scope",
    outcome: "unknown",
    detail: "whether anything may be sent is told by sending only",
  };
  if (taken.length === 0) return [{ what: "names", outcome: "ok", detail: `${expected.length} names are free` }, scope];
  const shown = taken.toSorted().slice(0, 3).join(", ");
  const detail = `${taken.length} of ${expected.length} names stand there, and must be equal: ${shown}`;
  return [{ what: "names", outcome: "warning", detail }, scope];
}
