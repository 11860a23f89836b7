/** Every byte of every file of a small signed Release is changed, files and keys are swapped and dropped: nothing of it verifies. */
import { sign } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { writeTrustFile } from "../../src/format/trust-file.ts";
import { verifyFolder } from "../../src/verify/folder.ts";
import { openTrust, type Trust } from "../../src/verify/trust.ts";
import type { Check, Outcome } from "../../src/verify/verdict.ts";
import { pemKey, signedRelease, trustIn } from "../worlds/openssl-signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-mutations-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const key = pemKey("release");
let folder = "";
let trust: Trust;
let names: readonly string[] = [];

beforeAll(async () => {
  folder = await signedRelease(join(home, "world"), key, ["archive", "checksums", "release"], {
    formats: ["gz"],
    programSize: 10,
  });
  trust = await openTrust({ name: "trust.json", text: trustIn(key) });
  names = readdirSync(folder);
  expect((await verifyFolder(folder, { trust })).outcome).toBe("verified");
  expect(names.filter((name) => name.endsWith(".sig"))).toHaveLength(3);
});

/** How many changes there were; each must be noticed. */
const counts: string[] = [];
afterAll(() => void process.stderr.write(`refused: ${counts.join(", ")}\n`));

const outcome = async (of = folder): Promise<Outcome> => (await verifyFolder(of, { trust })).outcome;

class Noticed extends Error {}

/** The same, which stops at the first check that fails: what comes after can make nothing right again. */
async function firstOutcome(): Promise<Outcome> {
  const stop = new AbortController();
  try {
    const onCheck = (check: Check): void => (check.outcome === "failed" ? stop.abort(new Noticed()) : undefined);
    return (await verifyFolder(folder, { trust, onCheck, signal: stop.signal })).outcome;
  } catch (thrown) {
    if (thrown instanceof Noticed) return "invalid";
    throw thrown;
  }
}

test("every byte of every file, changed", async () => {
  let changes = 0;
  for (const name of names) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      const found = await firstOutcome();
      if (found !== "invalid") expect.fail(`byte ${at} of ${name}: ${found}`);
      changes += 1;
    }
    writeFileSync(path, bytes);
  }
  expect(await outcome()).toBe("verified");
  expect(changes).toBeGreaterThan(5000);
  counts.push(`${changes} bytes`);
}, 60_000);

test("every pair of files, swapped; every file, dropped, emptied, doubled and put under another's name", async () => {
  let pairs = 0;
  for (const first of names) {
    for (const second of names.filter((other) => other > first)) {
      const [one, two, aside] = [join(folder, first), join(folder, second), join(home, "aside")];
      const swap = (): void => {
        renameSync(one, aside);
        renameSync(two, one);
        renameSync(aside, two);
      };
      swap();
      expect([first, second, await outcome()]).toEqual([first, second, "invalid"]);
      swap();
      pairs += 1;
    }
    const bytes = readFileSync(join(folder, first));
    rmSync(join(folder, first));
    // Without release.json there is nothing that could be wrong.
    expect([first, await outcome()]).toEqual([first, first === "release.json" ? "unavailable" : "invalid"]);
    for (const other of [Buffer.alloc(0), Buffer.concat([bytes, bytes])]) {
      writeFileSync(join(folder, first), other);
      expect([first, await outcome()]).toEqual([first, "invalid"]);
    }
    writeFileSync(join(folder, first), bytes);
    writeFileSync(join(folder, `${first}.copy`), bytes);
    const copied = await outcome();
    // A second copy of its signature proves what the first does.
    expect([first, copied]).toEqual([first, first === "release.json.sig" ? "verified" : "invalid"]);
    rmSync(join(folder, `${first}.copy`));
  }
  expect(await outcome()).toBe("verified");
  counts.push(`${pairs} pairs`);
});

test("files of another release, one by one", async () => {
  const other = await signedRelease(join(home, "other"), key, ["archive", "checksums", "release"], {
    formats: ["gz"],
    programSize: 11,
  });
  let mixed = 0;
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    const theirs = readFileSync(join(other, name));
    if (bytes.equals(theirs)) continue;
    writeFileSync(join(folder, name), theirs);
    expect([name, await outcome()]).toEqual([name, "invalid"]);
    writeFileSync(join(folder, name), bytes);
    mixed += 1;
  }
  expect(mixed).toBeGreaterThan(5);
  // Both are as they were signed, as a whole.
  expect(await outcome(other)).toBe("verified");
  counts.push(`${mixed} files of another release`);
});

test("every key, swapped: a Release signed by others, and every set of keys below the threshold", async () => {
  const signers = [pemKey("a"), pemKey("b"), pemKey("c")];
  const keys = Object.fromEntries(signers.map(({ name, pem }) => [name, { openssl: pem }]));
  const wanting = (threshold: number): Promise<Trust> =>
    openTrust({
      name: "trust.json",
      text: writeTrustFile({
        product: "tool",
        keys,
        identities: {},
        require: [{ of: "release", by: ["a", "b", "c"], threshold }],
        contains: [],
      }),
    });
  const trusts = [await wanting(1), await wanting(2), await wanting(3)];
  let refused = 0;
  for (let chosen = 0; chosen < 8; chosen += 1) {
    const copy = mkdtempSync(join(home, "k-"));
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, "release.json.sig"));
    const bySome = signers.filter((_, index) => (chosen & (1 << index)) !== 0);
    for (const { name, secret } of bySome)
      writeFileSync(join(copy, `release.json.${name}`), sign(null, readFileSync(join(copy, "release.json")), secret));
    for (const [index, each] of trusts.entries()) {
      const { outcome: found, release } = await verifyFolder(copy, { trust: each });
      const isEnough = bySome.length >= index + 1;
      expect([chosen, index, found, release === undefined]).toEqual([
        chosen,
        index,
        isEnough ? "verified" : "invalid",
        !isEnough,
      ]);
      if (!isEnough) refused += 1;
    }
  }
  counts.push(`${refused} sets of keys`);
});
