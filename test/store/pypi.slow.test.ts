/** The pypi store against pypiserver: what it uploads is what twine would, pip installs it, and it is there once. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Store } from "../../src/model/store.ts";
import { type DecidedPypi, openPypi, pypi as kind } from "../../src/store/pypi.ts";
import { filesOfPage } from "../../src/store/pypi/simple.ts";
import { judge, needs } from "../judges.ts";
import { planFaults, type Proxy, type ProxyFault, startProxy } from "../servers/proxy.ts";
import { type PypiServer, startPypiServer } from "../worlds/pypiserver.ts";
import { contextOf } from "./context.ts";
import { installed, sdist, wheel } from "./packages/python.ts";
import { lineOf, packageAt, problemOf, publish, retry, run } from "./packages/world.ts";

const execute = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), "slipway-pypi-"));
const isHere = judge("pypiserver") !== undefined;
let server: PypiServer;
let old: PypiServer;
let proxy: Proxy;
beforeAll(async () => {
  if (!isHere) return;
  [server, old] = await Promise.all([startPypiServer(), startPypiServer("md5")]);
  proxy = await startProxy(server.url.replace(/\/$/, ""));
});
afterAll(async () => {
  await proxy?.stop();
  await Promise.all([server?.stop(), old?.stop()]);
  rmSync(home, { recursive: true, force: true });
});

const context = contextOf(home, join(home, "dist"), { "env:PYPI_TOKEN": "pypi-secret-of-tests" });
const decidedFor = (address: string, more: Partial<DecidedPypi> = {}): DecidedPypi => {
  const password = { from: "env", name: "PYPI_TOKEN" } as const;
  return { pypi: address, username: "__token__", password, trusted: false, insecure: false, ...more };
};
const open = (artifacts?: readonly Artifact[], address = server.url): Promise<Store> =>
  openPypi(decidedFor(address), { ...context, artifacts }, retry);
const faulty = (fault: (line: string, count: number) => ProxyFault | undefined): Promise<Store> => {
  const counts = new Map<string, number>();
  proxy.reset(
    planFaults(({ method, path }) => {
      const line = `${method} ${path}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      return fault(line, counts.get(line) ?? 0);
    }),
  );
  return open(undefined, `${proxy.url}/`);
};

const needsIndex = needs("pypiserver", "python3");

describe("published", () => {
  needsIndex("a wheel and an sdist, pip installs them by the digest it is told", async () => {
    const [one, two] = [wheel(home, "my-tool", "1.0.0"), sdist(home, "my-tool", "1.0.0")];
    expect(await publish(await open(), [one, two])).toEqual([
      "put my_tool-1.0.0-py3-none-any.whl done",
      "put my_tool-1.0.0.tar.gz done",
      "point my_tool-1.0.0-py3-none-any.whl done",
      "point my_tool-1.0.0.tar.gz done",
    ]);
    expect(installed(home, `${server.url}simple/`, "my-tool==1.0.0", "my_tool")).toBe("1.0.0");
    const asked = await open([one, two]);
    expect((await asked.look(two.name))?.digest).toBe(two.digest);
    expect(await asked.state?.()).toMatchObject({ visibility: "published" });
    const bytes = [];
    for await (const chunk of (await asked.read?.(one.name)) ?? []) bytes.push(chunk);
    expect(Buffer.concat(bytes).length).toBe(one.size);
    await asked.close();
  });

  needsIndex("again, nothing is sent; other bytes under the same name are refused with both digests", async () => {
    const tool = wheel(home, "again", "1.0.0");
    await publish(await open(), [tool]);
    const store = await faulty(() => undefined);
    expect(await publish(store, [tool])).toEqual([`put ${tool.name} already`, `point ${tool.name} already`]);
    expect(proxy.plan.asked.filter(({ method }) => method !== "GET")).toEqual([]);
    const other = wheel(home, "again", "1.0.0", "other bytes");
    const problem = await problemOf(publish(await open(), [other]));
    expect(problem.code).toBe("store.conflict");
    expect(problem.message).toContain(tool.digest);
    expect(problem.message).toContain(other.digest);
  });

  needsIndex("where the list says another digest than SHA-256, the file itself is compared", async () => {
    const tool = wheel(home, "measured", "1.0.0");
    await publish(await open(undefined, old.url), [tool]);
    expect(await publish(await open(undefined, old.url), [tool])).toContain(`put ${tool.name} already`);
  });

  needsIndex("what is no distribution is skipped where it is a file, and refused where it is a package", async () => {
    const folder = mkdtempSync(join(home, "no-"));
    run("sh", ["-c", "echo x > a && tar -czf things-1.0.0.tar.gz a"], { cwd: folder });
    const path = join(folder, "things-1.0.0.tar.gz");
    expect(await publish(await open(), [packageAt(path, { type: "file" })])).toEqual([
      "put things-1.0.0.tar.gz skipped (it is no Python distribution: there is no metadata in it)",
    ]);
    expect(await problemOf(publish(await open(), [packageAt(path)]))).toMatchObject({ code: "format.invalid" });
  });
});

describe("where answers are lost", () => {
  test.skipIf(!isHere).each([
    ["before it arrived", "reset-before"],
    ["after it was done", "reset-after"],
    ["by a gateway", { status: 502 }],
  ] as const)("%s, it is there once all the same", async (_, fault) => {
    const name = `lost-${typeof fault === "string" ? fault : "gateway"}`;
    const tool = wheel(home, name, "1.0.0");
    const store = await faulty((line, count) => (line === "POST /" && count === 1 ? fault : undefined));
    expect(await publish(store, [tool])).toEqual([`put ${tool.name} done`, `point ${tool.name} done`]);
    expect(proxy.plan.asked.filter(({ method }) => method === "POST").length).toBe(fault === "reset-after" ? 1 : 2);
  });

  needsIndex("and reads are stale as well, a second one is told that it is there, and finds it", async () => {
    const stale = (line: string, count: number): ProxyFault | undefined => {
      if (line === "POST /") return count === 1 ? "reset-after" : undefined;
      return count > 1 && count < 6 ? "stale" : undefined;
    };
    const tool = wheel(home, "stale", "1.0.0");
    expect(await publish(await faulty(stale), [tool])).toContain(`point ${tool.name} done`);
  });

  needsIndex("what PyPI says in the title of a page is what people are told, and never the token", async () => {
    const page =
      "<html><head><title>403 The user 'ada' isn't allowed to upload to project 'tool'</title></head></html>";
    const store = await faulty((line) => (line === "POST /" ? { status: 403, body: page } : undefined));
    const problem = await problemOf(publish(store, [wheel(home, "denied", "1.0.0")]));
    expect(problem).toMatchObject({ code: "store.denied", hint: expect.stringContaining("env:PYPI_TOKEN") });
    expect(problem.message).toContain("isn't allowed to upload to project 'tool'");
    expect(JSON.stringify(problem)).not.toContain("pypi-secret");
  });
});

needsIndex(
  "before, it says what is there and that it cannot say what a token may; after, that people yank",
  async () => {
    const tool = wheel(home, "probed", "1.0.0");
    await publish(await open(), [tool]);
    const expected = [tool.name, "probed-1.0.0.tar.gz", "unheard-1.0.0.tar.gz"].map((name) => ({
      name,
      type: "package" as const,
      listed: true,
      attributes: {},
    }));
    const probed = (await kind.probe?.(decidedFor(server.url) as unknown as JsonObject, context, expected)) ?? [];
    expect(probed.map(({ what, outcome, detail }) => `${what} ${outcome}: ${detail}`)).toEqual([
      "token unknown: an index does not say what a token may do before it is used",
      "names warning: probed-1.0.0-py3-none-any.whl is there already: its bytes will be compared",
      "names ok: probed is there, and probed-1.0.0.tar.gz is free",
      "names ok: unheard is not there yet: this is its first version",
    ]);
    const store = await open([tool]);
    const withdrawn = await store.withdraw?.({ why: "it eats files", release: tool.digest });
    expect(withdrawn?.map(lineOf)).toEqual([
      `remove ${tool.name} pending (an index has no request for that: yank it by hand, in the project's settings there)`,
    ]);
    await store.close();
  },
);

describe("the form", () => {
  let received: { readonly login: string; readonly form: FormData }[] = [];
  let upload: Server;
  let address = "";
  beforeAll(async () => {
    // Node reads multipart itself: neither ours nor twine's reader decides.
    upload = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.once("end", () => {
        const type = request.headers["content-type"] ?? "";
        if (request.method !== "POST") return void response.writeHead(404).end();
        void new Response(Buffer.concat(chunks), { headers: { "content-type": type } }).formData().then((form) => {
          received.push({ login: request.headers.authorization ?? "", form });
          response.writeHead(200).end();
        });
      });
    });
    await once(upload.listen(0, "127.0.0.1"), "listening");
    address = `http://127.0.0.1:${(upload.address() as AddressInfo).port}/legacy/`;
  });
  afterAll(async () => {
    upload.closeAllConnections();
    upload.close();
    await once(upload, "close");
  });

  const read = async (form: FormData): Promise<Record<string, readonly unknown[]>> => {
    const fields: Record<string, unknown[]> = {};
    for (const [name, value] of form) {
      const plain =
        typeof value === "string" ? value : { file: value.name, size: (await value.arrayBuffer()).byteLength };
      (fields[name] ??= []).push(plain);
    }
    return fields;
  };

  needs("twine", "python3")("is twine's, field by field, for a wheel and an sdist", async ({ twine }) => {
    for (const tool of [wheel(home, "formed", "1.0.0"), sdist(home, "formed", "1.0.0")]) {
      received = [];
      const login = ["-u", "__token__", "-p", "pypi-secret-of-tests", "--non-interactive", "--disable-progress-bar"];
      const env = { PATH: process.env["PATH"], HOME: home };
      // Not waited for as other programs are: it talks to this very process.
      await execute(twine, ["upload", "--repository-url", address, ...login, tool.path], {
        cwd: home,
        env,
        timeout: 60_000,
      });
      await publish(await open(undefined, address), [tool]);
      const [theirs, ours] = received;
      if (theirs === undefined || ours === undefined) throw new Error("there were not two uploads");
      expect(await read(ours.form)).toEqual(await read(theirs.form));
      expect(ours.login).toBe(theirs.login);
    }
  });
});

test("links of a page are read with their digests, entities and yanks; what is no link is none", () => {
  const sha = "a".repeat(64);
  const page = `<a href="../../packages/tool-1.0-py3-none-any.whl#sha256=${sha}" data-requires-python="&gt;=3.8">tool-1.0-py3-none-any.whl</a>
    <A class=x HREF='https://files.example.com/a?x=1&amp;y=2'  data-yanked="">tool-1.0.tar.gz</A><a name="x">x</a>`;
  const files = filesOfPage(page, new URL("https://example.com/simple/tool/"));
  expect(files.map(({ filename, url, digest, isYanked }) => [filename, url.href, digest, isYanked])).toEqual([
    ["tool-1.0-py3-none-any.whl", "https://example.com/packages/tool-1.0-py3-none-any.whl", `sha256:${sha}`, false],
    ["tool-1.0.tar.gz", "https://files.example.com/a?x=1&y=2", undefined, true],
  ]);
});
