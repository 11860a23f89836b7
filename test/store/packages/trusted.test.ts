/** Trusted publishing: a CI job's identity is exchanged for a token as npm, PyPI and crates.io document it, and goes nowhere else. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import type { JsonObject } from "../../../src/model/json.ts";
import type { Problem } from "../../../src/model/problem.ts";
import { crates, openCrates } from "../../../src/store/crates.ts";
import { npm, openNpm } from "../../../src/store/npm.ts";
import { openPypi, pypi } from "../../../src/store/pypi.ts";
import { contextOf } from "../context.ts";
import { sdist } from "./python.ts";
import { packageAt, publish, retry, run } from "./world.ts";

interface Asked {
  readonly line: string;
  readonly authorization: string;
  readonly body: string;
}

const home = mkdtempSync(join(tmpdir(), "slipway-trusted-"));
const asked: Asked[] = [];
/** What was uploaded by now: reads show it. */
let shown: Readonly<Record<string, string>> = {};
/** Whether everything that is sent is refused, and repeated in words. */
let repeats = false;
let server: Server;
let url = "";

/** The exchanges as they are documented; every other read finds nothing, every other write is taken. */
const exchanges: Readonly<Record<string, string>> = {
  "GET /github?api-version=2.0&audience=pypi": '{"value":"identity-for-pypi"}',
  "GET /github?api-version=2.0&audience=crates.io": '{"value":"identity-for-crates"}',
  "GET /_/oidc/audience": '{"audience":"pypi"}',
  "POST /_/oidc/mint-token": '{"success":true,"token":"pypi-short-lived"}',
  "POST /-/npm/v1/oidc/token/exchange/package/@acme%2ftool": '{"token":"npm-short-lived"}',
  "POST /api/v1/trusted_publishing/tokens": '{"token":"cio_short-lived"}',
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      asked.push({
        line,
        authorization: request.headers.authorization ?? "",
        body: Buffer.concat(chunks).toString("latin1"),
      });
      if (repeats && request.method === "POST") {
        const message = `cannot take ${asked.at(-1)?.body ?? ""}`;
        response.writeHead(422, { "content-type": "application/json" });
        return void response.end(JSON.stringify({ message, errors: [{ code: "NO", message }] }));
      }
      const found = exchanges[line] ?? shown[line];
      const status = found !== undefined || request.method === "PUT" || request.method === "POST" ? 200 : 404;
      const isJson = found?.startsWith("{") ?? true;
      response.writeHead(status, { "content-type": isJson ? "application/json" : "text/plain" });
      response.end(found ?? "{}");
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  asked.length = 0;
  shown = {};
  repeats = false;
});

const github = (): Record<string, string> => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
});
const contextIn = (env: Readonly<Record<string, string>>) => ({ ...contextOf(home, join(home, "dist")), env });
const authorizationOf = (line: string): string | undefined => asked.find((one) => one.line === line)?.authorization;

function tarball(): ReturnType<typeof packageAt> {
  const folder = mkdtempSync(join(home, "npm-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@acme/tool", version: "1.9.0" }));
  run("tar", ["-czf", "acme-tool-1.9.0.tgz", "--transform", "s,^,package/,", "package.json"], { cwd: folder });
  return packageAt(join(folder, "acme-tool-1.9.0.tgz"));
}

test("npm: one exchange for each package; the tag is set at once, since its token can set none later, and takes latest from no later version", async () => {
  // As GitHub answers: `npm:` and the host.
  const audience = `npm%3A${encodeURIComponent(new URL(url).host)}`;
  shown = {
    [`GET /github?api-version=2.0&audience=${audience}`]: '{"value":"identity-for-npm"}',
    "GET /@acme%2ftool": JSON.stringify({ name: "@acme/tool", "dist-tags": { latest: "2.0.0" }, versions: {} }),
  };
  const decided = { npm: `${url}/`, trusted: true, tag: "auto", insecure: false };
  const lines = await publish(await openNpm(decided, contextIn(github()), retry), [tarball()]);
  expect(lines).toEqual([
    "put acme-tool-1.9.0.tgz done",
    "point acme-tool-1.9.0.tgz pending (the registry has taken it, and does not show it yet)",
  ]);
  expect(authorizationOf(`GET /github?api-version=2.0&audience=${audience}`)).toBe("Bearer of-the-job");
  expect(authorizationOf("POST /-/npm/v1/oidc/token/exchange/package/@acme%2ftool")).toBe("Bearer identity-for-npm");
  const put = asked.find(({ line }) => line === "PUT /@acme%2ftool");
  expect(put?.authorization).toBe("Bearer npm-short-lived");
  expect(JSON.parse(put?.body ?? "")).toMatchObject({ "dist-tags": { "release-1.x": "1.9.0" } });
  expect(asked.filter(({ line }) => line.startsWith("GET /@")).every(({ authorization }) => authorization === "")).toBe(
    true,
  );
});

test("PyPI: the index says whom the identity is for, and mints a token; uploads show that one", async () => {
  const decided = {
    pypi: `${url}/legacy/`,
    index: `${url}/simple/`,
    username: "__token__",
    trusted: true,
    insecure: false,
  };
  await publish(await openPypi(decided, contextIn(github()), retry), [
    sdist(home, "my-tool", "1.0.0"),
    sdist(home, "my-tool", "1.0.1"),
  ]);
  const minted = asked.filter(({ line }) => line === "POST /_/oidc/mint-token");
  expect(minted.map(({ body }): unknown => JSON.parse(body))).toEqual([{ token: "identity-for-pypi" }]);
  const uploads = asked.filter(({ line }) => line === "POST /legacy/");
  const expected = `Basic ${Buffer.from("__token__:pypi-short-lived").toString("base64")}`;
  expect(uploads.map(({ authorization }) => authorization)).toEqual([expected, expected]);
});

