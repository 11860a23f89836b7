/** A place that only the project's own commands know: one publishes, one says what is there, one takes it back. */
import type { Artifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt, Store, StoreState } from "../../model/store.ts";
import type { Scope, Text } from "../../model/template.ts";
import { verified } from "../../format/verified.ts";
import type { StoreContext } from "../kind.ts";
import { openSpool } from "../spool.ts";
import { fetchVariables, renderedVariables } from "../variables.ts";
import type { DecidedCommand } from "./decided.ts";
import {
  allVariables,
  artifactNames,
  artifactVariables,
  type Lying,
  releaseVariables,
  type Variables,
} from "./facts.ts";

type Found = "there" | "absent" | "pending";

/** What a run is about. */
interface Subject {
  readonly variables: Variables;
  readonly names: Scope;
}

export async function openCommandStore(decided: DecidedCommand, context: StoreContext): Promise<Store> {
  const { once, turn, check, remove } = decided;
  const run = await runner(decided, context);
  const spool = openSpool();
  const known = new Map<string, Lying>();
  const hasCheck = !isNone(check);
  let wasRun = false;

  const subjectOf = (one: Lying | undefined): Subject =>
    one === undefined || once
      ? { variables: allVariables([...known.values()]), names: {} }
      : { variables: artifactVariables(one), names: artifactNames(one) };

  async function find(one: Lying | undefined): Promise<Found> {
    if (!hasCheck) return "absent";
    return (["there", "absent", "pending"] as const)[await run(check, subjectOf(one), [0, 1, 2])] ?? "absent";
  }

  /** Publishes what is not there yet; what is asked for again is run again where nothing says that it is there. */
  async function publish(one: Lying | undefined): Promise<Pick<Receipt, "outcome" | "why">> {
    const before = await find(one);
    if (before === "there") return { outcome: "already" };
    if (before === "pending") return waiting;
    await run(decided.command, subjectOf(one), [0]);
    wasRun = true;
    return (await find(one)) === "pending" ? waiting : { outcome: "done" };
  }

  return {
    where: `command ${shownWords(decided.command)}`,
    turn,
    expects(artifact) {
      if (!hasCheck) return []; // nobody can say
      if (!known.has(artifact.name)) known.set(artifact.name, { artifact, path: "" });
      return [{ name: artifact.name, digest: artifact.digest }];
    },

    async put(artifact, bytes, path) {
      const at = path ?? (await spool.keep(artifact.name, verified(bytes, artifact)));
      const one = { artifact, path: at };
      known.set(artifact.name, one);
      const isThere = !once && (await find(one)) === "there";
      return receipt("put", artifact, isThere ? { outcome: "already" } : { outcome: "done" });
    },

    async point(artifact) {
      const one = known.get(artifact.name);
      if (one === undefined) throw new Error(`${artifact.name} is pointed at before it was put`);
      return once ? [] : [receipt("point", artifact, await publish(one))];
    },

    ...(once
      ? {
          async show() {
            const told = await publish(undefined);
            return [...known.values()].map(({ artifact }) => receipt("point", artifact, told));
          },
        }
      : {}),

    async look(name) {
      const one = known.get(name);
      if (one === undefined || (await find(one)) !== "there") return undefined;
      return { name, digest: one.artifact.digest, size: one.artifact.size };
    },

    async state(): Promise<StoreState | undefined> {
      if (!hasCheck)
        return wasRun
          ? { visibility: "published" }
          : { visibility: "absent", why: "nobody can say: there is no `check` command" };
      if (!once) return undefined;
      const found = await find(undefined);
      return { visibility: ({ there: "published", absent: "absent", pending: "pending" } as const)[found] };
    },

    ...(isNone(remove)
      ? {}
      : {
          async withdraw({ why, release }) {
            const variables = { SLIPWAY_WHY: why };
            await run(remove, { variables, names: {} }, [0]);
            return [{ act: "remove", name: context.about.version, digest: release, outcome: "done" }];
          },
        }),
    close: () => spool.clear(),
  };
}

const waiting: Pick<Receipt, "outcome" | "why"> = {
  outcome: "pending",
  why: "`check` says that it waits for somebody",
};

type Run = (words: Text | readonly Text[], subject: Subject, accept: readonly number[]) => Promise<number>;

/** Secrets are fetched once, when the store is opened: what is missing is known before anything is published. */
async function runner(decided: DecidedCommand, context: StoreContext): Promise<Run> {
  const secrets = await fetchVariables(decided.secrets, context);
  const facts = releaseVariables(context.about, context.release);
  return async (words, { variables, names }, accept) => {
    const env = { ...facts, ...variables, ...renderedVariables(decided.env, names, context), ...secrets };
    const timeout = decided.timeout * 1000;
    const { exitCode } = await run(context, { words, names, env, secrets: Object.values(secrets), accept, timeout });
    return exitCode;
  };
}

async function run(
  context: StoreContext,
  command: Parameters<StoreContext["run"]>[0],
): ReturnType<StoreContext["run"]> {
  try {
    return await context.run(command);
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== "step.failed") throw thrown;
    throw new Problem("store.failed", thrown.message, {
      hint: thrown.hint ?? "Once it can work, run the same command again: what is there already is left alone.",
      lines: thrown.lines,
    });
  }
}

/** The program alone: what stands behind it may be long. */
function shownWords(words: DecidedCommand["command"]): string {
  const [first = ""] = Array.isArray(words) ? words : [words];
  return (typeof first === "string" ? first : first.late).trim().split(/\s+/)[0] ?? "";
}

function isNone(words: DecidedCommand["command"]): boolean {
  return Array.isArray(words) && words.length === 0;
}

function receipt(act: Receipt["act"], { name, digest }: Artifact, told: Pick<Receipt, "outcome" | "why">): Receipt {
  return { act, name, digest, ...told };
}
