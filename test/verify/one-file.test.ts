/** One file of a Release: all that is asked of signatures is asked of it too. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { verifyFileOf } from "../../src/verify/file.ts";
import type { BringFiles } from "../../src/verify/vouching.ts";
import { openTrust, type Trust } from "../../src/verify/trust.ts";
import type { Verdict } from "../../src/verify/verdict.ts";
import { makeRelease } from "../worlds/release.ts";
import { signedBy, signerOf, testKey, testReader } from "../worlds/signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-one-file-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const [one, two] = [testKey("one"), testKey("two")];
const archive = "tool_linux_amd64.tar.gz";
let whole = "";

beforeAll(async () => {
  const made = await makeRelease(home, {
    formats: ["tar.gz", "binary"],
    programSize: 100,
    sign: signerOf(one, two),
    signatures: [signedBy(one, "release"), signedBy(two, "checksums", "archive")],
  });
  whole = join(home, "1.2.3");
  await made.write(whole);
});

function asking(...require: readonly { readonly of: string; readonly by: readonly string[] }[]): Promise<Trust> {
  const text = JSON.stringify({
    slipway: 1,
    product: "tool",
    keys: { one: { test: one.text }, two: { test: two.text } },
    require: [{ of: "release", by: ["one"] }, ...require],
  });
  return openTrust({ name: "trust.json", text }, [], [testReader]);
}

/** The statement and what signs it, as it is fetched from an address, with more of the Release. */
function statementAnd(...names: readonly string[]): string {
  const folder = mkdtempSync(join(home, "s-"));
  for (const name of readdirSync(whole))
    if (name.startsWith("release.json") || names.includes(name)) cpSync(join(whole, name), join(folder, name));
  return folder;
}

const wrong = ({ checks }: Verdict): string[] =>
  checks
    .filter(({ outcome }) => outcome === "failed" || outcome === "unavailable")
    .map(({ check, subject, outcome }) => `${outcome} ${check} ${subject}`);

describe("with a trust file that asks for more than a signature of the Release", () => {
  test("a file of the type has to be signed itself", async () => {
    const asked = { of: "archives", by: ["two"] };
    const path = join(whole, archive);
    expect(wrong(await verifyFileOf(path, whole, { trust: await asking(asked) }))).toEqual([]);
    expect(wrong(await verifyFileOf(path, whole, { trust: await asking({ ...asked, by: ["one"] }) }))).toEqual([
      `failed required ${archive}`,
    ]);
    const without = statementAnd(archive);
    expect(wrong(await verifyFileOf(path, without, { trust: await asking(asked) }))).toEqual([
      `failed required ${archive}`,
    ]);
  });

  test("others have to be there, and signed: what is not there leaves it open", async () => {
    const asked = { of: "checksums", by: ["two"] };
    const path = join(whole, archive);
    expect(wrong(await verifyFileOf(path, whole, { trust: await asking(asked) }))).toEqual([]);
    expect(wrong(await verifyFileOf(path, whole, { trust: await asking({ ...asked, by: ["one"] }) }))).toEqual([
      "failed required checksums.txt",
    ]);
    expect(wrong(await verifyFileOf(path, statementAnd(), { trust: await asking(asked) }))).toEqual([
      "unavailable required checksums.txt",
    ]);
    const types = await asking({ of: "sboms", by: ["two"] });
    expect(wrong(await verifyFileOf(path, whole, { trust: types }))).toEqual(["failed required release.json"]);
  });

  test("what is asked for is brought to where the statement is, and nothing else", async () => {
    const folder = statementAnd();
    const brought: string[] = [];
    const bring: BringFiles = async (artifacts) => {
      for (const { name } of artifacts) {
        brought.push(name);
        cpSync(join(whole, name), join(folder, name));
      }
    };
    const trust = await asking({ of: "archives", by: ["two"] }, { of: "checksums", by: ["two"] });
    expect(wrong(await verifyFileOf(join(whole, archive), folder, { trust, bring }))).toEqual([]);
    expect(brought.toSorted()).toEqual(["checksums.txt", "checksums.txt.two", `${archive}.two`]);
  });
});

test("keys that were given and signed checksums only are asked of a fetched list", async () => {
  const folder = statementAnd();
  const trust = await openTrust(undefined, [{ name: "two", text: two.text }], [testReader]);
  const bring: BringFiles = async (artifacts) => {
    for (const { name } of artifacts) cpSync(join(whole, name), join(folder, name));
  };
  const path = join(whole, archive);
  expect(wrong(await verifyFileOf(path, folder, { trust, bring }))).toEqual([]);
  expect(readFileSync(join(folder, "checksums.txt"), "utf8")).toContain(basename(path));
});
