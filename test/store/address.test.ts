/** Files behind an address are read as anybody reads them, and asked for again only if they changed. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readAddress } from "../../src/store/address.ts";
import { httpClient } from "../../src/store/http.ts";
import { type Site, startSite } from "../servers/site.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-address-"));
let site: Site;
let text = "one";
beforeAll(async () => {
  writeFileSync(join(folder, "plain.txt"), "plain");
  site = await startSite(folder, (request, response, name) => {
    if (name === "denied.txt") return response.writeHead(403).end() !== undefined;
    if (name !== "a.txt") return false;
    const etag = `"${createHash("sha256").update(text).digest("hex").slice(0, 8)}"`;
    const isSame = request.headers["if-none-match"] === etag;
    response.writeHead(isSame ? 304 : 200, { etag }).end(isSame ? undefined : text);
    return true;
  });
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

const http = httpClient({ env: {} });
afterAll(() => http.close());
async function read(
  name: string,
  tag?: string,
): Promise<{ readonly state: string; readonly text?: string; readonly tag?: string }> {
  const answer = await readAddress(http, new URL(site.url), { name, tag, most: 100 });
  if (answer.state !== "there") return answer;
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.bytes) chunks.push(Uint8Array.from(chunk));
  const { tag: came } = answer;
  return { state: "there", text: Buffer.concat(chunks).toString(), ...(came === undefined ? {} : { tag: came }) };
}

test("what did not change is not sent again; what did is, with another tag", async () => {
  const first = await read("a.txt");
  expect(first).toMatchObject({ state: "there", text: "one" });
  expect(await read("a.txt", first.tag)).toEqual({ state: "same" });
  text = "two";
  const second = await read("a.txt", first.tag);
  expect(second).toMatchObject({ state: "there", text: "two" });
  expect(second.tag).not.toBe(first.tag);
});

test("a server without tags sends it each time; one that has it no more says so; one that will not say is no answer", async () => {
  expect(await read("plain.txt")).toEqual({ state: "there", text: "plain" });
  expect(await read("none.txt")).toEqual({ state: "gone" });
  await expect(read("denied.txt")).rejects.toMatchObject({ code: "store.unreachable" });
});
