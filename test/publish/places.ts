/** A kind of store for tests that lives in memory, fails at any act when told to, and watches the order in which things are seen. */
import type { Artifact, Digest } from "../../src/model/artifact.ts";
import { Problem } from "../../src/model/problem.ts";
import { z } from "../../src/model/schema.ts";
import type { Receipt, Source, Store, Turn } from "../../src/model/store.ts";
import type { PublishPlan } from "../../src/model/plan.ts";
import { selectionOf } from "../../src/model/only.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { artifact, bytesOf, digestOf } from "../store/artifacts.ts";

/** How a place of tests behaves. */
export interface Manner {
  readonly name: string;
  readonly turn: Turn;
  /** Everything is seen at once, by `show`. */
  readonly whole: boolean;
  /** What was put can be read before it is seen. */
  readonly readable: boolean;
  /** Nothing can be hidden there: bytes are taken when their name moves. */
  readonly late?: boolean;
  /** It has a name for the newest. */
  readonly newest: boolean;
  readonly optional: boolean;
}

export const usual: Omit<Manner, "name"> = {
  turn: "names",
  whole: false,
  readable: true,
  newest: false,
  optional: false,
};

/** What happens at the n-th act: nothing is done; it is done and nobody hears of it; the process ends before or after it. */
export type Fault = "refused" | "unheard" | "killed-before" | "killed-after";

/** What a place holds. */
export interface Held {
  readonly staged: Map<string, string>;
  readonly pointed: Map<string, string>;
  readonly seen: Map<string, string>;
  newest: string;
  withdrawn: string;
  /** What is read there instead of what was put. */
  readonly damaged: Map<string, string>;
  /** Waits for somebody to let it be seen. */
  moderated: boolean;
}

/** The process ended: nothing of it runs any more. */
export class Killed extends Error {}

export interface World {
  readonly kind: OpenableStore;
  readonly places: ReadonlyMap<string, Held>;
  /** Acts so far, those that change something and those that only read. */
  readonly acts: { effects: number; reads: number };
  /** By the number of the effect; those that were met are gone. */
  readonly faults: Map<number, Fault>;
  /** What was done, in order: `github point a.txt`. */
  readonly done: string[];
  /** What was seen too early; empty where the order was kept. */
  readonly broken: string[];
  /** Starts a new process. */
  restart(): void;
}

/** The artifacts are named by what is in them. */
export function textOf({ name }: Pick<Artifact, "name">): string {
  return `bytes of ${name}`;
}

/** `a` to `n`, each referring to some before it, and a Release of all. */
export function artifactsOf(refs: readonly (readonly number[])[]): readonly Artifact[] {
  const all: Artifact[] = [];
  for (const [index, to] of refs.entries()) {
    const name = `${String.fromCharCode(97 + index)}.txt`;
    const digests = to.filter((each) => each < index).flatMap((each) => all[each]?.digest ?? []);
    all.push(artifact(name, textOf({ name }), { refs: digests }));
  }
  const name = "release.json";
  return [...all, artifact(name, textOf({ name }), { type: "release", refs: all.map(({ digest }) => digest) })];
}

export const source: Source = { open: (wanted) => bytesOf(textOf(wanted)) };

export function planOf({ name, optional }: Manner): PublishPlan {
  const nothing = selectionOf([]);
  return { store: name, kind: "place", options: { place: name }, only: nothing, except: nothing, optional };
}

export function worldOf(manners: readonly Manner[], artifacts: readonly Artifact[]): World {
  const places = new Map(manners.map(({ name }) => [name, emptyPlace()]));
  const acts = { effects: 0, reads: 0 };
  const faults = new Map<number, Fault>();
  const done: string[] = [];
  const broken: string[] = [];
  let ended = false;

  const effect = (words: string, change: () => void): void => {
    if (ended) throw new Killed();
    const number = acts.effects;
    acts.effects += 1;
    const fault = faults.get(number);
    faults.delete(number);
    if (fault === "killed-before" || fault === "killed-after") ended = true;
    if (fault !== "refused" && fault !== "killed-before") {
      change();
      done.push(words);
      broken.push(...tooEarly(manners, places, artifacts).map((what) => `${what}, after ${words}`));
    }
    if (ended) throw new Killed();
    if (fault !== undefined) throw new Problem("store.unreachable", `no answer to ${words}`);
  };
  const read = (): void => {
    if (ended) throw new Killed();
    acts.reads += 1;
  };

  const kind: OpenableStore = {
    kind: "place",
    summary: "A store of tests.",
    example: "",
    primary: "place",
    schema: z.unknown(),
    decide: () => ({}),
    async open({ place }) {
      const manner = manners.find(({ name }) => name === place);
      const held = places.get(manner?.name ?? "");
      if (manner === undefined || held === undefined) throw new Error("no such place");
      return placeStore(manner, held, { effect, read });
    },
  };
  const restart = (): void => {
    ended = false;
  };
  return { kind, places, acts, faults, done, broken, restart };
}

function emptyPlace(): Held {
  return {
    staged: new Map(),
    pointed: new Map(),
    seen: new Map(),
    newest: "",
    withdrawn: "",
    damaged: new Map(),
    moderated: false,
  };
}

interface Acting {
  readonly effect: (words: string, change: () => void) => void;
  readonly read: () => void;
}

