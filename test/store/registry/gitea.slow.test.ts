/** Gitea's registry, which gives tokens to its users, keeps images and charts that others find whole. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { copyImage } from "../../../src/store/copy-image.ts";
import { repositorySource, repositoryTarget } from "../../../src/store/registry/repository-image.ts";
import { listReferrers } from "../../../src/store/registry/referrers.ts";
import { needs } from "../../judges.ts";
import { giteaObstacle, startGitea } from "../../worlds/gitea.ts";
import { referrerOf, sourceOf, testImage } from "../images.ts";
import { problemOf, repositoryOf } from "./world.ts";

needs("gitea", "crane")(
  "it takes an image, its tags and what refers to it, from its user alone",
  async ({ crane }, context) => {
    const obstacle = giteaObstacle();
    if (obstacle !== undefined) context.skip(obstacle);
    const home = mkdtempSync(join(tmpdir(), "slipway-gitea-registry-"));
    const gitea = await startGitea();
    try {
      const { host, user, token } = gitea;
      const auths = { [host]: { auth: Buffer.from(`${user}:${token}`).toString("base64") } };
      mkdirSync(join(home, ".docker"));
      writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ auths }));
      const path = `${user}/tool`;
      const repository = repositoryOf(host, { path, env: { HOME: home } });
      const target = repositoryTarget(repository);
      const image = await testImage();
      await copyImage({ from: image.source, to: target, root: image.index });
      await target.tag("1.0.0", image.index);
      const again = await copyImage({ from: image.source, to: target, root: image.index });
      expect(again).toMatchObject({ manifests: 0, bytes: 0 });
      const env = { ...process.env, HOME: home, DOCKER_CONFIG: join(home, ".docker") };
      execFileSync(crane, ["validate", "--remote", `${host}/${path}:1.0.0`], { env, stdio: "pipe" });
      expect((await repositorySource(repository).manifest("1.0.0"))?.digest).toBe(image.index.digest);

      const copied = repositoryTarget(repositoryOf(host, { path: `${user}/copy`, env: { HOME: home } }));
      const source = repositorySource(repository);
      const root = image.index;
      const mounted = await copyImage({ from: source, to: copied, root, origin: () => path });
      expect(mounted.mounted + mounted.blobs).toBe(image.blobs.size);

      const { manifest, blobs } = referrerOf(image.index, "about it");
      await copyImage({ from: sourceOf([manifest], blobs), to: target, root: manifest });
      expect((await listReferrers(repository, image.index.digest)).map(({ digest }) => digest)).toEqual([
        manifest.digest,
      ]);
      const tags = execFileSync(crane, ["ls", `${host}/${path}`], { env, encoding: "utf8" });
      expect(tags.trim().split("\n")).toContain("1.0.0");

      await target.tag("2.0.0", image.index);
      expect(await target.untag?.("2.0.0")).toBe("done");
      expect(await target.look("2.0.0")).toBeUndefined();
      expect(await target.look("1.0.0")).toBe(image.index.digest);
      execFileSync(crane, ["validate", "--remote", `${host}/${path}:1.0.0`], { env, stdio: "pipe" });

      const stranger = repositoryTarget(repositoryOf(host, { path, env: { HOME: "/nonexistent" } }));
      const later = await testImage({ version: "2.0.0" });
      const pushing = copyImage({ from: later.source, to: stranger, root: later.index });
      expect(await problemOf(pushing)).toMatchObject({ code: "store.denied" });
    } finally {
      await gitea.stop();
      rmSync(home, { recursive: true, force: true });
    }
  },
);
