/** What a link of a GitLab's release leads to may be anybody's, who sends for ever. */
import { expect, test } from "vitest";

import { gitlabStore } from "../../../src/store/gitlab/open.ts";
import type { GitlabPlace } from "../../../src/store/gitlab/place.ts";
import { artifactOf } from "../git/tap.ts";

test("a file is read as far as it could be the one that is looked for", async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.alloc(8 * 1024 * 1024);
    for (; sent < 1024 * 1024 * 1024; sent += chunk.length) yield chunk;
  }
  const links = [{ name: "tool.zip", url: "https://elsewhere.example/tool.zip" }];
  const gitlab = { releaseOf: async () => ({ assets: { links } }), download: async () => endless() };
  const place = { gitlab, tag: "v1", artifacts: [artifactOf("tool.zip", "zip")] } as unknown as GitlabPlace;
  await expect(gitlabStore(place, { release: "/nowhere" }).look("tool.zip")).rejects.toMatchObject({
    code: "verify.mismatch",
  });
  expect(sent).toBeLessThan(100 * 1024 * 1024);
});