test("crates.io: the identity is the body of one request, and what comes back publishes", async () => {
  shown = {
    "GET /index/config.json": JSON.stringify({ dl: `${url}/dl`, api: url }),
    "HEAD /index/config.json": "{}",
  };
  const folder = mkdtempSync(join(home, "crate-"));
  mkdirSync(join(folder, "tool-1.0.0"));
  const manifest = `[package]\nname = "tool"\nversion = "1.0.0"\n[dependencies.left]\nversion = "1.2"\n[dependencies.right]\nversion = ">=1, <3"\npackage = "righter"\nregistry-index = "sparse+${url}/index/"\n`;
  writeFileSync(join(folder, "tool-1.0.0", "Cargo.toml"), manifest);
  run("tar", ["-czf", "tool-1.0.0.crate", "tool-1.0.0"], { cwd: folder });
  const decided = { crates: `${url}/index/`, trusted: true, insecure: false };
  await publish(await openCrates(decided, contextIn(github()), retry), [packageAt(join(folder, "tool-1.0.0.crate"))]);
  const exchange = asked.find(({ line }) => line === "POST /api/v1/trusted_publishing/tokens");
  expect(exchange?.authorization).toBe("");
  expect(JSON.parse(exchange?.body ?? "")).toEqual({ jwt: "identity-for-crates" });
  const put = asked.find(({ line }) => line === "PUT /api/v1/crates/new");
  expect(put?.authorization).toBe("cio_short-lived");
  const body = Buffer.from(put?.body ?? "", "latin1");
  const json = JSON.parse(body.subarray(4, 4 + body.readUInt32LE(0)).toString("utf8")) as {
    readonly deps: readonly unknown[];
  };
  expect(json).toMatchObject({
    name: "tool",
    vers: "1.0.0",
    deps: [
      {
        name: "left",
        version_req: "^1.2",
        registry: "https://github.com/rust-lang/crates.io-index",
        explicit_name_in_toml: null,
      },
      { name: "righter", version_req: ">=1, <3", registry: null, explicit_name_in_toml: "right" },
    ],
  });
});

test("GitLab's job has the token in a variable, and nobody else is asked for one", async () => {
  const decided = {
    pypi: `${url}/legacy/`,
    index: `${url}/simple/`,
    username: "__token__",
    trusted: true,
    insecure: false,
  };
  const env = { PYPI_ID_TOKEN: "identity-of-gitlab" };
  await publish(await openPypi(decided, contextIn(env), retry), [sdist(home, "other-tool", "1.0.0")]);
  const minted = asked.find(({ line }) => line === "POST /_/oidc/mint-token");
  expect(JSON.parse(minted?.body ?? "")).toEqual({ token: "identity-of-gitlab" });
  expect(asked.some(({ line }) => line.includes("/github"))).toBe(false);
});

test.each([
  ["npm", npm, { npm: "https://registry.npmjs.org/", trusted: true, tag: "auto", insecure: false }, "NPM_ID_TOKEN"],
  [
    "PyPI",
    pypi,
    { pypi: "https://upload.pypi.org/legacy/", username: "__token__", trusted: true, insecure: false },
    "PYPI_ID_TOKEN",
  ],
  ["crates.io", crates, { crates: "https://index.crates.io/", trusted: true, insecure: false }, "CRATES_IO_ID_TOKEN"],
])("without an identity, %s says so before anything is made", async (_, kind, decided, variable) => {
  await expect(kind.reach?.(decided as JsonObject, contextIn({}))).rejects.toMatchObject({
    code: "key.missing",
    message: expect.stringContaining(variable),
    hint: expect.stringContaining("id-token: write"),
  });
});

test("a server that repeats the identity it refuses is told of without it", async () => {
  repeats = true;
  shown = { "GET /index/config.json": JSON.stringify({ dl: `${url}/dl`, api: url }) };
  const folder = mkdtempSync(join(home, "repeated-"));
  mkdirSync(join(folder, "tool-1.0.0"));
  writeFileSync(join(folder, "tool-1.0.0", "Cargo.toml"), '[package]\nname = "tool"\nversion = "1.0.0"\n');
  run("tar", ["-czf", "tool-1.0.0.crate", "tool-1.0.0"], { cwd: folder });
  const decided = { crates: `${url}/index/`, trusted: true, insecure: false };
  const publishing = [
    openCrates(decided, contextIn(github()), retry).then((store) =>
      publish(store, [packageAt(join(folder, "tool-1.0.0.crate"))]),
    ),
    openPypi(
      { pypi: `${url}/legacy/`, index: `${url}/simple/`, username: "__token__", trusted: true, insecure: false },
      contextIn(github()),
      retry,
    ).then((store) => publish(store, [sdist(home, "my-tool", "1.0.0")])),
  ];
  for (const result of await Promise.allSettled(publishing)) {
    expect(result.status).toBe("rejected");
    const { message } = (result as PromiseRejectedResult).reason as Problem;
    expect(message).toContain("cannot take");
    expect(message).toContain("***");
    expect(message).not.toContain("identity-for");
  }
});
