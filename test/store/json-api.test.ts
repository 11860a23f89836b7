/** Lists of a JSON API are whole, or fail: page after page on the same host, up to a hundred. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { httpClient } from "../../src/store/http.ts";
import { jsonApi } from "../../src/store/json-api.ts";

let server: Server;
let asked: number[] = [];
const http = httpClient({ env: {}, insecure: false });

/** `/list?of=100&page=1` is the first of a hundred pages, which hold their own numbers. */
beforeAll(async () => {
  server = createServer(({ url = "" }, answer) => {
    const { searchParams } = new URL(url, "http://localhost");
    const [of, page] = [Number(searchParams.get("of")), Number(searchParams.get("page"))];
    asked.push(page);
    const next = page < of ? { link: `</list?of=${of}&page=${page + 1}>; rel="next"` } : {};
    answer.writeHead(200, { "content-type": "application/json", ...next }).end(JSON.stringify([page]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  http.close();
  await new Promise((resolve) => server.close(resolve));
});

function list(of: number): Promise<readonly number[]> {
  asked = [];
  const { port } = server.address() as AddressInfo;
  const api = jsonApi({ http, base: new URL(`http://127.0.0.1:${port}/`), looked: "env:TOKEN" });
  const request = { method: "GET", path: "list", query: { of, page: 1 } } as const;
  return api.list("list the releases", request, z.array(z.number()));
}

test("a list of a hundred pages comes whole", async () => {
  expect(await list(100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test("a longer one fails, and is not taken for all there is", async () => {
  await expect(list(101)).rejects.toMatchObject({
    code: "store.failed",
    message: expect.stringMatching(/^list the releases: 127\.0\.0\.1:\d+ has more than 100 pages of them$/),
  });
  expect(asked).toHaveLength(100);
});
