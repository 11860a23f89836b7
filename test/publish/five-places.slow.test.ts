/** A publish to five places, disturbed at every request, and killed there: it ends as if nothing had happened, and nothing is seen too early. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { publishRelease, type PublishingRequest } from "../../src/cli/publishing.ts";
import { programVersion } from "../../src/cli/program-version.ts";
import { readPlan } from "../../src/plan/file.ts";
import { judge, needs } from "../judges.ts";
import { badGateway, planFaults, type ProxyFault, slowDown, unprocessable } from "../servers/proxy.ts";
import { giteaObstacle } from "../worlds/gitea.ts";
import { shell } from "../worlds/shell.ts";
import { startSlipway } from "../worlds/slipway.ts";
import { type Observed, observe, tooEarly } from "./five-places/observed.ts";
import { projectFor } from "./five-places/project.ts";
import { type PlaceName, placeNames, type Servers, startServers } from "./five-places/servers.ts";

const { project, run } = shell();
const isHere =
  ["gitea", "versitygw"].every((name) => judge(name as "gitea") !== undefined) && giteaObstacle() === undefined;

const faults: Readonly<Record<string, ProxyFault>> = {
  "reset before": "reset-before",
  "reset after": "reset-after",
  "502": badGateway,
  "422": unprocessable,
  "403 with Retry-After": slowDown,
  "stale read": "stale",
};

/**
 * Every fault at every request (`SLIPWAY_FAULTS=all`) takes hours; one by turns at every request (`1`) half of one, at every third (`3`)
 * ten minutes. Left out, some requests meet one, of each place and with each fault. `all:registry,tap`: only those of these places;
 * `all:github:31`: from the 31st request on.
 */
const [extent = "", only = placeNames.join(","), from = "1"] = (process.env["SLIPWAY_FAULTS"] ?? "").split(":");

let servers: Servers;
let folder = "";
let request: PublishingRequest;
let end: Observed;
/** Requests of an undisturbed publish, by place: the way each was asked. */
let asked: ReadonlyMap<PlaceName, readonly string[]>;

beforeAll(async () => {
  if (!isHere) return;
  servers = await startServers();
  Object.assign(process.env, servers.env);
  folder = project(projectFor(servers));
  for (const words of [
    ["release", "--skip", "publish"],
    ["plan", "--output", "all.json"],
  ]) {
    const { code, stderr } = await run(folder, ...words, "--quiet");
    expect([code, stderr]).toEqual([0, ""]);
  }
  const plan = readPlan(readFileSync(join(folder, "all.json"), "utf8"), "all.json", programVersion());
  const signal = new AbortController().signal;
  request = {
    root: folder,
    folder: join(folder, plan.release.folder),
    layout: "flat",
    publish: plan.publish,
    plan,
    signal,
  };
  await servers.introduce(folder);
  await servers.reset();
  expect(await publishOnce()).toEqual([]);
  end = await observe(servers);
  asked = countAsked();
}, 120_000);

afterAll(async () => {
  if (!isHere) return;
  for (const name of Object.keys(servers.env)) delete process.env[name];
  await servers.stop();
});

/** What went wrong, in words; nothing where all is done. */
async function publishOnce(): Promise<readonly string[]> {
  const { problems, results } = await publishRelease(request, { quiet: true });
  const undone = results.filter(({ outcome }) => outcome !== "done" && outcome !== "already");
  return [
    ...problems.map(({ message }) => message),
    ...undone.map(({ store, outcome, why }) => `${store} ${outcome} ${why}`),
  ];
}

function placeOf(host: string): PlaceName | undefined {
  return placeNames.find((name) => servers.proxies[name].url === `http://${host}`);
}

function countAsked(): ReadonlyMap<PlaceName, readonly string[]> {
  const { plan } = servers.proxies.github;
  const lines = plan.asked.map(({ host, method, path }) => ({ place: placeOf(host), line: `${method} ${path}` }));
  return new Map(placeNames.map((name) => [name, lines.filter(({ place }) => place === name).map(({ line }) => line)]));
}

interface Case {
  readonly place: PlaceName;
  /** Of the place's requests, from 1. */
  readonly number: number;
  readonly fault: string | undefined;
}

/** A plan that does wrong what one case says, and calls `then` when it has come to that. */
function disturbing({ place, number, fault }: Case, then: () => void = () => {}): ReturnType<typeof planFaults> {
  let count = 0;
  return planFaults(({ host }) => {
    if (placeOf(host) !== place) return undefined;
    count += 1;
    if (count !== number) return undefined;
    then();
    return fault === undefined ? undefined : faults[fault];
  });
}

/** Runs it again until it is done, and says how often. */
async function untilDone(): Promise<number> {
  let said: readonly string[] = [];
  for (let runs = 1; runs <= 4; runs += 1) {
    said = await publishOnce();
    if (said.length === 0) return runs;
  }
  throw new Error(`never done: ${said.join("; ")}`);
}

