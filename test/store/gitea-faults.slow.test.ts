/** Publishing to a real Gitea while the network fails: whichever request goes wrong, and however, it ends as if nothing had. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { eachOf } from "../../src/store/each.ts";
import { needs } from "../judges.ts";
import {
  badGateway,
  planFaults,
  type Proxy,
  type ProxyFault,
  slowDown,
  startProxy,
  unprocessable,
} from "../servers/proxy.ts";
import { type ForgeRepository, giteaRepository } from "../worlds/gitea-repository.ts";
import { type Gitea, giteaObstacle, startGitea } from "../worlds/gitea.ts";
import { forgeOptions } from "./forge/options.ts";
import { publishTo, type Release, smallRelease } from "./gitea-world.ts";

const faults: Readonly<Record<string, ProxyFault>> = {
  "reset-before": "reset-before",
  "reset-after": "reset-after",
  "bad-gateway": badGateway,
  unprocessable,
  "slow-down": slowDown,
  stale: "stale",
};

interface World {
  readonly forge: Gitea;
  readonly repository: ForgeRepository;
  readonly release: Release;
}

/** Publishes under a tag of its own, again and again until nothing is wrong; how many runs that took. */
async function publishUntilDone({ forge, repository, release }: World, proxy: Proxy, tag: string): Promise<number> {
  for (let run = 1; run <= 3; run += 1) {
    const { outcome, problems } = await publishTo(release, {
      options: forgeOptions(proxy.url, repository.name, { target: repository.commit }),
      about: { tag, commit: repository.commit },
      token: forge.token,
    });
    if (outcome === "done" || outcome === "already") return run;
    if (problems.length === 0) throw new Error(`${tag}: ${outcome}, and nothing was wrong`);
    proxy.reset(); // the next run goes on with a network that works
  }
  throw new Error(`${tag} was never done`);
}

needs("gitea")(
  "whatever goes wrong with any request, again ends with one release that has each file once",
  async (_, context) => {
    const obstacle = giteaObstacle();
    if (obstacle !== undefined) context.skip(obstacle);
    const home = mkdtempSync(join(tmpdir(), "slipway-gitea-faults-"));
    const forge = await startGitea();
    try {
      const repository = await giteaRepository(forge, "faults");
      const whole = await smallRelease(home, "one");
      const few = whole.artifacts.filter(({ type }) => type === "file" || type === "release");
      const world: World = { forge, repository, release: { ...whole, artifacts: few } };

      const proxy = await startProxy(forge.url);
      expect(await publishUntilDone(world, proxy, "v0")).toBe(1);
      const asked = proxy.plan.asked.map(({ method, path }) => ({ method, path }));
      await proxy.stop();
      const expected = await repository.files("v0");
      expect(expected).toEqual(few.map(({ name, digest }) => `${name} ${digest.slice(7)}`).toSorted());

      const cases = asked.flatMap(({ method }, index) =>
        Object.entries(faults).flatMap(([name, fault]) =>
          fault === "stale" && method !== "GET" ? [] : [{ number: index + 1, name, fault }],
        ),
      );
      let again = 0;
      await eachOf(cases, 4, async ({ number, name, fault }) => {
        const tag = `v${number}-${name}`;
        const faulty = await startProxy(forge.url, { plan: planFaults({ [number]: fault }) });
        try {
          if ((await publishUntilDone(world, faulty, tag)) > 1) again += 1;
          expect(await repository.files(tag), tag).toEqual(expected);
        } finally {
          await faulty.stop();
        }
      });
      const { json } = await repository.api("GET", "/releases?draft=true");
      expect(json, "no draft is left over").toEqual([]);
      expect(asked.length).toBeGreaterThan(10);
      await context.annotate(`${cases.length} faults in ${asked.length} requests; ${again} needed a second run`);
    } finally {
      await forge.stop();
      rmSync(home, { recursive: true, force: true });
    }
  },
  120_000,
);
