/** Requests: done again when that may help and does no harm, led elsewhere without credentials, through proxies, with own certificates. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request as relay, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer as listener } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

import { Problem } from "../../src/model/problem.ts";
import { httpClient, type HttpOptions, type HttpRequest } from "../../src/store/http.ts";
import { delayBefore, retryOptions } from "../../src/store/http/retry.ts";
import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";

let server: FakeRegistry;
let waited: number[] = [];
beforeAll(async () => {
  server = await startFakeRegistry();
});
afterAll(() => server.stop());
afterEach(() => {
  expect(server.faults.left()).toBe(0);
  server.log.length = 0;
  server.headers.length = 0;
  waited = [];
});

const quick = {
  attempts: 4,
  first: 100,
  random: () => 1,
  now: () => Date.UTC(2026, 0, 1),
  sleep: async (ms: number) => void waited.push(ms),
};
const client = (more: Partial<HttpOptions> = {}) => httpClient({ env: {}, retry: quick, ...more });
const ping = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url: new URL(`http://${server.host}/v2/`),
  repeatable: true,
  ...more,
});
const bodyOf = (text: string) => ({
  size: Buffer.byteLength(text),
  async *open() {
    yield Buffer.from(text);
  },
});
const code = (problem: unknown): string => (problem instanceof Problem ? problem.code : String(problem));
const failing = async (work: Promise<unknown>): Promise<Problem> => {
  const thrown: unknown = await work.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (thrown instanceof Problem) return thrown;
  throw thrown;
};

describe("a failure that may pass", () => {
  test.each([
    ["429 with seconds", { status: 429, headers: { "retry-after": "2" } }, 2000],
    ["429 with a date", { status: 429, headers: { "retry-after": "Thu, 01 Jan 2026 00:00:03 GMT" } }, 3000],
    ["503", { status: 503 }, 100],
    ["a connection that ends before the answer", { cut: 0 }, 100],
    ["a connection that ends in the middle of the answer", { cut: 1 }, 100],
  ] as const)("is waited for: %s", async (_, act, milliseconds) => {
    server.faults.add({ on: /^GET/, act });
    expect(await client().fetch(ping())).toMatchObject({ status: 200 });
    expect(waited).toEqual([milliseconds]);
  });

  test("is waited for longer each time, and not for ever", async () => {
    server.faults.add({ on: /^GET/, act: { status: 500 }, times: 4 });
    expect(await client().fetch(ping())).toMatchObject({ status: 500 });
    expect(waited).toEqual([100, 200, 400]);
  });

  test("is not waited for where that would be hours", async () => {
    server.faults.add({ on: /^GET/, act: { status: 429, headers: { "retry-after": "7200" } } });
    expect(await client().fetch(ping())).toMatchObject({ status: 429 });
    expect(waited).toEqual([]);
  });

  test("of a request with effects is done again only where nothing was done", async () => {
    const patch = ping({ method: "PATCH", body: bodyOf("bytes"), repeatable: false });
    server.faults.add({ on: /^PATCH/, act: { status: 500 } });
    expect(await client().fetch(patch)).toMatchObject({ status: 500 });
    server.faults.add({ on: /^PATCH/, act: { status: 429 } });
    expect(await client().fetch(patch)).toMatchObject({ status: 200 });
    server.faults.add({ on: /^PATCH/, act: { cut: 0 } });
    expect(code(await failing(client().fetch(patch)))).toBe("store.unreachable");
    expect(server.log.length).toBe(4);
  });

  test("and the body is sent from its beginning again", async () => {
    const registry = `http://${server.host}/v2/a`;
    const begun = await client().fetch(ping({ method: "POST", url: new URL(`${registry}/blobs/uploads/`) }));
    const url = new URL(begun.headers.location ?? "");
    server.faults.add({ on: /^PATCH/, act: { status: 503 } });
    expect(await client().fetch(ping({ method: "PATCH", url, body: bodyOf("whole") }))).toMatchObject({ status: 202 });
    expect([...server.state.uploads.values()].map(String)).toContain("whole");
  });
});

test("waits are spread, so that many machines do not come back at once", () => {
  const options = (random: number) => retryOptions({ first: 1000, random: () => random });
  expect([0, 0.5, 1].map((random) => delayBefore(2, undefined, options(random)))).toEqual([2000, 3000, 4000]);
  expect(delayBefore(0, "soon", options(1))).toBe(1000);
});

test("no answer for too long is a server that cannot be reached", async () => {
  server.faults.add({ on: /^GET/, act: { silent: true }, times: 4 });
  const problem = await failing(client({ silence: 20 }).fetch(ping()));
  expect(problem.message).toBe(`${server.host} cannot be reached: nothing came for too long`);
});

test("an answer that comes before the body was read ends the sending, and the connection", async () => {
  // It says so at once, and leaves it to others to hang up.
  const refusing = listener((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"));
    socket.on("data", () => undefined);
  });
  refusing.listen(0, "127.0.0.1");
  await once(refusing, "listening");
  onTestFinished(() => void refusing.close());
  const ended = new Promise((resolve) => {
    refusing.once("connection", (socket) => {
      socket.on("error", () => undefined);
      socket.once("close", resolve);
    });
  });
  let sent = 0;
  const body = {
    size: 1e9,
    async *open() {
      for (const chunk = Buffer.alloc(1e6); sent < 1e9; sent += chunk.length) yield chunk;
    },
  };
  const url = new URL(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}/`);
  expect(await client().fetch(ping({ method: "PUT", url, body }))).toMatchObject({ status: 413 });
  expect(sent).toBeLessThan(1e8);
  await ended;
});

test("a slow answer is waited for as long as something comes", async () => {
  const page = { status: 200, body: "x".repeat(100) } as const;
  server.faults.add({ on: /^GET/, act: { ...page, drip: 120 } });
  expect((await client({ silence: 1000 }).fetch(ping())).bytes.length).toBe(100);
  expect(server.log.length).toBe(1);
});

test("an answer that drips without end is given up, though it is never silent", async () => {
  const page = { status: 200, body: "x".repeat(1000) } as const;
  server.faults.add({ on: /^GET/, act: { ...page, drip: 60 } });
  const problem = await failing(client({ silence: 1000, pace: { least: 1e6, grace: 50 } }).fetch(ping()));
  expect([problem.code, problem.message]).toEqual(["store.unreachable", expect.stringContaining("comes too slowly")]);
  expect(server.log.length).toBe(1);
});

test("who stops the run is heard at once, in the middle of an answer and of a wait", async () => {
  const controller = new AbortController();
  const stopped = new Problem("step.stopped", "stopped");
  server.faults.add({ on: /^GET/, act: { silent: true } });
  const waiting = client({ signal: controller.signal }).fetch(ping());
  await vi.waitFor(() => expect(server.log.length).toBe(1));
  controller.abort(stopped);
  await expect(waiting).rejects.toBe(stopped);

  const later = new AbortController();
  server.faults.add({ on: /^GET/, act: { status: 503 } });
  const sleeping = httpClient({ env: {}, signal: later.signal, retry: { first: 60_000 } }).fetch(ping());
  await vi.waitFor(() => expect(server.log.length).toBe(2));
  later.abort(stopped);
  await expect(sleeping).rejects.toBe(stopped);
});

test("nobody there is said without a stack, and where", async () => {
  const free = createServer();
  free.listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, "close");
  const problem = await failing(client().fetch(ping({ url: new URL(`http://127.0.0.1:${port}/v2/?token=hidden`) })));
  expect(problem).toMatchObject({
    code: "store.unreachable",
    message: `127.0.0.1:${port} cannot be reached: nothing listens there`,
  });
});

describe("redirects", () => {
  test("to another host go without credentials; to the same with them", async () => {
    const other = await startFakeRegistry();
    onTestFinished(() => other.stop());
    const to = (location: string) => ({ on: /^GET/, act: { status: 307, headers: { location } } }) as const;
    server.faults.add(to(`http://${other.host}/v2/`), to("/v2/"));
    const request = ping({ authorization: "Bearer hidden", credentials: { "private-token": "hidden" } });
    expect((await client().fetch(request)).url.host).toBe(other.host);
    expect(JSON.stringify(other.headers[0])).not.toContain("hidden");
    expect((await client().fetch(request)).url.host).toBe(server.host);
    expect(server.headers.map(({ authorization }) => authorization)).toEqual(Array(3).fill("Bearer hidden"));
    expect(server.headers.at(-1)).toHaveProperty("private-token", "hidden");
  });

  test("that never end, or lead to plain HTTP elsewhere, are refused", async () => {
    server.faults.add({ on: /^GET/, act: { status: 302, headers: { location: "/v2/" } }, times: 6 });
    expect((await failing(client().fetch(ping()))).message).toContain("redirects again and again");
    server.faults.add({ on: /^GET/, act: { status: 302, headers: { location: "http://192.0.2.1/" } } });
    expect((await failing(client().fetch(ping()))).message).toContain("192.0.2.1 would be asked in plain HTTP");
  });

  test("take no body to another host: what lets somebody in may stand in it", async () => {
    const other = await startFakeRegistry();
    onTestFinished(() => other.stop());
    const to = (location: string) => ({ on: /^POST/, act: { status: 307, headers: { location } } }) as const;
    server.faults.add(to(`http://${other.host}/v2/`), to("/v2/"));
    const request = ping({ method: "POST", body: bodyOf("an identity token") });
    expect(await client().fetch(request)).toMatchObject({ status: 307 });
    expect(other.log).toEqual([]);
    expect((await client().fetch(request)).url.host).toBe(server.host);
  });

  test("that would make a GET of a request with effects are not followed", async () => {
    server.faults.add({ on: /^POST/, act: { status: 302, headers: { location: "/v2/" } } });
    expect(await client().fetch(ping({ method: "POST" }))).toMatchObject({ status: 302 });
  });
});

test("plain HTTP goes to this machine only, unless the store says otherwise", async () => {
  const url = new URL("http://registry.example/v2/");
  const problem = await failing(client().fetch(ping({ url })));
  expect(problem.hint).toContain("`insecure: true`");
  // The proxy answers for a host that is not there.
  const env = { HTTP_PROXY: `http://${await startProxy()}` };
  expect(await client({ env, insecure: true }).fetch(ping({ url: new URL("http://registry.example/") }))).toMatchObject(
    {
      status: 502,
    },
  );
});

test.each(["file:///etc/passwd", "ftp://192.0.2.1/"])("nothing but HTTP is spoken: %s", async (address) => {
  const problem = await failing(client({ insecure: true }).fetch(ping({ url: new URL(address) })));
  expect(code(problem)).toBe("store.failed");
});

test("a connection that ends while a body is read is told as what it is, and so is a stop", async () => {
  const read = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const _ of bytes);
  };
  server.faults.add({ on: /^GET/, act: { cut: 1 }, times: 2 });
  const answer = await client().open(ping());
  expect(await failing(read(answer.body))).toMatchObject({
    code: "store.unreachable",
    message: `${server.host} cannot be reached: it ended the connection`,
  });
  const stopping = new AbortController();
  const { body } = await client({ signal: stopping.signal }).open(ping());
  stopping.abort(new Problem("step.stopped", "stopped"));
  expect(code(await failing(read(body)))).toBe("step.stopped");
});

test("what a server repeats of what let a request in is not told on", async () => {
  const login = Buffer.from("ada:hidden words").toString("base64");
  const body = `no: Bearer hidden-token, hidden-other, Basic ${login}, hidden words, hidden-key`;
  server.faults.add({ on: /^GET/, act: { status: 401, body }, times: 2 });
  const credentials = { "private-token": "hidden-other" };
  const request = ping({ authorization: "Bearer hidden-token", credentials, headers: { "x-api-key": "hidden-key" } });
  const first = Buffer.from((await client().fetch(request)).bytes).toString("utf8");
  expect(first).toBe(`no: ***, ***, Basic ${login}, hidden words, ***`);
  const second = await client().fetch(ping({ authorization: `Basic ${login}` }));
  expect(Buffer.from(second.bytes).toString("utf8")).toContain("hidden-other, ***, ***, hidden-key");
});

test("nor where the answer is read as a stream, of which no more is read than says what is wrong", async () => {
  const authorization = "Bearer sesame-open-up";
  const body = `you sent ${authorization} ${"and so on ".repeat(20_000)}`;
  server.faults.add({ on: /^GET/, act: { status: 403, body } });
  const answer = await client().open(ping({ authorization }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  const told = Buffer.concat(chunks).toString();
  expect(told).toMatch(/^you sent \S+/);
  expect(told).not.toContain("sesame");
  expect(told.length).toBeLessThanOrEqual(64 * 1024);
});

test("a body whose source fails at its end never arrives whole", async () => {
  const begun = await client().fetch(
    ping({ method: "POST", url: new URL(`http://${server.host}/v2/a/blobs/uploads/`) }),
  );
  const url = new URL(begun.headers.location ?? "");
  const body = {
    size: 8,
    async *open() {
      yield Buffer.from("some");
      yield Buffer.from("more");
      throw new Problem("verify.mismatch", "these are other bytes");
    },
  };
  expect(code(await failing(client().fetch(ping({ method: "PATCH", url, body }))))).toBe("verify.mismatch");
  expect([...server.state.uploads.values()].map(String).join("")).not.toContain("more");
});

test("an answer larger than its kind can be is not read to its end", async () => {
  expect((await failing(client().fetch(ping(), 1))).message).toContain("larger than 1 bytes");
});

describe("with a certificate of somebody's own", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-http-test-"));
  afterAll(() => rmSync(home, { recursive: true }));
  const [key, cert] = [join(home, "key.pem"), join(home, "cert.pem")];
  let secure: FakeRegistry;
  beforeAll(async () => {
    const names = ["-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1,DNS:registry.example"];
    const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "99"];
    execFileSync("openssl", [...args, ...names, "-keyout", key, "-out", cert], { stdio: "pipe" });
    secure = await startFakeRegistry({ tls: { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") } });
  });
  afterAll(() => secure.stop());

  test("a server is trusted where `ca` or SSL_CERT_FILE names it, and nowhere else", async () => {
    const request = ping({ url: new URL(`https://${secure.host}/v2/`) });
    const problem = await failing(client().fetch(request));
    expect(problem).toMatchObject({ code: "store.failed", hint: expect.stringContaining("`ca:`") });
    expect(await client({ ca: cert }).fetch(request)).toMatchObject({ status: 200 });
    expect(await client({ env: { SSL_CERT_FILE: cert } }).fetch(request)).toMatchObject({ status: 200 });
    expect(code(await failing(client({ ca: key }).fetch(request)))).toBe("format.invalid");
    expect(code(await failing(client({ ca: join(home, "none") }).fetch(request)))).toBe("file.missing");
  });

  test("it is reached through the operator's proxy, but where NO_PROXY names it", async () => {
    const asked: string[] = [];
    const proxy = await startProxy({ asked, to: secure.host });
    const request = ping({ url: new URL("https://registry.example/v2/"), authorization: "Bearer hidden" });
    const env = { https_proxy: `http://${proxy}` };
    expect(await client({ env, ca: cert }).fetch(request)).toMatchObject({ status: 200 });
    expect(asked).toEqual(["CONNECT registry.example:443"]);
    const direct = client({ env: { ...env, NO_PROXY: "registry.example" }, retry: { ...quick, attempts: 1 } });
    expect(code(await failing(direct.fetch(request)))).toBe("store.unreachable");
    expect(asked.length).toBe(1);
  });

  test("HTTPS is not left for plain HTTP by a redirect", async () => {
    secure.faults.add({ on: /^GET/, act: { status: 302, headers: { location: `http://${server.host}/v2/` } } });
    const problem = await failing(client({ ca: cert }).fetch(ping({ url: new URL(`https://${secure.host}/v2/`) })));
    expect(problem.message).toContain("redirects from HTTPS to plain HTTP");
  });
});

interface ProxyOptions {
  readonly asked?: string[];
  /** Where every tunnel leads. */
  readonly to?: string;
}

/** A proxy; its host. What is asked of it in plain HTTP and cannot be reached is 502. */
async function startProxy({ asked = [], to = "" }: ProxyOptions = {}): Promise<string> {
  const answer: RequestListener = (request, response) => {
    const passed = relay(request.url ?? "", (from) => from.pipe(response));
    passed.on("error", () => response.writeHead(502).end());
    passed.end();
  };
  const proxy = createServer(answer);
  proxy.on("connect", ({ method, url }: IncomingMessage, socket) => {
    asked.push(`${method} ${url}`);
    const [host = "", port = ""] = to.split(":");
    const beyond = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      beyond.pipe(socket).pipe(beyond);
    });
    beyond.on("error", () => socket.destroy());
    socket.on("error", () => beyond.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
