/** Clients of others follow our TUF repository over HTTP: three releases, three roots, keys of both kinds; and refuse what we refuse. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Updater } from "tuf-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { metadataAt, targetsAt } from "../../../src/cli/tuf-fetch.ts";
import { changeRoot } from "../../../src/sign/tuf/steps.ts";
import { httpClient } from "../../../src/store/http.ts";
import { trustedRelease } from "../../../src/verify/tuf/channel.ts";
import { findTarget, refresh } from "../../../src/verify/tuf/client.ts";
import { downloadTarget } from "../../../src/verify/tuf/download.ts";
import { folderState } from "../../../src/verify/tuf/state.ts";
import { judge, needs } from "../../judges.ts";
import {
  applied,
  day,
  established,
  type Files,
  released,
  releaseStatement,
  rolesFor,
  rootOf,
  settling,
  tufKey,
  type TufWorld,
  withFiles,
} from "../../worlds/tuf.ts";

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), "slipway-tuf-"));
const now = Math.floor(Date.now() / 1000);
const target = "stable/release.json";

/** What is served under `/NAME/`. */
const served = new Map<string, Files>();
let server: Server;
let base = "";

beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    const [, name = "", ...path] = decodeURIComponent(url).split("/");
    const bytes = served.get(name)?.get(path.join("/"));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(home, { recursive: true, force: true });
});

/** A client with a state of its own: updates from a repository and gives release.json's bytes, or rejects. */
type Client = (repository: string) => Promise<Uint8Array>;

/** What a client begins with. */
interface Begin {
  readonly root: Uint8Array;
  readonly folder: string;
}

const pythonTuf = `
import sys
from tuf.ngclient import Updater
root, state, url, folder = sys.argv[1:]
updater = Updater(state, url, folder, url + "/targets/", bootstrap=open(root, "rb").read())
updater.refresh()
info = updater.get_targetinfo("${target}")
print(updater.download_target(info))
`;

const clients: readonly { readonly name: string; readonly keeps: boolean; begin(begin: Begin): Client | undefined }[] =
  [
    {
      name: "ours",
      keeps: true,
      begin({ root, folder }) {
        const state = folderState(join(folder, "state"));
        return async (repository) => {
          const client = httpClient({ env: {} });
          try {
            if ((await state.read("root")) === undefined) await state.write("root", root);
            const url = new URL(`${base}/${repository}`);
            const request = { state, now, fetch: metadataAt(url, client) };
            const said = await findTarget(request, await refresh(request), target);
            if (said === undefined) throw new Error("no such target");
            const fetch = targetsAt(new URL(`${base}/${repository}/targets`), client);
            return readFileSync(await downloadTarget({ path: target, said, folder, prefixed: true, fetch }));
          } finally {
            client.close();
          }
        };
      },
    },
    {
      name: "tuf-js",
      keeps: true,
      begin({ root, folder }) {
        writeFileSync(join(folder, "root.json"), root);
        return async (repository) => {
          const client = new Updater({
            metadataDir: folder,
            metadataBaseUrl: `${base}/${repository}`,
            targetDir: folder,
            targetBaseUrl: `${base}/${repository}/targets`,
          });
          const info = await client.getTargetInfo(target);
          if (info === undefined) throw new Error("no such target");
          return readFileSync(await client.downloadTarget(info));
        };
      },
    },
    {
      name: "python-tuf",
      keeps: true,
      begin({ root, folder }) {
        const python = judge("python-tuf");
        if (python === undefined) return undefined;
        writeFileSync(join(folder, "1.root.json"), root);
        const state = join(folder, "state");
        mkdirSync(state);
        return async (repository) => {
          const args = ["-c", pythonTuf, join(folder, "1.root.json"), state, `${base}/${repository}`, folder];
          const { stdout } = await run(python, args);
          return readFileSync(stdout.trim());
        };
      },
    },
    {
      name: "go-tuf",
      keeps: false,
      begin({ root, folder }) {
        const go = judge("go-tuf");
        if (go === undefined) return undefined;
        const trusted = join(folder, "1.root.json");
        writeFileSync(trusted, root);
        return async (repository) => {
          const file = join(folder, "release.json");
          await run(go, [trusted, `${base}/${repository}`, `${base}/${repository}/targets`, target, file]);
          return readFileSync(file);
        };
      },
    },
  ];

const alice = tufKey("alice");
const bob = tufKey("bob", "ecdsa");
const carol = tufKey("carol");
const ci = tufKey("ci", "ecdsa");
const keys = [alice, bob, carol, ci];
const statements = ["1.0.0", "2.0.0", "3.0.0"].map((version, index) => releaseStatement(version, index + 1));

/** Three releases, with the root changed before each but the first, and once more at the end. */
async function history(): Promise<readonly TufWorld[]> {
  const [dave, erin, ci2] = [tufKey("dave"), tufKey("erin", "ecdsa"), tufKey("ci2")];
  const all = [...keys, dave, erin, ci2];
  const [one, two, three] = statements as [Uint8Array, Uint8Array, Uint8Array];
  const roles = rolesFor({ root: [alice, bob, carol], threshold: 2, targets: [alice, bob], online: [ci] });
  let world = await released(await established(roles, all, now), one, all, now);
  const worlds = [world];
  const change = async (root: Parameters<typeof rolesFor>[0]): Promise<TufWorld> =>
    applied(world, await changeRoot(world.repository, rolesFor(root), settling(all, now)));
  world = await change({ root: [alice, bob, dave], threshold: 2, targets: [alice, bob], online: [ci] });
  world = await released(world, two, all, now);
  worlds.push(world);
  world = await change({ root: [erin, bob, dave], threshold: 2, targets: [erin], online: [ci2] });
  world = await released(world, three, all, now);
  worlds.push(world);
  world = await change({ root: [erin, bob, dave], threshold: 3, targets: [erin], online: [ci2] });
  worlds.push(world);
  return worlds;
}

