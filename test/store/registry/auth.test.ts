/** Who is let in: by token, by password, by identity token, from docker's files and helpers; and nobody learns what is not theirs. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";

import { readChallenge } from "../../../src/store/registry/challenge.ts";
import { findManifest } from "../../../src/store/registry/manifests.ts";
import { pullBlob } from "../../../src/store/registry/blobs.ts";
import { pushBlob } from "../../../src/store/registry/upload.ts";
import { type FakeRegistry, type RegistryOptions, startFakeRegistry } from "../../servers/registry.ts";
import { collect } from "../../format/contents.ts";
import { digestOf } from "../../format/oci/images.ts";
import { problemOf, repositoryOf } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-registry-auth-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function start(options: RegistryOptions): Promise<FakeRegistry> {
  const server = await startFakeRegistry(options);
  onTestFinished(() => server.stop());
  return server;
}

const auth = Buffer.from("ada:secret").toString("base64");
const inText = (value: object) => ({ HOME: home, DOCKER_AUTH_CONFIG: JSON.stringify(value) });
const login = ({ host }: FakeRegistry, entry: object = { auth }) => inText({ auths: { [host]: entry } });
const blob = (text: string) => ({
  digest: digestOf(Buffer.from(text)),
  size: Buffer.byteLength(text),
  async *open() {
    yield Buffer.from(text);
  },
});

describe("a token", () => {
  test("is asked for once for all that is done in a repository, and once more for a mount", async () => {
    const server = await start({ auth: { kind: "token" } });
    const repository = repositoryOf(server.host, { env: login(server) });
    await Promise.all([
      findManifest(repository, "1"),
      pushBlob(repository, blob("a")),
      pushBlob(repository, blob("b")),
    ]);
    expect(server.auth.given).toEqual(["repository:acme/tool:pull,push"]);
    await pushBlob(repository, blob("c"), "acme/base");
    expect(server.auth.given[1]).toBe("repository:acme/tool:pull,push repository:acme/base:pull");
  });

  test("that is refused for the source of a mount is no reason not to push", async () => {
    const server = await start({ auth: { kind: "token", refusedScope: /secret/ } });
    const repository = repositoryOf(server.host, { env: login(server) });
    expect(await pushBlob(repository, blob("a"), "secret/base")).toBe("done");
  });

  test("is renewed before it expires, and where the registry forgot it in the middle of an upload", async () => {
    const server = await start({ auth: { kind: "token", lifetime: 60 } });
    let now = Date.now();
    const repository = repositoryOf(server.host, { env: login(server), now: () => now });
    await pushBlob(repository, blob("a"));
    now += 40_000;
    await pushBlob(repository, blob("b"));
    expect(server.auth.given.length).toBe(1);
    now += 11_000;
    await pushBlob(repository, blob("c"));
    expect(server.auth.given.length).toBe(2);

    server.faults.add({
      on: /^PUT/,
      act: { status: 401, headers: { "www-authenticate": `Bearer realm="http://${server.host}/token"` } },
    });
    server.auth.expire();
    expect(await pushBlob(repository, blob("d"))).toBe("done");
  });

  test("is got for an identity token by POST, which no address has in it", async () => {
    const server = await start({ auth: { kind: "token", identityToken: "identity" } });
    for (const entry of [{ identitytoken: "identity" }, { username: "<token>", password: "identity" }]) {
      server.log.length = 0;
      await pushBlob(repositoryOf(server.host, { env: login(server, entry) }), blob("a"));
      expect(server.log).toContain("POST /token");
      expect(server.log.join()).not.toContain("identity");
    }
  });

  test("that nobody gives is a Problem that says where credentials were looked for, and none of them", async () => {
    const server = await start({ auth: { kind: "token" } });
    const wrong = { auth: Buffer.from("ada:guess").toString("base64") };
    const problem = await problemOf(findManifest(repositoryOf(server.host, { env: login(server, wrong) }), "1"));
    expect(problem.code).toBe("store.denied");
    expect(problem.hint).toContain("Credentials were looked for in DOCKER_AUTH_CONFIG.");
    expect(JSON.stringify(problem)).not.toMatch(/guess|YWRh/);
    const anonymous = await problemOf(findManifest(repositoryOf(server.host, { env: { HOME: home } }), "1"));
    expect(anonymous.hint).toContain(`${join(home, ".docker", "config.json")} (not there)`);
  });

  test("goes to the registry alone, not to where its blobs lie", async () => {
    const storage = await start({});
    const server = await start({ auth: { kind: "token" }, blobsAt: () => `http://${storage.host}` });
    const bytes = blob("somewhere else");
    await pushBlob(repositoryOf(storage.host), bytes);
    storage.headers.length = 0;
    const pulled = await collect(pullBlob(repositoryOf(server.host, { env: login(server) }), bytes));
    expect(pulled.toString()).toBe("somewhere else");
    expect(storage.headers.length).toBe(1);
    expect(storage.headers[0]).not.toHaveProperty("authorization");
  });
});

test("an upload that goes on at another host goes there without the token", async () => {
  const storage = await start({});
  const server = await start({ auth: { kind: "token" } });
  const begun = await repositoryOf(storage.host).send({ method: "POST", to: "blobs/uploads/", repeatable: true });
  storage.headers.length = 0;
  const location = begun.headers.location ?? "";
  server.faults.add({ on: /^POST/, act: { status: 202, headers: { location } } });
  expect(await pushBlob(repositoryOf(server.host, { env: login(server) }), blob("a"))).toBe("done");
  expect(storage.state.find("acme/tool")?.blobs.has(blob("a").digest)).toBe(true);
  expect(storage.headers.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("a password is sent where the registry wants that", async () => {
  const server = await start({ auth: { kind: "basic" } });
  expect(await pushBlob(repositoryOf(server.host, { env: login(server) }), blob("a"))).toBe("done");
  const problem = await problemOf(pushBlob(repositoryOf(server.host, { env: { HOME: home } }), blob("b")));
  expect(problem).toMatchObject({ code: "store.denied", message: expect.stringContaining("status 401") });
});

test("a registry that lets everybody in is told of nobody", async () => {
  const server = await start({});
  await pushBlob(repositoryOf(server.host, { env: login(server) }), blob("a"));
  expect(server.headers.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

describe("credentials are found in", () => {
  const helper = (name: string, script: string): string => {
    const folder = join(home, `bin-${name}`);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `docker-credential-${name}`);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return `${folder}:${process.env["PATH"] ?? ""}`;
  };
  const file = (path: string, value: object): string => {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), JSON.stringify(value));
    return join(home, path);
  };
  const good = 'read -r server; [ "$1" = get ] && printf \'{"Username":"ada","Secret":"secret"}\'';
  const cases: readonly (readonly [string, (host: string) => Record<string, string>])[] = [
    ["REGISTRY_AUTH_FILE", (host) => ({ REGISTRY_AUTH_FILE: file("auth.json", { auths: { [host]: { auth } } }) })],
    [
      "DOCKER_CONFIG",
      (host) => ({ DOCKER_CONFIG: join(file("dc/config.json", { auths: { [host]: { auth } } }), "..") }),
    ],
    [
      "the home folder",
      (host) => ({ HOME: join(file("h/.docker/config.json", { auths: { [host]: { auth } } }), "..", "..") }),
    ],
    [
      "podman's file",
      (host) => ({
        XDG_RUNTIME_DIR: join(file("run/containers/auth.json", { auths: { [host]: { auth } } }), "..", ".."),
      }),
    ],
    ["an entry of a path", (host) => inText({ auths: { [host]: { auth: "eDp5" }, [`${host}/acme`]: { auth } } })],
    ["an entry as old versions wrote it", (host) => inText({ auths: { [`https://${host}/v2/`]: { auth } } })],
    ["an entry in clear words", (host) => inText({ auths: { [host]: { username: "ada", password: "secret" } } })],
    ["a helper", (host) => ({ ...inText({ credHelpers: { [host]: "good" } }), PATH: helper("good", good) })],
    ["the helper for everything", () => ({ ...inText({ auths: {}, credsStore: "good" }), PATH: helper("good", good) })],
  ];
  test.each(cases)("%s", async (_, env) => {
    const server = await start({ auth: { kind: "basic" } });
    const repository = repositoryOf(server.host, { env: { HOME: home, ...env(server.host) } });
    expect(await pushBlob(repository, blob("a"))).toBe("done");
  });

  test("the first place that has some: the first that has none, or fails, is passed over", async () => {
    const server = await start({ auth: { kind: "basic" } });
    const PATH = helper("broken", "echo secret-of-helper >&2; exit 3");
    const REGISTRY_AUTH_FILE = file("second.json", { auths: { [server.host]: { auth } } });
    const first = inText({ credHelpers: { [server.host]: "broken" } });
    const env = { ...first, PATH, REGISTRY_AUTH_FILE };
    expect(await pushBlob(repositoryOf(server.host, { env }), blob("a"))).toBe("done");
    const problem = await problemOf(pushBlob(repositoryOf(server.host, { env: { ...first, PATH } }), blob("b")));
    expect(problem.hint).toContain("docker-credential-broken (it failed)");
    expect(problem.hint).not.toContain("secret-of-helper");
    const missing = inText({ credHelpers: { [server.host]: "none" } });
    const unheard = await problemOf(pushBlob(repositoryOf(server.host, { env: { ...missing, PATH } }), blob("b")));
    expect(unheard.hint).toContain("docker-credential-none (not installed)");
  });

  test("no file that is not JSON, which is said without a word of it", async () => {
    const server = await start({ auth: { kind: "basic" } });
    const env = { HOME: home, DOCKER_AUTH_CONFIG: "{secret" };
    const problem = await problemOf(pushBlob(repositoryOf(server.host, { env }), blob("a")));
    expect(problem).toMatchObject({
      code: "format.invalid",
      message: "DOCKER_AUTH_CONFIG is no configuration of docker",
    });
  });
});

test.each([
  [
    'Bearer realm="https://a/t",service="s, x",scope="repository:a:pull"',
    { scheme: "bearer", realm: "https://a/t", service: "s, x", scopes: ["repository:a:pull"] },
  ],
  [
    'Basic realm="x", Bearer realm="https://a/t"',
    { scheme: "bearer", realm: "https://a/t", service: undefined, scopes: [] },
  ],
  ["BASIC realm=x", { scheme: "basic" }],
  ['Bearer service="s"', undefined],
  ["Negotiate", undefined],
  [',,= "', undefined],
])("the challenge %s is understood", (header, expected) => {
  expect(readChallenge(header)).toEqual(expected);
});

test("a token server in plain HTTP elsewhere learns nothing", async () => {
  const server = await start({});
  const challenge = { "www-authenticate": 'Bearer realm="http://tokens.example/token"' };
  server.faults.add({ on: /^GET \/v2\/$/, act: { status: 401, headers: challenge } });
  const problem = await problemOf(findManifest(repositoryOf(server.host, { env: login(server) }), "1"));
  expect(problem.message).toContain("tokens.example would be asked in plain HTTP");
});

describe("where a registry answers", () => {
  test("is asked once, whatever is done there", async () => {
    const server = await start({});
    const repository = repositoryOf(server.host);
    await Promise.all(["1", "2", "3"].map((tag) => findManifest(repository, tag)));
    expect(server.log.filter((line) => line === "GET /v2/")).toEqual(["GET /v2/"]);
  });

  test("may be HTTPS on this machine too", async () => {
    const [key, cert] = [join(home, "key.pem"), join(home, "cert.pem")];
    const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "99"];
    const names = ["-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", [...args, ...names, "-keyout", key, "-out", cert], { stdio: "pipe" });
    const server = await start({ tls: { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") } });
    expect(await findManifest(repositoryOf(server.host, { http: { ca: cert } }), "1")).toBeUndefined();
    const problem = await problemOf(findManifest(repositoryOf(server.host), "1"));
    expect(problem.message).toContain("a certificate that is not trusted");
  });

  test("is no registry where something else answers", async () => {
    const server = await start({});
    server.faults.add({ on: /^GET \/v2\/$/, act: { status: 404 }, times: 2 });
    expect(await problemOf(findManifest(repositoryOf(server.host), "1"))).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining("does not answer as a registry"),
    });
  });
});

test("a password of a registry that wants one is shown before anything is made", async () => {
  const server = await start({ auth: { kind: "basic" } });
  expect(await repositoryOf(server.host, { env: login(server) }).session.login()).toBe(true);
  const wrong = repositoryOf(server.host, { env: login(server, { username: "ada", password: "guess" }) });
  expect(await problemOf(wrong.session.login())).toMatchObject({
    code: "store.denied",
    message: expect.stringContaining("cannot log in to"),
  });
  // Nobody may read, maybe.
  expect(await repositoryOf(server.host, { env: { HOME: home } }).session.login()).toBe(false);
});
