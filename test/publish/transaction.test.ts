/** The transaction over many places: whatever fails or is killed, again ends as if nothing had, and nothing is seen too early. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { kindTable } from "../../src/model/kind.ts";
import { Problem } from "../../src/model/problem.ts";
import type { Turn } from "../../src/model/store.ts";
import { publish, type PublishRequest, type StoreResult } from "../../src/publish/publish.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { bytesOf } from "../store/artifacts.ts";
import { contextOf } from "../store/context.ts";
import { artifactsOf, type Fault, Killed, type Manner, planOf, source, usual, type World, worldOf } from "./places.ts";

const some = artifactsOf([[], [0], []]);
const turns: readonly Turn[] = ["names", "final", "pointers"];

function requestTo(world: World, manners: readonly Manner[], artifacts = some): PublishRequest {
  return {
    publish: manners.map(planOf),
    artifacts,
    from: source,
    stores: kindTable<OpenableStore>([world.kind]),
    context: contextOf("/nowhere", "/nowhere/dist"),
    journal: undefined,
    wait: async () => {},
  };
}

/** Runs it again, as somebody would whose process was killed or who saw a failure. */
async function untilDone(world: World, request: PublishRequest): Promise<number> {
  for (let run = 1; run <= 60; run += 1) {
    try {
      const results = await publish(request);
      if (results.every(({ outcome }) => outcome === "done" || outcome === "already")) return run;
    } catch (thrown) {
      if (!(thrown instanceof Killed)) throw thrown;
    }
    world.restart();
  }
  throw new Error(`never done: ${world.done.join(", ")}`);
}

function stateOf({ places }: World): unknown {
  return [...places].map(([name, { staged, seen, newest }]) => ({
    name,
    staged: Object.fromEntries(staged),
    seen: Object.fromEntries(seen),
    newest,
  }));
}

