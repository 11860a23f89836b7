/** Attacks on a release: what can be tried is refused, and a verifier that is weaker anywhere is caught there. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { attackEngine } from "../../src/cli/attacking.ts";
import { Problem, problemsOf } from "../../src/model/problem.ts";
import { attackRelease, type AttackReport } from "../../src/prove/attack/run.ts";
import { wrongProduct } from "../../src/prove/attack/families/trust.ts";
import { attacks } from "../../src/prove/attack/table.ts";
import { type Engine, type Metadata, openWorld } from "../../src/prove/attack/world.ts";
import type { NamedText } from "../../src/verify/trust.ts";
import type { Verdict } from "../../src/verify/verdict.ts";
import { makeRelease } from "../worlds/release.ts";
import { digestsIn } from "../worlds/shell.ts";
import { established, released, releaseStatement, rolesFor, rootOf, tufKey } from "../worlds/tuf.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-attack-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** All but servers and bombs, which take their time and are in attack.slow.test.ts. */
const quick: readonly number[] = [4, 5, 6, 9, 10, 12, 13, 14, 17, 18, 20, 25, 26, 27];

let folder = "";
let file: NamedText = { name: "trust.json", text: "" };

beforeAll(async () => {
  const made = await makeRelease(home, { formats: ["tar.gz", "zip"], programSize: 500 });
  folder = join(home, "1.2.3");
  await made.write(folder);
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const statement = readFileSync(join(folder, "release.json"));
  writeFileSync(join(folder, "release.json.sig"), sign("sha256", statement, privateKey));
  const openssl = publicKey.export({ type: "spki", format: "pem" }).toString();
  const trust = { slipway: 1, product: "tool", keys: { ci: { openssl } }, require: [{ of: "release", by: ["ci"] }] };
  file = { name: "trust.json", text: JSON.stringify(trust) };
});

/** The real verifier, but for servers: those are real in attack.slow.test.ts. */
function engine(weak: Partial<Engine> = {}): Engine {
  const url = (): Promise<never> => Promise.reject(new Problem("verify.unavailable", "no network here"));
  return { ...attackEngine({}), url, ...weak };
}

interface More {
  readonly file?: undefined;
  readonly metadata?: Metadata;
  readonly only?: readonly number[];
}

function attack(weak: Partial<Engine> = {}, more: More = {}): Promise<AttackReport> {
  return attackRelease({ folder, file, metadata: undefined, engine: engine(weak), ...more });
}

function numbers(report: AttackReport, outcome: string): readonly number[] {
  return report.attacks.filter((one) => one.outcome === outcome).map(({ number }) => number);
}

