/** Projects on forges: where the API of each is, and lists that go on for ever. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";

import { forgeSites } from "../../../src/store/project/table.ts";
import { openTold, siteOf } from "./world.ts";

test.each([
  ["github", "https://github.com/", "https://api.github.com/"],
  ["github", "https://api.github.com/", "https://api.github.com/"],
  ["github", "https://ghe.example/", "https://ghe.example/api/v3/"],
  ["github", "https://ghe.example/api/v3/", "https://ghe.example/api/v3/"],
  ["github", "https://acme.ghe.com/", "https://api.acme.ghe.com/"],
  ["gitea", "https://git.example/sub/", "https://git.example/sub/api/v1/"],
  ["gitea", "https://git.example/api/v1/", "https://git.example/api/v1/"],
  ["gitlab", "https://gitlab.com/", "https://gitlab.com/api/v4/"],
])("the API of a %s at %s is at %s", (kind, address, api) => {
  expect(forgeSites.get(kind)?.api(new URL(address)).href).toBe(api);
});

test("a milestone that is not among the first hundred pages is not said to be missing", async () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify([{ id: asked, number: asked, title: `0.${asked}`, state: "open" }]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/`;
  const project = await openTold({ site: siteOf("github"), repository: "acme/tool", address }, "token");
  try {
    await expect(project.closeMilestone("1.0")).rejects.toMatchObject({
      code: "store.failed",
      message: "acme/tool has more milestones than are asked for",
    });
    expect(asked).toBe(100);
  } finally {
    project.close();
    server.close();
  }
});
