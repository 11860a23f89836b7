/** Copying: nothing is visible before everything is there, a second time changes nothing, and being killed is no exception. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import type { Receipt, Store } from "../../src/model/store.ts";
import { copy } from "../../src/store/copy.ts";
import { openFolder } from "../../src/store/folder.ts";
import { artifact, digestOf, sourceOf } from "./artifacts.ts";
import { release, texts } from "./children/copy-release.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-copy-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(root, "c-"));
const outcomes = (receipts: readonly Receipt[]): string[] =>
  receipts.map(({ act, name, outcome }) => `${act} ${name} ${outcome}`);

/** Keeps nothing and says in which order it was asked. */
function recorder(refuses: (act: string, one: Artifact) => boolean = () => false): Store & { readonly log: string[] } {
  const log: string[] = [];
  const act = (what: "put" | "point", one: Artifact): Receipt => {
    log.push(`${what} ${one.name}`);
    return {
      act: what,
      name: one.name,
      digest: one.digest,
      outcome: refuses(what, one) ? "refused" : "done",
      why: "of a test",
    };
  };
  return {
    where: "recorder",
    log,
    async put(one, bytes) {
      for await (const _ of bytes);
      return act("put", one);
    },
    point: async (one) => [act("point", one)],
    look: async () => undefined,
    close: async () => {},
  };
}

const a = artifact("a.tar.gz", "a");
const list = artifact("checksums.txt", "list", { refs: [a.digest] });
const statement = artifact("release.json", "statement", { refs: [list.digest, a.digest] });
const source = (): ReturnType<typeof sourceOf> => sourceOf("a", "list", "statement");

test("all bytes are put before the first name moves, and the Release's name moves last", async () => {
  const to = recorder();
  await copy({ artifacts: [statement, list, a], from: source(), to });
  expect(to.log.slice(0, 3).toSorted()).toEqual(["put a.tar.gz", "put checksums.txt", "put release.json"]);
  expect(to.log.slice(3)).toEqual(["point a.tar.gz", "point checksums.txt", "point release.json"]);
});

test("a second copy finds everything already there and reads nothing", async () => {
  const path = fresh();
  const artifacts = [a, list, statement];
  const first = await copy({ artifacts, from: source(), to: openFolder(path, { existing: "refuse" }) });
  expect(first.every(({ outcome }) => outcome === "done")).toBe(true);
  const from = source();
  const second = await copy({ artifacts, from, to: openFolder(path, { existing: "refuse" }) });
  expect(outcomes(second).toSorted()).toEqual(
    outcomes(first)
      .map((line) => line.replace("done", "already"))
      .toSorted(),
  );
  expect(from.opened).toEqual([]);
  expect(readdirSync(path).toSorted()).toEqual(["a.tar.gz", "checksums.txt", "release.json"]);
});

test("one name that stands for other bytes keeps every name from moving, and the error says both digests", async () => {
  const path = fresh();
  writeFileSync(join(path, "checksums.txt"), "theirs");
  const store = openFolder(path, { existing: "refuse" });
  const copying = copy({ artifacts: [a, list, statement], from: source(), to: store });
  await expect(copying).rejects.toMatchObject({
    code: "store.conflict",
    message: expect.stringContaining(digestOf("theirs")) as string,
  });
  await store.close();
  expect(readdirSync(path)).toEqual(["checksums.txt"]);
});

test("a source whose bytes are not what they should be moves no name", async () => {
  const path = fresh();
  const store = openFolder(path, { existing: "refuse" });
  const from = { async *open() { yield Buffer.from("b"); } }; // prettier-ignore
  await expect(copy({ artifacts: [a], from, to: store })).rejects.toMatchObject({ code: "verify.mismatch" });
  expect(readdirSync(path)).toEqual([]);
});

test("a refused name stops those that come after it", async () => {
  const to = recorder((act, one) => act === "point" && one.name === "checksums.txt");
  const seen: string[] = [];
  const onReceipt = (receipt: Receipt): void => void seen.push(receipt.outcome);
  await expect(copy({ artifacts: [a, list, statement], from: source(), to, onReceipt })).rejects.toMatchObject({
    code: "store.conflict",
  });
  expect(to.log.at(-1)).toBe("point checksums.txt");
  expect(seen).toEqual(["done", "done", "done", "done", "refused"]);
});

test("what is about something is put when that is there, whatever comes first", async () => {
  const about: Artifact = { ...list, refs: [], subject: a.digest };
  let isThere = false;
  const to = recorder();
  const slow: typeof to = {
    ...to,
    async put(artifact, bytes) {
      if (artifact.digest === a.digest) await new Promise((resolve) => setImmediate(resolve));
      else expect(isThere).toBe(true);
      const receipt = await to.put(artifact, bytes);
      isThere = true;
      return receipt;
    },
  };
  await copy({ artifacts: [about, a], from: source(), to: slow });
  expect(isThere).toBe(true);
});

test("stopping keeps further effects from happening", async () => {
  const to = recorder();
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await expect(copy({ artifacts: [a], from: source(), to, signal: stop.signal })).rejects.toThrow("stopped");
  expect(to.log).toEqual([]);
});

test("killed at any moment, no name stands for half a file or for what refers to something missing, and again ends complete", async () => {
  const path = fresh();
  const program = join(import.meta.dirname, "children", "copy-release.ts");
  const expected = new Map(release.map((one, index) => [one.name, texts[index]]));
  let partial = 0;
  for (let round = 0; round < 12; round += 1) {
    rmSync(path, { recursive: true, force: true });
    const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 3 * round));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const names = readNames(path).filter((name) => !name.startsWith("."));
    for (const name of names) expect(readFileSync(join(path, name), "utf8") === expected.get(name)).toBe(true);
    const isComplete = names.includes("release.json");
    expect(!isComplete || names.length === release.length).toBe(true);
    if (!isComplete) partial += 1;
  }
  expect(partial).toBeGreaterThan(0);
  await copy({ artifacts: release, from: sourceOf(...texts), to: openFolder(path, { existing: "refuse" }) });
  expect(readNames(path).toSorted()).toEqual([...expected.keys()].toSorted());
}, 60_000);

function readNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