describe("a release that is signed by somebody who is trusted", () => {
  it("withstands what can be tried, and neither it nor anything else is left changed", async () => {
    const before = digestsIn(folder);
    const temporary = join(home, "temporary");
    mkdirSync(temporary);
    const own = process.env["TMPDIR"];
    process.env["TMPDIR"] = temporary;
    const report = await attack({}, { only: quick }).finally(() => {
      if (own === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = own;
    });
    expect(numbers(report, "refused")).toEqual([4, 5, 6, 9, 10, 12, 13, 14, 17, 18, 18, 20, 25, 26, 27]);
    expect([report.outcome, report.accepted, report.notApplicable]).toEqual(["refused", 0, 0]);
    expect(digestsIn(folder)).toEqual(before);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("knows all 32 attacks by their numbers", () => {
    expect(new Set(attacks.map(({ number }) => number))).toEqual(
      new Set(Array.from({ length: 32 }, (_, at) => at + 1)),
    );
  });

  it("is not attacked where it is not verified as it is: refusals would prove nothing", async () => {
    const other = join(home, "damaged");
    for (const [path, bytes] of Object.entries(filesOf(folder))) {
      mkdirSync(dirname(join(other, path)), { recursive: true });
      writeFileSync(join(other, path), path === "notes.md" ? "other" : bytes);
    }
    const thrown = await attackRelease({ folder: other, file, metadata: undefined, engine: engine() }).catch(
      (error: unknown) => error,
    );
    expect(problemsOf(thrown)?.map(({ code }) => code)).toEqual(["verify.mismatch"]);
  });

  it("may serve what is the same for two platforms as either: that is tried with files that differ", async () => {
    const own = engine();
    const trust = await own.openTrust(file);
    const verdict = await own.folder(folder, trust);
    const at = mkdtempSync(join(home, "world-"));
    const world = await openWorld(at, folder, { engine: own, file, trust, verdict, metadata: undefined });
    const [first] = world.release.artifacts;
    const same = world.release.artifacts.map((one) => ({ ...one, digests: first?.digests ?? one.digests }));
    expect(await wrongProduct.run(world)).toMatchObject({ outcome: "refused", variants: 3 });
    const alike = { ...world, release: { ...world.release, artifacts: same } };
    expect(await wrongProduct.run(alike)).toMatchObject({ outcome: "refused", variants: 2 });
  });

  it("without anybody to trust says which attacks that leaves untried", async () => {
    const report = await attack({}, { file: undefined, only: quick });
    expect(report.outcome).toBe("refused");
    expect(numbers(report, "not applicable")).toEqual(expect.arrayContaining([6, 10, 12, 13, 14]));
  });
});

function filesOf(from: string): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.keys(digestsIn(from)).map((path) => [path, readFileSync(join(from, path))]));
}

describe("a verifier that", () => {
  const { folder: check, file: checkFile, openTrust, show } = attackEngine({});
  const yes = (verdict: Verdict): Verdict => ({ ...verdict, outcome: "verified" });
  const without =
    (...left: readonly string[]): Engine["folder"] =>
    async (path, trust) => {
      const verdict = await check(path, trust);
      const checks = verdict.checks.filter((one) => !left.includes(one.check));
      return {
        ...verdict,
        checks,
        outcome: checks.some(({ outcome }) => outcome === "failed") ? "invalid" : "verified",
      };
    };

  const weak: readonly (readonly [string, Partial<Engine>, readonly number[]])[] = [
    ["ignores files that nothing lists", { folder: without("extra") }, [9]],
    ["ignores lists", { folder: without("list") }, [25]],
    ["ignores what is in archives", { folder: without("archive") }, [18, 20]],
    ["ignores signatures that are missing", { folder: without("required") }, [10, 14]],
    ["ignores the product", { folder: without("product") }, [6]],
    ["believes any file", { file: async (...args) => yes(await checkFile(...args)) }, [4, 5]],
    ["believes any server", { url: async () => yes(await check(folder, undefined)) }, [7, 8, 28]],
    [
      "shows what it is told",
      { show: (verdict) => verdict.checks.map(({ detail, subject }) => `${subject} ${detail}`).join("\n") },
      [27],
    ],
    [
      "takes a trust file that asks for nothing for another",
      { openTrust: (text, readers) => openTrust(text, readers).catch(() => openTrust(file, readers)) },
      [12, 13],
    ],
  ];
  it.each(weak)("%s is caught", async (_what, weakness, caught) => {
    const report = await attack(weakness, { only: [...caught, 17] });
    expect(report.outcome).toBe("accepted");
    expect(numbers(report, "accepted")).toEqual(expect.arrayContaining([...caught]));
    // What it does right is still said to be right.
    expect(numbers(report, "refused")).toContain(17);
  });

  it("is right shows nothing that a terminal obeys", () => {
    const checks = [{ check: "extra", subject: "a\u001B[2Jb", outcome: "failed", detail: "c\rd" }] as const;
    const shown = show({ outcome: "invalid", release: undefined, signedBy: [], checks, files: 0, bytes: 0 });
    expect(shown).not.toContain("\u001B[2J");
  });
});

describe("metadata over all releases", () => {
  const now = Math.floor(Date.now() / 1000);
  const [owner, ci] = [tufKey("owner"), tufKey("ci", "ecdsa")];
  const signers = [owner, ci];

  async function metadata(): Promise<Metadata> {
    const roles = rolesFor({ root: [owner], targets: [owner], online: [ci] });
    const first = await released(await established(roles, signers, now), releaseStatement("1.0.0", 1), signers, now);
    const second = await released(first, releaseStatement("2.0.0", 2), signers, now);
    const place = mkdtempSync(join(home, "tuf-"));
    for (const [path, bytes] of second.files) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), bytes);
    }
    return { folder: place, root: rootOf(second), channel: "stable" };
  }

  it("withstands rollback, freeze, fast-forward, rotation by a thief, and keeps nothing that was refused", async () => {
    const report = await attack({}, { metadata: await metadata(), only: [1, 2, 3, 11, 15] });
    const found = report.attacks.filter(({ number }) => [1, 2, 3, 11, 15].includes(number));
    expect(found.map(({ number, outcome }) => `${number} ${outcome}`)).toEqual(
      ["1", "2", "3", "11", "15"].map((number) => `${number} refused`),
    );
    const rollback = found.find(({ number }) => number === 1);
    expect(rollback !== undefined && "variants" in rollback ? rollback.variants : 0).toBeGreaterThan(2);
  });

  it("that has expired is not attacked, since nothing could be told from it", async () => {
    const late = await metadata();
    rmSync(join(late.folder, "timestamp.json"));
    const report = await attack({}, { metadata: late, only: [1, 2, 3, 11, 15] });
    expect(numbers(report, "not applicable")).toEqual(expect.arrayContaining([1, 2, 3, 11, 15]));
  });
});
