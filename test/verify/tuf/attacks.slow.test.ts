/** The TUF client refuses what a hostile mirror, or a thief of some keys, can serve; and keeps nothing of it. */
import { describe, expect, it } from "vitest";

import { canonicalBytes } from "../../../src/format/tuf/canonical.ts";
import { readMetadata, type TopRole, writeMetadata } from "../../../src/format/tuf/metadata.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { type Problem, problemsOf } from "../../../src/model/problem.ts";
import { proposeRoot } from "../../../src/sign/tuf/root.ts";
import { changeRoot } from "../../../src/sign/tuf/steps.ts";
import type { RoleSigner } from "../../../src/sign/tuf/signer.ts";
import {
  applied,
  day,
  established,
  type Files,
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
  withFiles,
} from "../../worlds/tuf.ts";

const alice = tufKey("alice");
const bob = tufKey("bob");
const carol = tufKey("carol", "ecdsa");
const ci = tufKey("ci", "ecdsa");
const thief = tufKey("thief");
const everybody = [alice, bob, carol, ci];

const roles = rolesFor({ root: [alice, bob, carol], threshold: 2, targets: [alice], online: [ci] });
const first = await released(await established(roles, everybody), releaseStatement("1.0.0", 1), everybody);
const second = await released(first, releaseStatement("2.0.0", 2), everybody);
const last = (world: TufWorld, role: "targets" | "snapshot"): string =>
  `${world.repository[role]?.signed.version}.${role}.json`;

/** What was published, byte for byte: nothing else may ever be kept. */
const published = new Set([first, second].flatMap(({ files }) => [...files.values()].map(text)));

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** What a client that followed `before` says of `then`; that it kept nothing that was not published is checked for every attack. */
async function refusal(then: Files, before: Files | "nothing" = second.files, now = tufTime): Promise<Problem> {
  const state = memoryWith(rootOf(first));
  if (before !== "nothing") await update(state, before);
  const problem = await refusalOf(update(state, then, now));
  for (const kept of Object.values(state.snapshot())) expect(published).toContain(kept);
  return problem;
}

async function refusalOf(attempt: Promise<unknown>): Promise<Problem> {
  try {
    await attempt;
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    return problem;
  }
  throw new Error("it was believed");
}

/** Metadata with other contents, signed by these keys. */
async function forged(
  bytes: Uint8Array | undefined,
  role: TopRole,
  change: (raw: JsonObject) => JsonObject,
  keys: readonly RoleSigner[],
): Promise<Uint8Array> {
  if (bytes === undefined) throw new Error(`no ${role}`);
  const raw = change(readMetadata(bytes, role, role).raw);
  return writeMetadata(raw, await Promise.all(keys.map((key) => key.sign(raw))));
}

