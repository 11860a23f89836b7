/** A real Gitea says which pull requests commits brought, however they were merged, and closes a milestone. */
import { afterAll, beforeAll, expect } from "vitest";

import { announcements } from "../../../src/publish/announce/table.ts";
import { needs } from "../../judges.ts";
import { announceContext } from "../../publish/announce/world.ts";
import { type Gitea, giteaObstacle, startGitea } from "../../worlds/gitea.ts";
import { type ForgeRepository, giteaRepository } from "../../worlds/gitea-repository.ts";
import { openTold, siteOf } from "./world.ts";

let gitea: Gitea;
let repository: ForgeRepository;
const isThere = giteaObstacle() === undefined;
beforeAll(async () => {
  if (!isThere) return;
  gitea = await startGitea();
  repository = await giteaRepository(gitea, "told");
}, 60_000);
afterAll(async () => gitea?.stop());

/** A branch with one file, as a pull request that is merged in one way. */
async function merged(name: string, style: string): Promise<number> {
  const content = Buffer.from(name).toString("base64");
  await repository.api("POST", `/contents/${name}`, {
    content,
    message: `add ${name}`,
    new_branch: name,
    branch: "main",
  });
  const pull = await repository.api("POST", "/pulls", {
    title: `feat: ${name}`,
    head: name,
    base: "main",
    body: "why",
  });
  const { number } = pull.json as { readonly number: number };
  for (let left = 20; left > 0; left -= 1) {
    const { status } = await repository.api("POST", `/pulls/${number}/merge`, { Do: style });
    if (status === 200) return number;
    await new Promise((resolve) => setTimeout(resolve, 200)); // it looks for conflicts first
  }
  throw new Error(`${name} cannot be merged`);
}

needs("gitea")(
  "Gitea tells merged, squashed and rebased pull requests by their commits, from all pages; notes it writes none",
  async () => {
    const numbers = [await merged("one", "merge"), await merged("two", "squash"), await merged("three", "rebase")];
    const label = await repository.api("POST", "/labels", { name: "bug", color: "#ff0000" });
    const { id } = label.json as { readonly id: number };
    await repository.api("POST", `/issues/${numbers[1]}/labels`, { labels: [id] });
    const commits = (await repository.api("GET", "/commits?limit=50&stat=false")).json as readonly {
      readonly sha: string;
    }[];
    const place = { site: siteOf("gitea", 2, "limit"), repository: repository.name, address: `${gitea.url}/` };
    const project = await openTold(place, gitea.token);
    const found = await project.mergedBy(new Set(commits.map(({ sha }) => sha)), Date.now() / 1000);
    const before = await project.mergedBy(new Set([repository.commit]), Date.now() / 1000);
    const range = { tag: "v1", previousTag: "", commit: repository.commit };
    expect(await project.generated(range)).toBeUndefined();
    project.close();
    expect(
      found
        .map(({ number, title, login, labels }) => [number, title, login, labels])
        .toSorted(([a], [b]) => Number(a) - Number(b)),
    ).toEqual([
      [numbers[0], "feat: one", "ada", []],
      [numbers[1], "feat: two", "ada", ["bug"]],
      [numbers[2], "feat: three", "ada", []],
    ]);
    expect(before).toEqual([]);
  },
);

needs("gitea")("the milestone of a version is closed once; one that nobody made is told", async () => {
  for (const title of ["v1.2.30", "v1.2.3", "old v1.2.3"]) await repository.api("POST", "/milestones", { title });
  const milestone = announcements.get("milestone");
  const options = (title: string) => ({
    title,
    forge: "gitea",
    project: { repository: repository.name, endpoint: `${gitea.url}/`, token: { from: "env", name: "T" } },
  });
  const context = announceContext({ secrets: { "env:T": gitea.token } });
  expect(await milestone?.announce(options("v1.2.3"), context)).toEqual({ outcome: "done" });
  expect((await repository.api("GET", "/milestones?state=closed")).json).toMatchObject([
    { title: "v1.2.3", state: "closed" },
  ]);
  expect(await milestone?.announce(options("v1.2.3"), context)).toEqual({ outcome: "already" });
  expect(await milestone?.announce(options("v9"), context)).toMatchObject({
    outcome: "skipped",
    why: expect.stringContaining("has no milestone called v9"),
  });
});
