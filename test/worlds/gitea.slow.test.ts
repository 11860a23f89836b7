/** The forge of tests: its user is let in, its registry of containers takes what is pushed. */
import { expect } from "vitest";

import { needs } from "../judges.ts";
import { giteaObstacle, startGitea } from "./gitea.ts";
import { execute } from "./holder.ts";

needs(
  "gitea",
  "skopeo",
  "base-image",
)("lets its user in, and keeps images", async (tools, context) => {
  const obstacle = giteaObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  const gitea = await startGitea();
  try {
    const answer = await fetch(`${gitea.url}/api/v1/user`, { headers: { authorization: `token ${gitea.token}` } });
    expect(await answer.json()).toMatchObject({ login: gitea.user });
    const { headers, status } = await fetch(`${gitea.url}/v2/`);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain(`Bearer realm="${gitea.url}/v2/token"`);

    const target = `docker://${gitea.host}/${gitea.user}/static:nonroot`;
    const plain = ["--all", "--quiet", "--dest-tls-verify=false", `--dest-creds=${gitea.user}:${gitea.token}`];
    const source = `oci:${tools["base-image"]}:nonroot`;
    expect(await execute(tools.skopeo, ["copy", ...plain, source, target], process.env)).toMatchObject({ status: 0 });
    const refused = await execute(tools.skopeo, ["copy", "--dest-tls-verify=false", source, target], process.env);
    expect(refused.status).not.toBe(0);
  } finally {
    await gitea.stop();
  }
});