async function expectTheEnd(of: string): Promise<void> {
  const now = await observe(servers);
  expect(tooEarly(now, end), of).toEqual([]);
  expect(now, of).toEqual(end);
}

/** Each request with each fault; or by turns one for each request, or for one of so many: `every`. */
function cases(every: number): readonly Case[] {
  const names = Object.keys(faults);
  const step = extent === "all" ? 1 : Number(extent) || every;
  let turn = 0;
  const places = placeNames.filter((place) => only.split(",").includes(place));
  return places.flatMap((place) =>
    (asked.get(place) ?? []).flatMap((line, index): readonly Case[] => {
      const isRead = /^(GET|HEAD) /.test(line);
      const fitting = names.filter((name) => isRead || name !== "stale read");
      turn += 1;
      if (turn % step !== 0 || index + 1 < Number(from)) return [];
      const chosen = extent === "all" ? fitting : [fitting[(turn / step) % fitting.length] ?? ""];
      return chosen.map((fault) => ({ place, number: index + 1, fault }));
    }),
  );
}

describe("a publish to GitHub, Gitea, a bucket, a registry and a tap", () => {
  onFive("asks each of them, and again only reads", async () => {
    for (const place of placeNames) expect(asked.get(place)?.length, place).toBeGreaterThan(3);
    await servers.reset();
    expect(await publishOnce()).toEqual([]);
    const before = servers.proxies.github.plan.asked.length;
    expect(await publishOnce()).toEqual([]);
    const again = servers.proxies.github.plan.asked.slice(before);
    expect(
      again.filter(({ method, path }) => !isReading(method, path)).map(({ method, path }) => `${method} ${path}`),
    ).toEqual([]);
    await expectTheEnd("again");
  });

  onFive("ends the same whatever goes wrong with any request", async (tell) => {
    const all = cases(17);
    let [met, runs] = [0, 0];
    for (const each of all) {
      const plan = disturbing(each, () => (met += 1));
      await servers.reset(plan);
      const first = await publishOnce();
      const of = `${each.place} ${each.number} ${each.fault}: ${asked.get(each.place)?.[each.number - 1]} ${first.join("; ")}`;
      expect(tooEarly(await observe(servers), end), of).toEqual([]);
      runs +=
        first.length === 0
          ? 1
          : 1 + (await untilDone().catch((error: unknown) => Promise.reject(new Error(`${of}: ${String(error)}`))));
      await expectTheEnd(of);
    }
    await tell(`${all.length} faults over five places, ${met} met, ${runs} runs: every end the same`);
    expect(met).toBeGreaterThan(all.length * 0.9);
  });

  onFive("ends the same when it is killed at any request, and shows nothing too early", async (tell) => {
    const all = cases(37);
    let killed = 0;
    for (const [index, { place, number, fault }] of all.entries()) {
      rmSync(`${request.folder}.receipts.jsonl`, { force: true });
      // By turns before the request is heard of, after it is done, and after something else went wrong with it.
      const ways = [undefined, "reset after", fault];
      const each: Case = { place, number, fault: ways[index % 3] };
      let kill = (): void => undefined;
      await servers.reset(disturbing(each, () => kill()));
      const running = startSlipway(["publish", "dist/1.0.0", "--plan", "all.json", "--quiet"], {
        cwd: folder,
        env: servers.env,
      });
      kill = () => {
        const now = (): void => running.killGroup("SIGKILL");
        if (each.fault === undefined) now();
        else setTimeout(now, 15);
      };
      const { code } = await running.ended;
      if (code === null) killed += 1;
      const of = `killed at ${place} ${number} ${each.fault ?? ""}: ${asked.get(place)?.[number - 1]}`;
      expect(tooEarly(await observe(servers), end), of).toEqual([]);
      await untilDone().catch((error: unknown) => Promise.reject(new Error(`${of}: ${String(error)}`)));
      await expectTheEnd(of);
    }
    await tell(`${all.length} kills over five places, ${killed} in time: every end the same`);
    expect(killed).toBeGreaterThan(all.length * 0.7);
  });
});

/** Git asks by POST for what it reads. */
function isReading(method: string, path: string): boolean {
  return method === "GET" || method === "HEAD" || path.endsWith("/git-upload-pack");
}

function onFive(title: string, body: (tell: (words: string) => Promise<unknown>) => Promise<void>): void {
  needs("gitea", "versitygw")(
    title,
    async (_, context) => {
      const obstacle = giteaObstacle();
      if (obstacle !== undefined) context.skip(obstacle);
      await body((words) => context.annotate(words));
    },
    extent === "" ? undefined : 36_000_000,
  );
}
