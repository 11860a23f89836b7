/** A Store over uploads that are seen as soon as they are sent: they are sent when names move, and what stands there is read and compared. */

import { lentChunks } from "../../format/file.ts";
import { verified } from "../../format/verified.ts";
import { type Artifact, type Digest } from "../../model/artifact.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Named, Receipt, Store, Turn } from "../../model/store.ts";
import { ofAbout } from "../http/paced.ts";
import { openSpool } from "../spool.ts";
import { sha256Of } from "../measure.ts";
import type { Session } from "./session.ts";
import type { TargetOf } from "./targets.ts";

export interface HttpStoreOptions {
  readonly where: string;
  readonly turn: Turn;
  readonly session: Session;
  readonly targetOf: TargetOf;
  readonly existing: "refuse" | "replace";
  /** Whether a name has to be free before it can be taken again. */
  readonly clears: boolean;
  readonly artifacts: readonly Artifact[];
  /** Waits before another attempt; `attempt` counts from 0. */
  readonly pause: (attempt: number) => Promise<void>;
  readonly attempts: number;
  readonly close: () => void;
}

const unsent = "nothing can be hidden there: it is sent when names move";

type Found = Pick<Named, "digest" | "size">;

export function httpStore(options: HttpStoreOptions): Store {
  const { where, turn, session, targetOf, existing } = options;
  const spool = openSpool();
  const held = new Map<string, { readonly artifact: Artifact; readonly path: string }>();
  const there = new Map<string, Digest>();
  const artifactOf = (name: string): Artifact | undefined =>
    held.get(name)?.artifact ?? options.artifacts.find((each) => each.name === name);

  const look = async (artifact: Artifact): Promise<Found | undefined> => {
    const target = targetOf(artifact);
    const answer = target === undefined ? undefined : await session.read(target.read);
    return answer === undefined ? undefined : sha256Of(ofAbout(answer.body, artifact));
  };
  /** `already`, or why it is refused; undefined where its name is free, or may be taken. */
  const judged = async (artifact: Artifact): Promise<string | undefined> => {
    const found = await look(artifact);
    if (found === undefined) return undefined;
    if (found.digest === artifact.digest) return "already";
    return existing === "replace"
      ? undefined
      : `other bytes stand under the name: ${found.digest}, not ${artifact.digest}`;
  };

  /** Sends it, and where it is not certain what became of that, looks. */
  const send = async (artifact: Artifact, path: string): Promise<string> => {
    const target = targetOf(artifact);
    if (target === undefined) throw new Error(`${artifact.name} is sent to where nothing keeps it`);
    if (options.clears && existing === "replace" && (await look(artifact)) !== undefined) await remove(artifact);
    const body = { size: artifact.size, open: () => verified(lentChunks(path), artifact) };
    for (let attempt = 0; ; attempt += 1) {
      const answer = await session.send(target.send, artifact, body).catch(uncertain);
      if (!(answer instanceof Problem) && answer.status >= 200 && answer.status < 300) return "done";
      const problem = answer instanceof Problem ? answer : session.refusal(`send ${artifact.name} to ${where}`, answer);
      if (problem.code === "store.denied") throw problem;
      const found = await look(artifact);
      if (found?.digest === artifact.digest) return attempt === 0 && !(answer instanceof Problem) ? "already" : "done";
      if (found !== undefined && existing === "refuse") return (await judged(artifact)) ?? "it went away meanwhile";
      if (problem.code !== "store.unreachable" || attempt + 1 >= options.attempts) throw problem;
      await options.pause(attempt);
    }
  };

  const remove = async (artifact: Artifact): Promise<void> => {
    const at = targetOf(artifact)?.remove;
    if (at === undefined)
      throw new Problem("store.failed", `${artifact.name} cannot be taken away from ${where}`, {
        hint: "Where the server lets it be deleted: `delete: true`.",
      });
    const answer = await session.remove(at);
    if (answer.status >= 300 && answer.status !== 404 && answer.status !== 410)
      throw session.refusal(`take ${artifact.name} away from ${where}`, answer);
  };

  return {
    where,
    turn,
    async put(artifact, bytes, path) {
      if (targetOf(artifact) === undefined)
        return receipt("put", artifact, "skipped", "it is none of the packages kept there");
      const why = await judged(artifact);
      const at = path ?? (why === undefined ? await spool.keep(artifact.name, verified(bytes, artifact)) : "");
      held.set(artifact.name, { artifact, path: at });
      if (why === "already") there.set(artifact.name, artifact.digest);
      if (why === undefined) return receipt("put", artifact, "skipped", unsent);
      return why === "already" ? receipt("put", artifact, why) : receipt("put", artifact, "refused", why);
    },
    async point(artifact) {
      const one = held.get(artifact.name);
      if (one === undefined) return [];
      if (there.get(artifact.name) === artifact.digest) return [receipt("point", artifact, "already")];
      const why = await judged(artifact);
      const outcome = why ?? (await send(artifact, one.path));
      if (outcome === "done" || outcome === "already") {
        there.set(artifact.name, artifact.digest);
        return [receipt("point", artifact, outcome)];
      }
      return [receipt("point", artifact, "refused", outcome)];
    },
    expects: (artifact) => (targetOf(artifact) === undefined ? [] : [{ name: artifact.name, digest: artifact.digest }]),
    async look(name) {
      const artifact = artifactOf(name);
      const found = artifact === undefined ? undefined : await look(artifact);
      return found === undefined ? undefined : { name, ...found };
    },
    async read(name) {
      const target = targetOf(artifactOf(name) ?? { name, attributes: {} });
      return target === undefined ? undefined : (await session.read(target.read))?.body;
    },
    address(name) {
      const artifact = name === undefined ? undefined : artifactOf(name);
      return artifact === undefined ? undefined : targetOf(artifact)?.read.href;
    },
    ...(turn === "final"
      ? {}
      : {
          async withdraw() {
            const receipts: Receipt[] = [];
            for (const artifact of options.artifacts.toReversed()) {
              if (targetOf(artifact) === undefined) continue;
              receipts.push(await takenAway(artifact));
            }
            return receipts;
          },
        }),
    async close() {
      options.close();
      await spool.clear();
    },
  };

  async function takenAway(artifact: Artifact): Promise<Receipt> {
    const found = await look(artifact);
    if (found === undefined) return receipt("remove", artifact, "already");
    if (found.digest !== artifact.digest)
      return receipt("remove", artifact, "skipped", `other bytes stand under the name: ${found.digest}`);
    await remove(artifact);
    return receipt("remove", artifact, "done");
  }
}

/** No answer, so that nobody knows whether it was done; everything else is thrown on. */
function uncertain(thrown: unknown): Problem {
  const [problem] = problemsOf(thrown) ?? [];
  if (problem?.code !== "store.unreachable") throw thrown;
  return problem;
}

function receipt(act: Receipt["act"], { name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act, name, digest, outcome, why };
}