const worlds = await history();
const [first, second, , last] = worlds as [TufWorld, TufWorld, TufWorld, TufWorld];

function begin(client: (typeof clients)[number]): Client | undefined {
  return client.begin({ root: rootOf(first), folder: mkdtempSync(join(home, `${client.name}-`)) });
}

/** Each client's own words for what is not what was signed. */
const refused = /version|hash|sha256|length|size|bytes|sign|threshold/i;

describe.each(clients)("$name", (kind) => {
  /** A test that is skipped where the client is not installed; `it` gives the same name to all. */
  const declare = (title: string, body: (client: () => Client) => Promise<void>): void => {
    const isElsewhere = kind.name === "python-tuf" || kind.name === "go-tuf";
    const test = isElsewhere ? needs(kind.name) : (name: string, work: () => unknown): void => it(name, work);
    test(title, () =>
      body(() => {
        const client = begin(kind);
        if (client === undefined) throw new Error(`${kind.name} is not installed`);
        return client;
      }),
    );
  };

  declare(
    "follows three releases and three more roots, and starts at the last one from the first root",
    async (start) => {
      const client = start();
      const expected = [...statements, statements[2]];
      for (const [index, world] of worlds.entries()) {
        served.set(`${kind.name}-all`, world.files);
        expect(Buffer.from(await client(`${kind.name}-all`))).toEqual(Buffer.from(expected[index] ?? []));
      }
      expect(Buffer.from(await start()(`${kind.name}-all`))).toEqual(Buffer.from(statements[2] ?? []));
    },
  );

  declare(
    "refuses a timestamp that has expired, files that were swapped, and a target with other bytes",
    async (start) => {
      const all = [...keys];
      const old = await established(rolesFor({ root: [alice], online: [ci] }), all, now - 8 * day);
      const stale = await released(old, statements[0] ?? Buffer.alloc(0), all, now - 8 * day);
      const client = kind.begin({ root: rootOf(stale), folder: mkdtempSync(join(home, `${kind.name}-`)) });
      served.set(`${kind.name}-stale`, stale.files);
      await expect(client?.(`${kind.name}-stale`)).rejects.toThrow(/expired/i);

      const named = (world: TufWorld, role: "targets" | "snapshot"): string =>
        `${world.repository[role]?.signed.version}.${role}.json`;
      const sha256 = second.repository.targets?.signed.targets[target]?.hashes["sha256"];
      const attacks: readonly Readonly<Record<string, Uint8Array | undefined>>[] = [
        { [named(second, "snapshot")]: first.files.get(named(first, "snapshot")) },
        { [named(second, "targets")]: first.files.get(named(first, "targets")) },
        { [named(second, "targets")]: second.files.get(named(second, "snapshot")) },
        { "2.root.json": rootOf(last, 3) },
        { [`targets/stable/${sha256}.release.json`]: statements[0] },
      ];
      for (const [index, attack] of attacks.entries()) {
        served.set(`${kind.name}-${index}`, withFiles(second.files, attack));
        await expect(start()(`${kind.name}-${index}`), `attack ${index}`).rejects.toThrow(refused);
      }
      served.set(`${kind.name}-none`, second.files);
      expect(await start()(`${kind.name}-none`)).toHaveLength(statements[1]?.length ?? 0);
    },
  );

  if (kind.keeps)
    declare("refuses to go back", async (start) => {
      const client = start();
      served.set(`${kind.name}-back`, second.files);
      await client(`${kind.name}-back`);
      served.set(`${kind.name}-back`, withFiles(first.files, { "2.root.json": rootOf(second, 2) }));
      await expect(client(`${kind.name}-back`)).rejects.toThrow(refused);
    });
});

describe("a channel", () => {
  it("is what its release.json has to be, or unavailable, or refused", async () => {
    const client = httpClient({ env: {} });
    const state = join(home, "channel");
    const ask = (world: string, at = now, channel = "stable") =>
      trustedRelease({
        trustedRoot: rootOf(first),
        state,
        now: at,
        channel,
        fetch: metadataAt(new URL(`${base}/${world}`), client),
      });
    served.set("channel", last.files);
    served.set("older", first.files);
    const sha256 = last.repository.targets?.signed.targets[target]?.hashes["sha256"];
    expect(await ask("channel")).toMatchObject({
      path: target,
      sha256,
      size: statements[2]?.length,
      versions: { root: 4 },
    });
    await expect(ask("older")).rejects.toMatchObject({ code: "verify.mismatch" });
    await expect(ask("channel", now, "beta")).rejects.toMatchObject({ code: "verify.mismatch" });
    await expect(ask("channel", now + 8 * day)).rejects.toMatchObject({ code: "verify.unavailable" });
    await expect(ask("nothing")).rejects.toMatchObject({ code: "verify.unavailable" });
    await expect(ask("channel", now - 2 * day)).rejects.toMatchObject({ code: "verify.unavailable" });
    expect(await ask("channel")).toMatchObject({ sha256 });
    client.close();
  });
});
