/** Asks every builder what it finds on this machine and in this project. */
import type { Config } from "../../model/config.ts";
import type { BuildEntry } from "../../model/config/builds.ts";
import type { JsonObject } from "../../model/json.ts";
import type { BuildKind, KindTable } from "../../model/kind.ts";
import type { Machine } from "../../model/machine.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Scope } from "../../model/template.ts";

export interface Probed {
  /** What was found, by the entry's path: `builds[0]`. */
  readonly data: Readonly<Record<string, JsonObject>>;
  /** What is missing, each with the entry's place. */
  readonly problems: readonly Problem[];
}

/** All at once. An entry that `when` skips is not asked for: what it lacks will not be missed. `scope` is waited for only then. */
export async function probeAll(
  config: Config,
  builders: KindTable<BuildKind>,
  machine: Machine,
  scope: () => Promise<Scope>,
): Promise<Probed> {
  const probes = await Promise.all(
    config.builds.map(async (entry) => ({ entry, probe: await probeEntry(entry, builders, machine, scope) })),
  );
  const data = probes.flatMap(({ entry, probe }) =>
    probe.data === undefined ? [] : [[entry.path, probe.data] as const],
  );
  const problems = probes.flatMap(({ entry, probe }) => probe.problems.map((problem) => placed(problem, entry)));
  return { data: Object.fromEntries(data), problems };
}

interface EntryProbe {
  readonly data?: JsonObject;
  readonly problems: readonly Problem[];
}

async function probeEntry(
  entry: BuildEntry,
  builders: KindTable<BuildKind>,
  machine: Machine,
  scope: () => Promise<Scope>,
): Promise<EntryProbe> {
  const builder = builders.get(entry.kind);
  if (builder === undefined) throw new Error(`builder ${entry.kind} passed the schema but is in no table`);
  if (!(await isWanted(entry, scope))) return { problems: [] };
  try {
    return await builder.probe(entry, machine);
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return { problems };
  }
}

/** Where the names `when` needs cannot be had, that is reported by who gathers them. */
async function isWanted({ when }: BuildEntry, scope: () => Promise<Scope>): Promise<boolean> {
  if (when === undefined) return true;
  try {
    const text = when.render(await scope()).trim();
    return text !== "" && text !== "false";
  } catch (thrown) {
    if (problemsOf(thrown) === undefined) throw thrown;
    return false;
  }
}

function placed(problem: Problem, { place }: BuildEntry): Problem {
  if (problem.place !== undefined) return problem;
  const { code, message, expected, hint, lines, cause } = problem;
  return new Problem(code, message, { place, expected, hint, lines, cause });
}
