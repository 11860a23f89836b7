/** The steps of a TUF repository: partial signatures, thresholds, revocation, expiry, and releases that stay what they were. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { loadRepository } from "../../../src/sign/tuf/load.ts";
import type { Step } from "../../../src/sign/tuf/repository.ts";
import { withKeyReplaced, withoutKey } from "../../../src/sign/tuf/roles.ts";
import { rolesOf } from "../../../src/sign/tuf/root.ts";
import { saveChanges } from "../../../src/sign/tuf/save.ts";
import {
  changeRoot,
  establishRoot,
  publishRelease,
  refreshRepository,
  signPending,
} from "../../../src/sign/tuf/steps.ts";
import {
  applied,
  day,
  emptyWorld,
  established,
  memoryWith,
  publicHalf,
  released,
  releaseStatement,
  rolesFor,
  rootOf,
  settling,
  tufKey,
  tufTime,
  type TufWorld,
  update,
} from "../../worlds/tuf.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-tuf-"));
afterAll(() => rmSync(folder, { recursive: true }));

const alice = tufKey("alice");
const bob = tufKey("bob", "ecdsa");
const carol = tufKey("carol");
const ci = tufKey("ci", "ecdsa");
const everybody = [alice, bob, carol, ci];
const roles = rolesFor({ root: [alice, bob, carol], threshold: 2, targets: [alice], online: [ci] });
const both = { ...roles, targets: { keys: [alice, ci].map(publicHalf), threshold: 2 } };
const world = await established(roles, everybody);

const names = (step: Step): readonly string[] => step.changes.map(({ path }) => path);
const versions = ({ repository: { root, targets, snapshot, timestamp } }: TufWorld): readonly unknown[] =>
  [root, targets, snapshot, timestamp].map((metadata) => metadata?.signed.version);

describe("a root", () => {
  it("that not enough people signed yet waits, and is nowhere that clients look, until the last of them signs", async () => {
    const dave = tufKey("dave");
    const next = withKeyReplaced(roles, "alice", publicHalf(dave));
    const proposed = await changeRoot(world.repository, next, settling([alice, ci]));
    expect(names(proposed)).toEqual(["pending/root.json"]);
    expect(proposed.notes.join()).toMatch(/1 more of .*bob.* for the root that is in force; 2 more of/);
    let waiting = applied(world, proposed);
    expect((await update(memoryWith(rootOf(world)), waiting.files)).root.version).toBe(1);

    const asked = await signPending(waiting.repository, settling([dave]));
    expect(asked.notes.join()).toMatch(/root 2: root is signed by 2 of bob \(.*\), carol \(.*\), dave/);
    expect(names(asked)).toEqual(["pending/root.json"]);
    waiting = applied(waiting, asked);
    const done = applied(waiting, await signPending(waiting.repository, settling([bob, ci])));
    expect([...done.files.keys()]).not.toContain("pending/root.json");
    // Targets were alice's, and she is not among those who sign them any more.
    expect(versions(done)).toEqual([2, 1, 1, 2]);
    await expect(update(memoryWith(rootOf(world)), done.files)).rejects.toThrow(/targets: fewer than 1/);
    const settled = applied(done, await refreshRepository(done.repository, settling([dave, ci])));
    expect(versions(settled)).toEqual([2, 2, 2, 3]);
    expect((await update(memoryWith(rootOf(world)), settled.files)).root.version).toBe(2);
  });

  it("is not proposed while another one waits, and signatures of strangers are not kept", async () => {
    const proposed = await changeRoot(world.repository, withoutKey(roles, "carol"), settling([alice]));
    const { repository } = applied(world, proposed);
    await expect(changeRoot(repository, roles, settling([alice]))).rejects.toThrow(/another root waits/);
    const { pending } = repository;
    if (pending.root === undefined) throw new Error("nothing waits");
    const strangers = { ...pending.root, signatures: [...pending.root.signatures, { keyid: bob.id, sig: "00" }] };
    const signed = await signPending(
      { ...repository, pending: { ...pending, root: strangers } },
      settling([tufKey("x")]),
    );
    expect(signed.repository.pending.root?.signatures.map(({ keyid }) => keyid)).toEqual([alice.id]);
  });

  it("that says more than a person is shown is not signed", async () => {
    const { repository } = applied(
      world,
      await changeRoot(world.repository, withoutKey(roles, "carol"), settling([alice])),
    );
    const root = repository.pending.root ?? expect.fail("nothing waits");
    for (const more of [{ consistent_snapshot: false }, { mirrors: [] }]) {
      const odd = { ...repository, pending: { root: { ...root, raw: { ...root.raw, ...more } }, targets: undefined } };
      await expect(signPending(odd, settling([bob]))).rejects.toMatchObject({ code: "verify.mismatch" });
    }
    const shown = await signPending(repository, settling([bob]));
    expect(shown.notes.join()).toMatch(/root 2 is believed until 2027-/);
  });

  it("is the same while the config says the same, and made anew when half of its time is over", async () => {
    const same = await establishRoot(world.repository, roles, settling(everybody));
    expect(same.changes).toEqual([]);
    const later = await establishRoot(world.repository, roles, settling(everybody, tufTime + 200 * day));
    expect(later.repository.root?.signed.version).toBe(2);
    const other = await establishRoot(world.repository, both, settling(everybody));
    expect(other.repository.root?.signed.roles.targets.threshold).toBe(2);
    const warned = await refreshRepository(world.repository, settling(everybody, tufTime + 300 * day));
    expect(warned.notes.join()).toMatch(/the root expires on/);
  });

  it("never names one key twice, nor a threshold that nobody reaches", async () => {
    const twice = {
      ...roles,
      root: { keys: [publicHalf(alice), { ...publicHalf(alice), name: "other" }], threshold: 1 },
    };
    await expect(establishRoot(emptyWorld.repository, twice, settling(everybody))).rejects.toThrow(
      /not all different keys/,
    );
    const few = withoutKey(withoutKey(roles, "bob"), "carol");
    await expect(changeRoot(world.repository, few, settling(everybody))).rejects.toThrow(
      /1 keys cannot make 2 signatures/,
    );
    expect(() => withoutKey(roles, "zoe")).toThrow(/no key called "zoe"/);
  });

  it("takes a revoked key's signatures out of everything", async () => {
    const mallory = tufKey("mallory");
    const shared = rolesFor({ root: [alice, bob], threshold: 1, targets: [alice, mallory], online: [ci, mallory] });
    const before = await released(await established(shared, [mallory, alice]), releaseStatement("1.0.0", 1), [mallory]);
    const revoked = withoutKey(rolesOf(before.repository.root ?? expect.fail("no root")), "mallory");
    const after = applied(before, await changeRoot(before.repository, revoked, settling([alice, ci])));
    expect((await update(memoryWith(rootOf(before)), after.files)).root.version).toBe(2);
    for (const role of ["targets", "snapshot", "timestamp"] as const)
      expect(after.repository[role]?.signatures.map(({ keyid }) => keyid)).not.toContain(mallory.id);
  });
});

describe("releases", () => {
  it("wait for the second signature where targets need two", async () => {
    const start = await established(both, everybody);
    const step = await publishRelease(start.repository, releaseStatement("1.0.0", 1), settling([ci]));
    expect(step.notes.join()).toMatch(/targets 2 wait for signatures: 1 of 2 are there, of alice, ci/);
    let waiting = applied(start, step);
    expect((await update(memoryWith(rootOf(start)), waiting.files)).targets.targets).toEqual({});
    expect([...waiting.files.keys()]).not.toContain("targets/stable/release.json");
    // A second one that is added meanwhile is signed with the first.
    waiting = applied(waiting, await publishRelease(waiting.repository, releaseStatement("1.1.0", 2), settling([ci])));
    const signed = await signPending(waiting.repository, settling([alice]));
    expect(signed.notes.join("\n")).toMatch(/stable\/release.json becomes sha256:/);
    expect(signed.notes.join("\n")).toMatch(/the snapshot has to be signed by 1 of ci/);
    const complete = applied(waiting, signed);
    const done = applied(complete, await refreshRepository(complete.repository, settling([ci])));
    const { targets } = await update(memoryWith(rootOf(start)), done.files);
    expect(Object.keys(targets.targets).toSorted()).toEqual([
      "1.0.0/release.json",
      "1.0.0/tool.tar.gz",
      "1.1.0/release.json",
      "1.1.0/tool.tar.gz",
      "stable/release.json",
    ]);
    expect(Buffer.from(done.files.get("targets/stable/release.json") ?? [])).toEqual(
      Buffer.from(releaseStatement("1.1.0", 2)),
    );
  });

  it("stay what they were, and channels go forward only", async () => {
    const one = await released(world, releaseStatement("1.0.0", 5), everybody);
    const again = await publishRelease(one.repository, releaseStatement("1.0.0", 5), settling(everybody));
    expect(names(again)).toEqual(["targets/stable/release.json", "targets/1.0.0/release.json"]);
    expect(again.repository).toBe(one.repository);
    await expect(publishRelease(one.repository, releaseStatement("1.0.0", 6), settling(everybody))).rejects.toThrow(
      /stays as it was/,
    );
    await expect(publishRelease(one.repository, releaseStatement("0.9.0", 4), settling(everybody))).rejects.toThrow(
      /only goes forward/,
    );
    const beta = await released(one, releaseStatement("0.9.0", 4, "beta"), everybody);
    expect(Object.keys(beta.repository.targets?.signed.targets ?? {})).toContain("stable/release.json");
    await expect(
      publishRelease(one.repository, releaseStatement("1.1.0", 6, "../x"), settling(everybody)),
    ).rejects.toThrow(/\.\.\/x/);
    expect(versions(one)).toEqual([1, 2, 2, 2]);
    expect(versions(beta)).toEqual([1, 3, 3, 3]);
  });
});

describe("a refresh", () => {
  it("signs the timestamp each time, the snapshot and targets when half of their time is over", async () => {
    const refreshed = async (days: number) =>
      versions(applied(world, await refreshRepository(world.repository, settling(everybody, tufTime + days * day))));
    expect(await refreshed(1)).toEqual([1, 1, 1, 2]);
    expect(await refreshed(16)).toEqual([1, 1, 2, 2]);
    expect(await refreshed(190)).toEqual([1, 2, 2, 2]);
    const none = await refreshRepository(world.repository, settling([alice]));
    expect([names(none), none.notes.join()]).toEqual([
      [],
      expect.stringMatching(/timestamp has to be signed by 1 of ci/),
    ]);
  });

  it("is the same bytes for the same clock", async () => {
    const keys = [alice, carol];
    const quiet = await established(rolesFor({ root: [alice], online: [carol] }), keys);
    const twice = await Promise.all(
      [0, 1].map(() => refreshRepository(quiet.repository, settling(keys, tufTime + day))),
    );
    expect(twice[0]?.changes).toEqual(twice[1]?.changes);
  });
});

describe("the folder", () => {
  it("holds what the steps wrote, wherever they were stopped", async () => {
    const root = join(folder, "stopped");
    await saveChanges(root, (await establishRoot(emptyWorld.repository, roles, settling(everybody))).changes);
    const start = await loadRepository(root);
    const step = await publishRelease(start, releaseStatement("1.0.0", 1), settling(everybody));
    for (let count = 0; count <= step.changes.length; count++) {
      const here = join(folder, `stopped-${count}`);
      await saveChanges(here, (await establishRoot(emptyWorld.repository, roles, settling(everybody))).changes);
      await saveChanges(here, step.changes.slice(0, count));
      const again = await loadRepository(here);
      const next = await publishRelease(again, releaseStatement("1.0.0", 1), settling(everybody));
      await saveChanges(here, next.changes);
      const files = new Map(
        readdirSync(here)
          .filter((name) => name.endsWith(".json"))
          .map((name) => [name, readFileSync(join(here, name))] as const),
      );
      const { targets } = await update(memoryWith(readFileSync(join(here, "1.root.json"))), files);
      expect(Object.keys(targets.targets)).toContain("stable/release.json");
      expect(readFileSync(join(here, "targets/stable/release.json"))).toEqual(
        Buffer.from(releaseStatement("1.0.0", 1)),
      );
      expect(readdirSync(here, { recursive: true }).filter((name) => String(name).endsWith(".new"))).toEqual([]);
    }
  });

  it("lets no two runs write one version, and is refused where somebody else wrote a root in it", async () => {
    const here = join(folder, "two");
    await saveChanges(here, (await establishRoot(emptyWorld.repository, roles, settling(everybody))).changes);
    const loaded = await loadRepository(here);
    const steps = await Promise.all(
      ["1.0.0", "1.0.1"].map((version) => publishRelease(loaded, releaseStatement(version, 1), settling(everybody))),
    );
    await saveChanges(here, steps[0]?.changes ?? []);
    await expect(saveChanges(here, steps[1]?.changes ?? [])).rejects.toMatchObject({ code: "store.conflict" });
    const forged = readFileSync(join(here, "1.root.json"), "utf8").replace('"version": 1', '"version": 2');
    await saveChanges(here, [{ path: "2.root.json", bytes: Buffer.from(forged), once: true }]);
    await expect(loadRepository(here)).rejects.toThrow(/not signed by its own keys/);
  });
});