const mannersArb = fc
  .array(
    fc.record({
      turn: fc.constantFrom(...turns),
      whole: fc.boolean(),
      readable: fc.boolean(),
      newest: fc.boolean(),
      optional: fc.boolean(),
      late: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) => all.map((manner, index): Manner => ({ ...manner, name: `p${index}` })));
const artifactsArb = fc
  .array(fc.array(fc.nat(4), { maxLength: 2 }), { minLength: 1, maxLength: 4 })
  .map((refs) => artifactsOf(refs));
const faultsArb = fc.array(
  fc.tuple(fc.nat(70), fc.constantFrom<Fault>("refused", "unheard", "killed-before", "killed-after")),
  { maxLength: 12 },
);

describe("whatever places there are, and whatever fails", () => {
  test("run until it is done, it ends as if nothing had failed, and nothing was seen too early", async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(mannersArb, artifactsArb, faultsArb, async (manners, artifacts, faults) => {
        const calm = worldOf(manners, artifacts);
        expect(await untilDone(calm, requestTo(calm, manners, artifacts))).toBe(1);
        const world = worldOf(manners, artifacts);
        for (const [number, fault] of faults) world.faults.set(number, fault);
        await untilDone(world, requestTo(world, manners, artifacts));
        met += faults.length - world.faults.size;
        expect(stateOf(world)).toEqual(stateOf(calm));
        expect([...calm.broken, ...world.broken]).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(met).toBeGreaterThan(300);
  });

  test("one place that never answers holds back what comes after its turn, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(mannersArb, fc.nat(4), async (manners, at) => {
        const broken = manners[at % manners.length];
        if (broken === undefined) return;
        const world = worldOf(manners, some);
        const results = await publish({
          ...requestTo(world, manners),
          publish: manners.map((each) =>
            each === broken ? { ...planOf(each), options: { place: each.name } } : planOf(each),
          ),
          stores: kindTable<OpenableStore>([refusingNames(world, broken.name)]),
        });
        expect(world.broken).toEqual([]);
        const rank = (manner: Manner): number => turns.indexOf(manner.turn);
        for (const [index, manner] of manners.entries()) {
          const isHeld = !broken.optional && manner !== broken && rank(manner) > rank(broken);
          const expected = manner === broken ? "failed" : isHeld ? "skipped" : "done";
          expect(results[index]?.outcome, manner.name).toBe(expected);
        }
        const advanced = results.flatMap(({ receipts }) => receipts.filter(({ act }) => act === "advance"));
        if (!broken.optional) expect(advanced).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** All of the world, but one place takes bytes and moves no name. */
function refusingNames({ kind }: World, place: string): OpenableStore {
  return {
    ...kind,
    async open(options, context) {
      const store = await kind.open(options, context);
      if (options["place"] !== place) return store;
      return { ...store, point: () => Promise.reject(new Problem("store.unreachable", "no answer")) };
    },
  };
}

const github: Manner = { ...usual, name: "github", whole: true, newest: true };
const bucket: Manner = { ...usual, name: "bucket", readable: false };
const npm: Manner = { ...usual, name: "npm", turn: "final", readable: false };
const tap: Manner = { ...usual, name: "tap", turn: "pointers" };
const four = [tap, npm, github, bucket]; // the config's order does not change the turns

const outcomesOf = (results: readonly StoreResult[]): Record<string, string> =>
  Object.fromEntries(results.map(({ store, outcome }) => [store, outcome]));

describe("to a forge, a bucket, a registry that keeps for ever, and a tap", () => {
  test("names move in turns, whatever the order of the config", async () => {
    const world = worldOf(four, some);
    const told: (readonly string[])[] = [];
    await publish({ ...requestTo(world, four), onNoReturn: (stores) => told.push(stores) });
    const moves = world.done.filter((words) => !words.includes(" put "));
    const places = moves.map((words) => words.split(" ")[0]);
    expect([...new Set(places)]).toEqual(["github", "bucket", "npm", "tap"]);
    expect(moves.at(-1)).toBe("github advance");
    expect(told).toEqual([["npm"]]);
  });

  test("a second time nothing is done, nothing is written down, and no way of no return is passed", async () => {
    const world = worldOf(four, some);
    await publish(requestTo(world, four));
    const { effects } = world.acts;
    const intents: string[] = [];
    const journal = {
      intend: async (store: string, { act }: { readonly act: string }): Promise<void> => {
        if (act !== "put") intents.push(`${store} ${act}`);
      },
      note: async () => {},
      close: async () => {},
    };
    const again = await publish({
      ...requestTo(world, four),
      journal,
      onNoReturn: () => expect.unreachable("all is there already"),
    });
    expect(outcomesOf(again)).toEqual({ tap: "already", npm: "already", github: "already", bucket: "already" });
    expect(world.acts.effects).toBe(effects);
    expect(intents).toEqual([]);
  });

  test("until it is staged, nothing is seen", async () => {
    const world = worldOf(four, some);
    const results = await publish({ ...requestTo(world, four), until: "staged" });
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["staged"]));
    expect(world.done.every((words) => words.includes(" put "))).toBe(true);
    expect([...world.places.values()].every(({ seen }) => seen.size === 0)).toBe(true);
  });

  test("bytes that are read back otherwise than they were given move no name anywhere", async () => {
    const world = worldOf(four, some);
    world.places.get("github")?.damaged.set("a.txt", "bytes of a.exe");
    const results = await publish(requestTo(world, four));
    expect(outcomesOf(results)).toEqual({ tap: "skipped", npm: "skipped", github: "failed", bucket: "skipped" });
    expect(results[2]?.problems[0]).toMatchObject({ code: "store.failed" });
    expect(results[2]?.problems[0]?.message).toContain("place github gives other bytes than it was given");
    expect([...world.places.values()].every(({ seen }) => seen.size === 0)).toBe(true);
  });

  test("what can only be read once it is seen is read before the way of no return", async () => {
    const world = worldOf(four, some);
    world.places.get("bucket")?.damaged.set("a.txt", "bytes of a.exe");
    const results = await publish(requestTo(world, four));
    expect(outcomesOf(results)).toEqual({ tap: "skipped", npm: "skipped", github: "done", bucket: "failed" });
    expect(world.places.get("npm")?.seen.size).toBe(0);
    expect(results[2]?.why).toBe("what names the newest waits for bucket");
    expect(world.places.get("github")?.newest).toBe("");
  });

  test("what is taken only when its name moves is read then, before the way of no return", async () => {
    const upload: Manner = { ...bucket, name: "upload", late: true };
    const world = worldOf([npm, upload], some);
    world.places.get("upload")?.damaged.set("a.txt", "bytes of a.exe");
    const results = await publish(requestTo(world, [npm, upload]));
    expect(outcomesOf(results)).toEqual({ npm: "skipped", upload: "failed" });
    expect(world.places.get("npm")?.seen.size).toBe(0);
  });

  test("what was seen and never read is read by the run that goes on", async () => {
    const world = worldOf(four, some);
    const request = requestTo(world, four);
    await publish({ ...request, publish: request.publish.filter(({ store }) => store === "bucket") });
    world.places.get("bucket")?.seen.set("b.txt", "bytes of b.txt"); // as it was
    const { reads } = world.acts;
    await publish(request);
    expect(world.acts.reads).toBeGreaterThan(reads);
    const damaged = worldOf(four, some);
    await publish({ ...requestTo(damaged, [bucket]) });
    const store = damaged.kind;
    const lying: OpenableStore = {
      ...store,
      async open(options, context) {
        const opened = await store.open(options, context);
        if (options["place"] !== "bucket") return opened;
        return { ...opened, read: async () => bytesOf("other bytes") };
      },
    };
    const results = await publish({ ...requestTo(damaged, four), stores: kindTable<OpenableStore>([lying]) });
    expect(outcomesOf(results)).toMatchObject({ bucket: "failed", npm: "skipped", tap: "skipped" });
  });

  test("a draft that is left to a person holds back what cannot be taken back, and what would point at it", async () => {
    const world = worldOf(four, some);
    const held = world.places.get("github");
    if (held !== undefined) held.moderated = true;
    const waiting = await publish(requestTo(world, four));
    expect(outcomesOf(waiting)).toEqual({ tap: "pending", npm: "pending", github: "pending", bucket: "done" });
    expect(waiting.flatMap(({ problems }) => problems)).toEqual([]);
    expect(waiting[0]?.why).toBe("after github: somebody has to look at it");
    if (held !== undefined) held.moderated = false;
    expect(outcomesOf(await publish(requestTo(world, four)))).toEqual({
      tap: "done",
      npm: "done",
      github: "done",
      bucket: "already",
    });
    expect(world.broken).toEqual([]);
  });

  test("an optional place that cannot be opened is told, and holds nothing back", async () => {
    const world = worldOf(four, some);
    const request = requestTo(world, four);
    const elsewhere = { ...planOf({ ...github, name: "elsewhere", optional: true }), kind: "closed" };
    const closed: OpenableStore = {
      ...world.kind,
      kind: "closed",
      open: () => Promise.reject(new Problem("store.unreachable", "no answer")),
    };
    const results = await publish({
      ...request,
      publish: [elsewhere, ...request.publish],
      stores: kindTable<OpenableStore>([world.kind, closed]),
    });
    expect(outcomesOf(results)).toEqual({
      elsewhere: "failed",
      tap: "done",
      npm: "done",
      github: "done",
      bucket: "done",
    });
  });

  test("stopped by the operator, no name moves any more, and again goes on", async () => {
    const world = worldOf(four, some);
    const stopping = new AbortController();
    const stopped = await publish({
      ...requestTo(world, four),
      signal: stopping.signal,
      onPhase: (phase) => {
        if (phase === "check") stopping.abort(new Problem("step.stopped", "stopped"));
      },
    });
    expect(stopped.map(({ outcome }) => outcome)).not.toContain("done");
    expect(stopped.flatMap(({ problems }) => problems).map(({ code }) => code)).toContain("step.stopped");
    expect([...world.places.values()].every(({ seen }) => seen.size === 0)).toBe(true);
    expect(await untilDone(world, requestTo(world, four))).toBe(1);
  });

  test("what was taken back is not published again", async () => {
    const world = worldOf(four, some);
    const held = world.places.get("github");
    if (held !== undefined) held.withdrawn = "it eats disks";
    const results = await publish(requestTo(world, four));
    expect(outcomesOf(results)).toEqual({ tap: "skipped", npm: "skipped", github: "failed", bucket: "skipped" });
    expect(results[2]?.problems[0]?.message).toContain("it eats disks");
  });
});