describe("a client", () => {
  it("believes what was published, from the first root on", async () => {
    const { root, targets } = await update(memoryWith(rootOf(first)), second.files);
    expect(root.version).toBe(1);
    expect(Object.keys(targets.targets)).toContain("stable/release.json");
    expect(targets.targets["stable/release.json"]?.custom).toMatchObject({ slipway: { version: "2.0.0" } });
  });

  it("keeps what it had, byte for byte, when the next thing is refused (15)", async () => {
    const state = memoryWith(rootOf(first));
    await update(state, second.files);
    const kept = state.snapshot();
    const evil = await forged(second.files.get("timestamp.json"), "timestamp", (raw) => ({ ...raw, version: 9 }), [
      thief,
    ]);
    for (const timestamp of [
      evil,
      first.files.get("timestamp.json"),
      undefined,
      Buffer.from("{"),
      Buffer.alloc(20_000, "["),
    ]) {
      await refusalOf(update(state, withFiles(second.files, { "timestamp.json": timestamp })));
      expect(state.snapshot()).toEqual(kept);
    }
  });

  it("refuses what is older than what it knows (1)", async () => {
    expect(await refusal(first.files)).toMatchObject({ code: "verify.mismatch" });
    const old = { "timestamp.json": first.files.get("timestamp.json") };
    expect((await refusal(withFiles(second.files, old))).message).toMatch(/timestamp: version \d is older/);
  });

  it("calls what has expired unavailable, and so what is withheld (2)", async () => {
    expect(await refusal(second.files, second.files, tufTime + 8 * day)).toMatchObject({ code: "verify.unavailable" });
    expect(await refusal(second.files, "nothing", tufTime + 8 * day)).toMatchObject({ code: "verify.unavailable" });
    for (const name of ["timestamp.json", last(second, "snapshot"), last(second, "targets")])
      expect(await refusal(withFiles(second.files, { [name]: undefined }), "nothing")).toMatchObject({
        code: "verify.unavailable",
      });
  });

  it("recovers from a version that was too high once the key is another one (3)", async () => {
    const state = memoryWith(rootOf(first));
    const high = await forged(
      second.files.get("timestamp.json"),
      "timestamp",
      (raw) => ({ ...raw, version: 2 ** 40 }),
      [ci],
    );
    await update(state, withFiles(second.files, { "timestamp.json": high }));
    await expect(update(state, second.files)).rejects.toThrow(/is older than/);
    const other = tufKey("ci2");
    const moved = rolesFor({ root: [alice, bob, carol], threshold: 2, targets: [alice], online: [other] });
    const keys = [...everybody, other];
    const next = applied(second, await changeRoot(second.repository, moved, settling(keys)));
    expect((await update(state, next.files)).timestamp.version).toBe(next.repository.timestamp?.signed.version);
  });

  it("refuses every mixture of two releases (4)", async () => {
    for (const role of ["targets", "snapshot"] as const) {
      const swapped = { [last(second, role)]: first.files.get(last(first, role)) };
      const { code } = await refusal(withFiles(second.files, swapped), first.files);
      // ECDSA signatures differ in length: of one that is longer not all is read.
      expect(["verify.mismatch", "format.invalid"]).toContain(code);
    }
  });

  it("refuses metadata with any byte changed (5)", async () => {
    const names = ["timestamp.json", last(second, "snapshot"), last(second, "targets"), "2.root.json"];
    const next = applied(second, await changeRoot(second.repository, roles, settling(everybody)));
    for (const name of names) {
      const bytes = next.files.get(name) ?? Buffer.alloc(0);
      expect(bytes.length).toBeGreaterThan(100);
      // Of white space between the tokens only the hashes of others know; the rest is in the signatures.
      for (let at = 0; at < bytes.length; at += 61) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const state = memoryWith(rootOf(first));
        const outcome = await update(state, withFiles(next.files, { [name]: changed })).then(
          ({ targets }) => targets,
          (thrown: unknown) => problemsOf(thrown)?.[0]?.code,
        );
        if (typeof outcome === "object") expect(outcome).toEqual(next.repository.targets?.signed);
        else expect(["format.invalid", "verify.mismatch", "verify.unavailable"]).toContain(outcome);
      }
    }
  });

  it("refuses what a thief of fewer keys than the threshold signs, whichever they are (10)", async () => {
    const evil = (raw: JsonObject): JsonObject => ({ ...raw, version: 2, expires: "2040-01-01T00:00:00Z" });
    for (const stolen of [[], [alice], [bob], [carol], [ci], [alice, ci], [thief], [thief, alice], [thief, ci, bob]]) {
      const root = await forged(rootOf(first), "root", evil, stolen);
      expect((await refusal(withFiles(second.files, { "2.root.json": root }))).message).toMatch(/fewer than 2/);
    }
    const online = await forged(
      second.files.get(last(second, "targets")),
      "targets",
      (raw) => ({ ...raw, version: 4 }),
      [ci, bob],
    );
    const said = (version: number, bytes: Uint8Array): JsonObject => ({ version, length: bytes.length });
    const version = (second.repository.snapshot?.signed.version ?? 0) + 1;
    const snapshot = await forged(
      second.files.get(last(second, "snapshot")),
      "snapshot",
      (raw) => ({ ...raw, version, meta: { "targets.json": said(4, online) } }),
      [ci],
    );
    const timestamp = await forged(
      second.files.get("timestamp.json"),
      "timestamp",
      (raw) => ({ ...raw, version: 99, meta: { "snapshot.json": said(version, snapshot) } }),
      [ci],
    );
    const files = withFiles(second.files, {
      "4.targets.json": online,
      [`${version}.snapshot.json`]: snapshot,
      "timestamp.json": timestamp,
    });
    expect(await outcomeOf(files)).toMatch(/targets: fewer than 1/);
  });

  it("follows roots one by one, each signed by the one before and by itself (11)", async () => {
    const skip = await forged(rootOf(first), "root", (raw) => ({ ...raw, version: 3 }), everybody);
    expect((await refusal(withFiles(second.files, { "2.root.json": skip }))).message).toMatch(/cannot be followed/);
    const dave = tufKey("dave");
    const erin = tufKey("erin");
    const moved = rolesFor({ root: [dave, erin], threshold: 2, targets: [alice], online: [ci] });
    const proposed = await changeRoot(second.repository, moved, settling([...everybody, dave, erin]));
    const bytes = applied(second, proposed).files.get("2.root.json");
    for (const keys of [
      [alice, bob, dave],
      [alice, dave, erin],
      [dave, erin],
      [alice, bob, carol],
    ]) {
      const partly = await forged(bytes, "root", (raw) => raw, keys);
      expect((await refusal(withFiles(second.files, { "2.root.json": partly }))).message).toMatch(/fewer than 2/);
    }
    const state = memoryWith(rootOf(first));
    expect((await update(state, applied(second, proposed).files)).root.version).toBe(2);
  });

  it("follows two hundred roots", async () => {
    let world = second;
    let keys = [alice, bob, carol];
    for (let count = 0; count < 200; count++) {
      const next = [...keys.slice(1), tufKey(`k${count}`)];
      const wanted = rolesFor({ root: next, threshold: 2, targets: [alice], online: [ci] });
      const signers = [alice, ci, ...keys, ...next.filter(({ id }) => !keys.some((key) => key.id === id))];
      const distinct = signers.filter(({ id }, index) => signers.findIndex((one) => one.id === id) === index);
      world = applied(world, await proposeRoot(world.repository, wanted, 365 * day, settling(distinct)));
      keys = next;
    }
    expect((await update(memoryWith(rootOf(first)), world.files)).root.version).toBe(201);
  });
});

