/** The faulty proxy: what it does wrong is what its plan says, and nothing else. */
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

import { badGateway, planFaults, type Proxy, slowDown, startProxy } from "./proxy.ts";

let count = 0;
const server = createServer((asking, answering) => {
  let size = 0;
  asking.on("data", (chunk: Buffer) => void (size += chunk.length));
  asking.once("end", () => {
    if (asking.method === "POST") count += 1;
    answering.end(JSON.stringify({ count, size, path: asking.url, host: asking.headers.host }));
  });
});
let proxy: Proxy;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  proxy = await startProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
async function ask(method: string, path: string, body?: Buffer): Promise<{ status: number; text: string }> {
  const asking = request(new URL(path, proxy.url), { method, agent });
  asking.end(body);
  const [response] = (await once(asking, "response")) as [NodeJS.ReadableStream & { statusCode: number }];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text };
}

test("without a plan everything passes, large bodies too, with the client's own Host, over one connection", async () => {
  const { text } = await ask("POST", "/a?b=1", Buffer.alloc(5_000_000));
  expect(JSON.parse(text)).toMatchObject({ size: 5_000_000, path: "/a?b=1", host: new URL(proxy.url).host });
  await ask("GET", "/a?b=1");
  expect(proxy.plan.asked).toMatchObject([
    { number: 1, method: "POST", path: "/a?b=1", status: 200 },
    { number: 2, method: "GET" },
  ]);
});

test("a reset before is one that the server never heard of, a reset after one that it did", async () => {
  count = 0;
  proxy.reset(planFaults({ 1: "reset-before", 2: "reset-after" }));
  await expect(ask("POST", "/")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(count).toBe(0);
  await expect(ask("POST", "/", Buffer.alloc(3_000_000))).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(count).toBe(1);
  expect((await ask("POST", "/")).status).toBe(200);
});

test("answers of its own are given without asking the server, on a connection that goes on", async () => {
  count = 0;
  proxy.reset(planFaults({ 1: badGateway, 2: slowDown }));
  expect((await ask("POST", "/", Buffer.alloc(3_000_000))).status).toBe(502);
  expect((await ask("POST", "/")).status).toBe(403);
  expect(count).toBe(0);
});

test("a stale read says what the same read said before; one that is the first passes", async () => {
  count = 0;
  proxy.reset(planFaults({ 1: "stale", 3: "stale" }));
  expect(JSON.parse((await ask("GET", "/x")).text)).toMatchObject({ count: 0 });
  await ask("POST", "/x");
  expect(JSON.parse((await ask("GET", "/x")).text)).toMatchObject({ count: 0 });
  expect(JSON.parse((await ask("GET", "/x")).text)).toMatchObject({ count: 1 });
});

test("proxies that share a plan count together", async () => {
  const plan = planFaults({ 2: badGateway });
  proxy.reset(plan);
  const other = await startProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { plan });
  expect((await ask("GET", "/")).status).toBe(200);
  expect((await fetch(other.url)).status).toBe(502);
  await other.stop();
});
