/** Registries of packages that answer with anything: what they say is a Problem in one line, never a stack, and no token goes to another host. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import type { JsonObject } from "../../../src/model/json.ts";
import type { Store } from "../../../src/model/store.ts";
import { crates, openCrates } from "../../../src/store/crates.ts";
import { openNpm } from "../../../src/store/npm.ts";
import { openPypi } from "../../../src/store/pypi.ts";
import { contextOf } from "../context.ts";
import { sdist } from "./python.ts";
import { packageAt, problemOf, publish, retry, run } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-hostile-"));
let answer = "";
let type = "application/json";
const seen: string[] = [];
const servers: Server[] = [];
let url = "";
let other = "";

async function start(
  handle: (authorization: string, path: string) => readonly [status: number, body: string],
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      const [status, body] = handle(request.headers.authorization ?? "", request.url ?? "");
      response.writeHead(status, { "content-type": type }).end(body);
    });
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  other = await start((authorization) => {
    seen.push(authorization);
    return [200, "other bytes"];
  });
  url = await start((_, path) => [200, path.endsWith("config.json") ? JSON.stringify({ dl: url, api: url }) : answer]);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  type = "application/json";
});

const context = contextOf(home, join(home, "dist"), { "env:T": "a-secret-token" });
const token = { from: "env", name: "T" } as const;
const npm = (): Promise<Store> =>
  openNpm({ npm: `${url}/`, token, trusted: false, tag: "auto", insecure: false }, context, retry);
const python = (): Promise<Store> =>
  openPypi({ pypi: `${url}/`, username: "ada", password: token, trusted: false, insecure: false }, context, retry);
const rust = (): Promise<Store> =>
  openCrates({ crates: `${url}/`, token, trusted: false, insecure: false }, context, retry);

function packed(kind: "npm" | "crate", manifest: string): ReturnType<typeof packageAt> {
  const folder = mkdtempSync(join(home, "package-"));
  const [file, inside, path] =
    kind === "npm" ? ["tool-1.0.0.tgz", "package", "package.json"] : ["tool-1.0.0.crate", "tool-1.0.0", "Cargo.toml"];
  writeFileSync(join(folder, path), manifest);
  run("tar", ["-czf", file, "--transform", `s,^,${inside}/,`, path], { cwd: folder });
  return packageAt(join(folder, file));
}
const npmTool = packed("npm", '{"name":"tool","version":"1.0.0"}');
const crateTool = packed("crate", '[package]\nname = "tool"\nversion = "1.0.0"\n');

test.each([
  ["no JSON", "<html>", npm, () => npmTool],
  ["versions that are no entries", '{"versions":{"1.0.0":7}}', npm, () => npmTool],
  [
    "a tarball at no address",
    '{"versions":{"1.0.0":{"dist":{"tarball":"http://[","integrity":null}}}}',
    npm,
    () => npmTool,
  ],
  ["files that are no list", '{"files":{}}', python, () => sdist(home, "tool", "1.0.0")],
  ["lines of an index that are none", "{}", rust, () => crateTool],
  ["checksums that are none", '{"name":"tool","vers":"1.0.0","cksum":"x"}', rust, () => crateTool],
] as const)("%s", async (_, said, open, packageOf) => {
  answer = said;
  const problem = await problemOf(publish(await open(), [packageOf()]));
  expect(problem.code).toBe("store.failed");
  expect(problem.message).not.toContain("\n");
});

test("files at another host are compared without a token", async () => {
  answer = JSON.stringify({ versions: { "1.0.0": { dist: { tarball: `${other}/tool.tgz` } } } });
  expect(await problemOf(publish(await npm(), [npmTool]))).toMatchObject({ code: "store.conflict" });
  type = "text/html";
  const tool = sdist(home, "tool", "1.0.0");
  answer = `<a href="${other}/tool.tar.gz">${tool.name}</a>`;
  expect(await problemOf(publish(await python(), [tool]))).toMatchObject({ code: "store.conflict" });
  expect(seen).toEqual(["", ""]);
});

test.each([
  ["is private", '{"name":"tool","version":"1.0.0","private":true}', "plan.invalid"],
  ["has no name that npm takes", '{"name":"Tool","version":"1.0.0"}', "plan.invalid"],
  ["has no version", '{"name":"tool","version":"one"}', "version.invalid"],
  ["is no JSON", "{", "format.invalid"],
])("an npm package that %s is not published", async (_, manifest, code) => {
  expect(await problemOf(publish(await npm(), [packed("npm", manifest)]))).toMatchObject({ code });
});

test.each([
  ["is not to be published", '[package]\nname = "tool"\nversion = "1.0.0"\npublish = false\n', "plan.invalid"],
  ["is another than its folder says", '[package]\nname = "other"\nversion = "1.0.0"\n', "format.invalid"],
  [
    "needs something of no version",
    '[package]\nname = "tool"\nversion = "1.0.0"\n[dependencies.x]\npath = "x"\n',
    "format.invalid",
  ],
  ["is no TOML", "[", "format.invalid"],
])("a crate that %s is not published", async (_, manifest, code) => {
  expect(await problemOf(publish(await rust(), [packed("crate", manifest)]))).toMatchObject({ code });
});

test.each([
  ["for browsers alone", 403, "this action can only be performed on the crates.io website", "ok"],
  ["for tokens that may more", 403, "this token does not have the required permissions to perform this action", "ok"],
  ["for nobody of that token", 401, "authentication failed", "failed"],
  ["nowhere", 404, "not found", "unknown"],
] as const)(
  "a registry of crates whose list of users is %s says as much of the token",
  async (_, status, detail, outcome) => {
    const body = JSON.stringify({ errors: [{ detail }] });
    const at: string = await start((__, path) =>
      path.endsWith("config.json") ? [200, JSON.stringify({ dl: at, api: at })] : [status, body],
    );
    const decided: JsonObject = { crates: `${at}/`, token, trusted: false, insecure: false };
    expect((await crates.probe?.(decided, context, []))?.map((one) => one.outcome)).toEqual([outcome]);
    const reached = crates.reach?.(decided, context);
    if (outcome === "failed") await expect(reached).rejects.toMatchObject({ code: "store.denied" });
    else await reached;
  },
);