describe("a threshold", () => {
  const root = (roleKeys: readonly RoleSigner[], threshold: number, again: readonly string[] = []): JsonObject => {
    const raw = readMetadata(rootOf(first), "root", "root").raw as {
      readonly roles: JsonObject;
      readonly keys: JsonObject;
    };
    const keyids = [...roleKeys.map(({ id }) => id), ...again];
    return {
      ...(raw as JsonObject),
      keys: { ...raw.keys, ...Object.fromEntries(roleKeys.map(publicHalf).map(({ id, key }) => [id, key])) },
      roles: { ...raw.roles, timestamp: { keyids, threshold } },
      version: 2,
    };
  };
  const signedRoot = async (raw: JsonObject): Promise<Uint8Array> =>
    writeMetadata(raw, await Promise.all([alice, bob].map((key) => key.sign(raw))));

  it("of zero or less, a key that is named twice, and a signature that is there twice are refused (12)", async () => {
    for (const raw of [root([ci], 0), root([ci], -1), root([ci], 2, [ci.id]), root([], 0)]) {
      const files = withFiles(second.files, { "2.root.json": await signedRoot(raw) });
      expect((await refusal(files)).code).toBe("format.invalid");
    }
    const twice = readMetadata(second.files.get("timestamp.json") ?? Buffer.alloc(0), "timestamp", "timestamp");
    const bytes = writeMetadata(twice.raw, [...twice.signatures, ...twice.signatures]);
    expect((await refusal(withFiles(second.files, { "timestamp.json": bytes }))).code).toBe("format.invalid");
  });

  it("counts one key under two ids as one key (12)", async () => {
    const other: RoleSigner = {
      ...ci,
      id: "ff".repeat(32),
      sign: async (raw) => ({ ...(await ci.sign(raw)), keyid: "ff".repeat(32) }),
    };
    const files = withFiles(second.files, {
      "2.root.json": await signedRoot(root([ci, other], 2)),
      "timestamp.json": await forged(
        second.files.get("timestamp.json"),
        "timestamp",
        (raw) => ({ ...raw, version: 50 }),
        [ci, other],
      ),
    });
    expect(await outcomeOf(files)).toMatch(/timestamp: fewer than 2/);
  });

  it("is over the canonical form: the same data in other words is signed as well", async () => {
    const { raw, signatures } = readMetadata(
      second.files.get("timestamp.json") ?? Buffer.alloc(0),
      "timestamp",
      "timestamp",
    );
    const compact = Buffer.from(
      `{"signed":${Buffer.from(canonicalBytes(raw)).toString()},"signatures":${JSON.stringify(signatures)}}`,
    );
    const state = memoryWith(rootOf(first));
    expect((await update(state, withFiles(second.files, { "timestamp.json": compact }))).timestamp.version).toBe(
      raw["version"],
    );
  });
});

/** What a client says that has seen nothing but the first root. */
async function outcomeOf(files: Files): Promise<string> {
  return (await refusalOf(update(memoryWith(rootOf(first)), files))).message;
}
