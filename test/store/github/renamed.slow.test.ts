/** A release of a repository that was renamed: the config has the name it had. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { type GithubWorld, startGithubWorld } from "./world.ts";

let world: GithubWorld;
beforeAll(async () => {
  world = await startGithubWorld();
});
afterAll(() => world.stop());

test("goes to the repository as it is called now, once", async () => {
  const repository = world.repository();
  world.fake.moved.set("acme/before", `${repository.owner}/${repository.name}`);
  const options = { repository: "acme/before" };
  const publish = () => world.publish(repository, { options });
  expect(await publish()).toMatchObject({ outcome: "done" });
  expect(repository.releases).toMatchObject([{ tag: "v1.2.3", draft: false }]);
  expect(repository.releases[0]?.assets).toHaveLength(world.artifacts.length);
  expect(await publish()).toMatchObject({ outcome: "already" });
  const store = await world.open(repository, { options });
  const bytes = [];
  for await (const chunk of (await store.read?.("install.sh")) ?? []) bytes.push(chunk);
  expect(Buffer.concat(bytes).toString()).toContain("exit 0");
  await store.close();
});