function placeStore(manner: Manner, held: Held, { effect, read }: Acting): Store {
  const { name: place, whole, readable, newest, turn, late } = manner;
  const unsent = new Map<string, string>();
  const receipt = (
    act: Receipt["act"],
    { name, digest }: { readonly name: string; readonly digest: Digest },
    outcome: Receipt["outcome"],
    why?: string,
  ): Receipt => ({ act, name, digest, outcome, why });
  const everything = { name: place, digest: digestOf(place) };
  const isAllSeen = (): boolean =>
    held.pointed.size > 0 && [...held.pointed].every(([name, text]) => held.seen.get(name) === text);

  return {
    where: `place ${place}`,
    turn,
    async put(put, bytes) {
      read();
      const { name } = put;
      const there = held.seen.get(name) ?? held.staged.get(name);
      const text = await textFrom(bytes);
      if (there === text) return receipt("put", put, "already");
      if (there !== undefined) return receipt("put", put, "refused", `other bytes stand there: ${digestOf(there)}`);
      if (late === true) {
        unsent.set(name, held.damaged.get(name) ?? text);
        return receipt("put", put, "skipped", "it is sent when names move");
      }
      effect(`${place} put ${name}`, () => held.staged.set(name, held.damaged.get(name) ?? text));
      return receipt("put", put, "done");
    },
    ...(readable
      ? {
          async staged({ name }: Artifact) {
            read();
            const text = held.staged.get(name) ?? held.seen.get(name);
            return text === undefined ? undefined : bytesOf(text);
          },
        }
      : {}),
    async point(pointed) {
      const { name } = pointed;
      read();
      const text = held.staged.get(name) ?? held.seen.get(name) ?? unsent.get(name) ?? "";
      if (held.pointed.get(name) === text) return [receipt("point", pointed, "already")];
      effect(`${place} point ${name}`, () => {
        held.pointed.set(name, text);
        if (!whole) held.seen.set(name, text);
      });
      return [receipt("point", pointed, "done")];
    },
    ...(whole
      ? {
          async show() {
            read();
            if (isAllSeen()) return [receipt("show", everything, "already")];
            if (held.moderated) return [receipt("show", everything, "pending", "somebody has to look at it")];
            effect(`${place} show`, () => held.pointed.forEach((text, name) => held.seen.set(name, text)));
            return [receipt("show", everything, "done")];
          },
        }
      : {}),
    ...(newest
      ? {
          async advance() {
            read();
            if (held.newest === "1.2.3") return [receipt("advance", everything, "already")];
            effect(`${place} advance`, () => (held.newest = "1.2.3"));
            return [receipt("advance", everything, "done")];
          },
        }
      : {}),
    async look(name) {
      read();
      const text = held.seen.get(name);
      return text === undefined ? undefined : { name, digest: digestOf(text), size: Buffer.byteLength(text) };
    },
    async state() {
      read();
      return held.withdrawn === "" ? undefined : { visibility: "withdrawn", why: held.withdrawn };
    },
    async read(name) {
      read();
      const text = held.seen.get(name);
      return text === undefined ? undefined : bytesOf(text);
    },
    address: (name = "") => `https://${place}.example/${name}`,
    ...(turn === "final"
      ? {}
      : {
          async withdraw({ why, release, backTo }) {
            effect(`${place} withdraw`, () => {
              held.withdrawn = why;
              held.newest = backTo?.version ?? "";
            });
            return [receipt("remove", { name: place, digest: release }, "done")];
          },
        }),
    async close() {},
  };
}

async function textFrom(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What is seen although what it needs is not: the laws of the order, told from the outside. */
function tooEarly(
  manners: readonly Manner[],
  places: ReadonlyMap<string, Held>,
  artifacts: readonly Artifact[],
): readonly string[] {
  const byDigest = new Map(artifacts.map((each) => [each.digest, each.name]));
  const required = manners.filter(({ optional }) => !optional);
  const heldOf = ({ name }: Manner): Held => places.get(name) ?? emptyPlace();
  const isComplete = (manner: Manner): boolean => heldOf(manner).seen.size === artifacts.length;
  const isStaged = (manner: Manner): boolean =>
    manner.late === true ||
    artifacts.every(({ name }) => heldOf(manner).staged.has(name) || heldOf(manner).seen.has(name));
  const before = (turns: readonly Turn[]): readonly Manner[] => required.filter(({ turn }) => turns.includes(turn));
  const wrong: string[] = [];
  for (const manner of manners) {
    const { seen, newest } = heldOf(manner);
    for (const each of artifacts)
      for (const ref of each.refs)
        if (seen.has(each.name) && !seen.has(byDigest.get(ref) ?? ""))
          wrong.push(`${manner.name} shows ${each.name} before what it refers to`);
    if (seen.size > 0 && !required.every(isStaged))
      wrong.push(`${manner.name} shows something before all is everywhere`);
    if (seen.size > 0 && manner.turn !== "names" && !before(["names"]).every(isComplete))
      wrong.push(`${manner.name} shows something before all names are there`);
    if (seen.size > 0 && manner.turn === "pointers" && !before(["final"]).every(isComplete))
      wrong.push(`${manner.name} points at something that is not there`);
    if (newest !== "" && !before(["names", "final"]).every(isComplete))
      wrong.push(`${manner.name} names the newest before it is there`);
  }
  return wrong;
}
