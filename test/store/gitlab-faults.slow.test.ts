/** Publishing to a GitLab while the network fails: whichever request goes wrong, and however, it ends as if nothing had. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { eachOf } from "../../src/store/each.ts";
import { gitlabKind } from "../../src/store/gitlab.ts";
import { type FakeGitlab, startFakeGitlab } from "../servers/gitlab.ts";
import { badGateway, planFaults, type ProxyFault, slowDown, startProxy, unprocessable } from "../servers/proxy.ts";
import { publishTo, type Release, smallRelease } from "./gitea-world.ts";
import { gitlabOptions } from "./gitlab-options.ts";

const gitlab = gitlabKind({ sleep: async () => {} });
const home = mkdtempSync(join(tmpdir(), "slipway-gitlab-faults-"));
const commit = "a".repeat(40);
let release: Release;
beforeAll(async () => {
  const whole = await smallRelease(home, "one");
  release = { ...whole, artifacts: whole.artifacts.filter(({ type }) => type === "file" || type === "release") };
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const faults: Readonly<Record<string, ProxyFault>> = {
  "reset-before": "reset-before",
  "reset-after": "reset-after",
  "bad-gateway": badGateway,
  unprocessable,
  "slow-down": slowDown,
  "rate-limit": { status: 429, headers: { "retry-after": "0" } },
  stale: "stale",
};

/** What people see, and what lies in the package: ids and addresses aside. */
function seen({ state }: FakeGitlab): unknown {
  return {
    releases: [...state.releases.values()].map(({ tag, name, description, links }) => ({
      tag,
      name,
      description,
      links: links.map((link) => `${link.name} ${link.path ?? ""} ${link.link_type}`).toSorted(),
    })),
    packages: state.packages.map(({ name, version, status, files }) => ({
      name,
      version,
      status,
      // Of one name only the newest is given out.
      files: Object.fromEntries(files.map((file) => [file.name, file.bytes.toString("base64")])),
    })),
  };
}

/** Publishes again and again until nothing is wrong; how many runs that took, and what was asked. */
async function run(fault: { readonly number: number; readonly what: ProxyFault } | undefined) {
  const server = await startFakeGitlab({ twinLinks: true });
  server.state.tags.set("v1.2.3", commit);
  const plan = planFaults(fault === undefined ? {} : { [fault.number]: fault.what });
  const proxy = await startProxy(server.url, { plan });
  try {
    for (let runs = 1; runs <= 3; runs += 1) {
      const publishing = { options: gitlabOptions(proxy.url, {}), about: { commit }, token: "glpat-good" };
      const { outcome } = await publishTo(release, publishing, gitlab);
      if (outcome !== "done" && outcome !== "already") continue;
      expect(server.undocumented).toEqual([]);
      return { runs, asked: plan.asked, seen: seen(server) };
    }
    throw new Error("it was never done");
  } finally {
    await proxy.stop();
    await server.stop();
  }
}

test("whatever goes wrong with any request, again ends with one release that links each file once", async (context) => {
  const clean = await run(undefined);
  expect(clean.runs).toBe(1);
  expect(clean.asked.length).toBeGreaterThan(10);
  const cases = clean.asked.flatMap(({ method, number }) =>
    Object.entries(faults).flatMap(([name, what]) =>
      name === "stale" && method !== "GET" ? [] : [{ name, number, what }],
    ),
  );
  let again = 0;
  await eachOf(cases, 4, async ({ name, number, what }) => {
    const found = await run({ number, what });
    expect(found.seen, `${name} of request ${number}`).toEqual(clean.seen);
    if (found.runs > 1) again += 1;
  });
  await context.annotate(`${cases.length} faults in ${clean.asked.length} requests; ${again} needed a second run`);
}, 60_000);
