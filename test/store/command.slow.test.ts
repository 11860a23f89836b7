/** Places that only a project's own commands know: what these are told, what their exit codes mean, and what nobody gets to see. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { JsonObject } from "../../src/model/json.ts";
import type { Problem } from "../../src/model/problem.ts";
import type { Store } from "../../src/model/store.ts";
import { decidedCommand } from "../../src/store/command/decided.ts";
import { openCommandStore } from "../../src/store/command/store.ts";
import { projectRepository, toolConfig, toolFiles } from "../worlds/project.ts";
import { slipway } from "../worlds/slipway.ts";
import { contextOf } from "./context.ts";
import { artifactOf, bytesOf, releaseTo, said } from "./git/tap.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway-command-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const late = (text: string) => ({ late: text, with: {} });
const sh = (script: string, ...args: readonly string[]) => ["sh", "-c", script, "sh", ...args.map(late)];

async function open(options: JsonObject, secrets: Readonly<Record<string, string>> = {}): Promise<Store> {
  const usual = { check: [], remove: [], once: false, env: {}, secrets: {}, timeout: 60, turn: "names" };
  return openCommandStore(decidedCommand.parse({ ...usual, ...options }), contextOf(home, join(home, "dist"), secrets));
}

const written = (name: string): string => readFileSync(join(home, name), "utf8");
const files = { "tool.deb": "a package\n", "tool.rpm": "another\n" };
const upload = sh('cp "$SLIPWAY_PATH" "there-$SLIPWAY_ARTIFACT"; echo "$SLIPWAY_ARTIFACT" >> runs');
const check = sh('cmp -s "$SLIPWAY_PATH" "there-$SLIPWAY_ARTIFACT" || exit 1');

describe("a command", () => {
  test("is run for each artifact when names move, and not before", async () => {
    const store = await open({ command: upload });
    await store.put(artifactOf("tool.deb", files["tool.deb"]), bytesOf(files["tool.deb"]));
    expect(existsSync(join(home, "runs"))).toBe(false);
    await store.close();
    const receipts = await releaseTo(await open({ command: upload }), files);
    expect(said(receipts).slice(2)).toEqual(["point tool.deb done", "point tool.rpm done"]);
    expect([written("there-tool.deb"), written("there-tool.rpm")]).toEqual(Object.values(files));
    expect(written("runs")).toBe("tool.deb\ntool.rpm\n");
  });

  test("is told what it publishes, in variables and in its words, which no shell reads", async () => {
    const artifact = artifactOf("tool; touch gone.zip", "zip", {
      platform: { os: "linux", arch: "arm", variant: "7" },
    });
    const command = late(
      'sh -c \'env | grep ^SLIPWAY_ | sort > env; printf %s"\\\\n" "$@" > words\' sh {{ artifact }} {{ artifact.sha256 }} "{{ artifact.os }}"',
    );
    const store = await open({ command, env: { SLIPWAY_EXTRA: late("{{ artifact.arch }}") } });
    await store.put(artifact, bytesOf("zip"));
    await store.point(artifact);
    await store.close();
    const sha256 = artifact.digest.slice(7);
    expect(written("words")).toBe(`tool; touch gone.zip\n${sha256}\nlinux\n`);
    const told = written("env")
      .split("\n")
      .filter((line) => !/^SLIPWAY_(PATH|FOLDER)=/.test(line))
      .filter((line) => process.env[line.split("=")[0] ?? ""] === undefined); // what whoever runs the tests has set
    expect(told).toEqual([
      "SLIPWAY_ARCH=arm",
      "SLIPWAY_ARTIFACT=tool; touch gone.zip",
      "SLIPWAY_CHANNEL=stable",
      `SLIPWAY_COMMIT=${"1".repeat(40)}`,
      `SLIPWAY_DIGEST=${artifact.digest}`,
      "SLIPWAY_EXTRA=arm",
      "SLIPWAY_OS=linux",
      "SLIPWAY_PROJECT=tool",
      `SLIPWAY_SHA256=${sha256}`,
      "SLIPWAY_SIZE=3",
      "SLIPWAY_TAG=v1.2.3",
      "SLIPWAY_TYPE=file",
      "SLIPWAY_VARIANT=7",
      "SLIPWAY_VERSION=1.2.3",
      "",
    ]);
    expect(existsSync(join(home, "gone.zip"))).toBe(false);
  });

  test("with `once` is run once for all of them", async () => {
    const receipts = await releaseTo(
      await open({
        once: true,
        command: sh('echo run >> runs; for path in $SLIPWAY_PATHS; do cat "$path"; done > all'),
      }),
      files,
    );
    expect(said(receipts).slice(2)).toEqual(["point tool.deb done", "point tool.rpm done"]);
    expect([written("runs"), written("all")]).toEqual(["run\n", "a package\nanother\n"]);
  });

  test("that fails shows what it printed, without its secrets", async () => {
    const store = await open(
      { command: sh('echo "bad key $API_KEY"; exit 3'), secrets: { API_KEY: { from: "env", name: "KEY" } } },
      { "env:KEY": "hunter2" },
    );
    const problem = (await releaseTo(store, files).catch((thrown: unknown) => thrown)) as Problem;
    expect(problem).toMatchObject({ code: "store.failed", lines: ["bad key ***"] });
    expect(problem.message).toContain("exited with 3");
  });

  test("that hangs is ended with what it started", async () => {
    const store = await open({ command: sh("sleep 60 & wait"), timeout: 1 });
    const problem = (await releaseTo(store, files).catch((thrown: unknown) => thrown)) as Problem;
    expect(problem).toMatchObject({ code: "step.timeout" });
  });
});

describe("a check", () => {
  test("that says that it is there keeps the command from being run again", async () => {
    await releaseTo(await open({ command: upload, check }), { "tool.deb": files["tool.deb"] });
    const receipts = await releaseTo(await open({ command: upload, check }), files);
    expect(said(receipts)).toEqual([
      "put tool.deb already",
      "put tool.rpm done",
      "point tool.deb already",
      "point tool.rpm done",
    ]);
    expect(written("runs")).toBe("tool.deb\ntool.rpm\n");
  });

  test("says what stands under a name, and one without says that nobody knows", async () => {
    const artifact = artifactOf("tool.deb", files["tool.deb"]);
    const store = await open({ command: upload, check: sh('test -e "there-$SLIPWAY_ARTIFACT"') });
    expect(store.expects?.(artifact)).toEqual([{ name: "tool.deb", digest: artifact.digest }]);
    expect(await store.look("tool.deb")).toBeUndefined();
    writeFileSync(join(home, "there-tool.deb"), "");
    expect(await store.look("tool.deb")).toMatchObject({ digest: artifact.digest });
    const blind = await open({ command: upload });
    expect(await blind.state?.()).toMatchObject({
      visibility: "absent",
      why: expect.stringContaining("check") as string,
    });
  });

  test("that says 2 makes it wait, and is no failure", async () => {
    const moderated = sh("test -e runs || exit 1; exit 2");
    const receipts = await releaseTo(await open({ command: upload, check: moderated }), { "tool.deb": "a package\n" });
    expect(said(receipts)).toEqual(["put tool.deb done", "point tool.deb pending"]);
    const again = await releaseTo(await open({ command: upload, check: moderated }), { "tool.deb": "a package\n" });
    expect(said(again)).toEqual(["put tool.deb done", "point tool.deb pending"]);
    expect(written("runs")).toBe("tool.deb\n");
  });

  test("that fails otherwise is a failure", async () => {
    const problem = await releaseTo(await open({ command: upload, check: sh("exit 7") }), files).catch(
      (thrown: unknown) => thrown,
    );
    expect(problem).toMatchObject({ code: "store.failed" });
    expect(existsSync(join(home, "runs"))).toBe(false);
  });
});

test("a release is taken back by the command for it, once", async () => {
  const store = await open({ command: upload, remove: sh('echo "$SLIPWAY_VERSION: $SLIPWAY_WHY" >> removed') });
  const withdrawal = { why: "it eats data", release: artifactOf("release.json", "{}").digest };
  expect(said((await store.withdraw?.(withdrawal)) ?? [])).toEqual(["remove 1.2.3 done"]);
  await store.close();
  expect(written("removed")).toBe("1.2.3: it eats data\n");
  expect((await open({ command: upload })).withdraw).toBeUndefined();
});

test("a release goes to a folder first and then through a command, from the config to the last word", async () => {
  const config = toolConfig
    .replace(
      "stores:\n",
      `stores:
  broken: { command: "sh -c 'echo no such shop; exit 1'" }
  shop:
    command: sh upload.sh {{ artifact.path }} "{{ artifact }} of {{ version }}"
    check: test -e shop/{{ artifact }}
    turn: pointers
`,
    )
    .replace("[site]", '[{ store: broken, only: archives, optional: true }, site, { store: shop, only: "*.zip" }]');
  const folder = projectRepository(
    toolFiles({
      "slipway.yaml": config,
      ".gitignore": "out/\ndist/\npublic/\nshop/\n",
      "upload.sh":
        'test -e public/checksums.txt; mkdir -p shop; cp "$1" shop/; echo "uploading $SLIPWAY_ARTIFACT"; echo "$2" > shop/said\n',
    }),
  );
  try {
    const where = { cwd: folder, env: { SLIPWAY_CACHE: join(home, "cache") } };
    const { stdout, stderr } = await slipway(["release", "--verbose"], where);
    expect(`${stdout}${stderr}`).toContain("no such shop");
    expect(stderr).toContain("  uploading tool_windows_amd64.zip\n");
    expect(readFileSync(join(folder, "shop/said"), "utf8")).toBe("tool_windows_amd64.zip of 1.0.0\n");
    expect(existsSync(join(folder, "shop/tool_windows_amd64.zip"))).toBe(true);
    const { stdout: status } = await slipway(["status"], where);
    expect(status).toMatch(/shop.*published/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
