/** The npm store against verdaccio: what it publishes npm installs, once, and under `latest` only at the very end. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import type { Store } from "../../src/model/store.ts";
import { packName } from "../../src/store/npm/manifest.ts";
import { npm as kind, openNpm, type DecidedNpm } from "../../src/store/npm.ts";
import { judge, needs } from "../judges.ts";
import { planFaults, type Proxy, type ProxyFault, startProxy } from "../servers/proxy.ts";
import { startVerdaccio, type Verdaccio } from "../worlds/verdaccio.ts";
import { contextOf } from "./context.ts";
import { lineOf, npm, packageAt, problemOf, publish, retry, run } from "./packages/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-npm-"));
const isHere = judge("verdaccio") !== undefined && judge("npm") !== undefined;
let server: Verdaccio;
let proxy: Proxy;
beforeAll(async () => {
  if (!isHere) return;
  server = await startVerdaccio();
  proxy = await startProxy(server.url.replace(/\/$/, ""));
});
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
});

type Packed = Artifact & { readonly path: string };

/** A package with one program, which prints `text`. */
function packed(name: string, version: string, more: object = {}, text = version): Packed {
  const folder = written(name, version, more, text);
  const path = join(folder, packName({ name, version }));
  run("tar", ["-czf", path, "--transform", "s,^,package/,", "package.json", "README.md", "cli.js"], { cwd: folder });
  return packageAt(path);
}

/** The same, by npm itself. */
function packedByNpm(name: string, version: string): Packed {
  const folder = written(name, version, {}, version);
  return packageAt(join(folder, npm(folder, "http://127.0.0.1:1/", "pack", "--silent").trim()));
}

function written(name: string, version: string, more: object, text: string): string {
  const folder = mkdtempSync(join(home, "package-"));
  const manifest = { name, version, description: "a tool", license: "MIT", bin: "./cli.js", ...more };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "README.md"), `# ${name}\n`);
  writeFileSync(join(folder, "cli.js"), `#!/usr/bin/env node\nconsole.log(${JSON.stringify(text)});\n`);
  return folder;
}

const open = (
  more: Partial<DecidedNpm> = {},
  { artifacts, through = server.url }: { artifacts?: readonly Artifact[]; through?: string } = {},
): Promise<Store> => {
  const token = { from: "env", name: "NPM_TOKEN" } as const;
  const decided = {
    npm: through.endsWith("/") ? through : `${through}/`,
    token,
    trusted: false,
    tag: "auto",
    insecure: false,
    ...more,
  };
  const context = contextOf(home, join(home, "dist"), { "env:NPM_TOKEN": server.token });
  return openNpm(decided, { ...context, artifacts }, retry);
};
const faulty = (fault: (line: string, count: number) => ProxyFault | undefined): Promise<Store> => {
  const counts = new Map<string, number>();
  proxy.reset(
    planFaults(({ method, path }) => {
      const line = `${method} ${path}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      return fault(line, counts.get(line) ?? 0);
    }),
  );
  return open({}, { through: proxy.url });
};
const tags = (name: string): unknown => JSON.parse(npm(home, server.url, "view", name, "dist-tags", "--json"));

/** What the program of a package prints, once npm has installed it. */
function installed(spec: string, program: string): string {
  const folder = mkdtempSync(join(home, "user-"));
  npm(folder, server.url, "install", spec);
  return npm(folder, server.url, "exec", "--offline", "--", program).trim();
}

const needsBoth = needs("verdaccio", "npm");

describe("published", () => {
  needsBoth(
    "with and without a scope, npm installs it and checks it; what is the first has `latest` from the registry itself",
    async () => {
      const [tool, scoped] = [
        packedByNpm("tool", "1.0.0"),
        packed("@acme/tool", "1.0.0", { dependencies: { tool: "^1.0.0" } }),
      ];
      expect(await publish(await open(), [scoped, tool])).toEqual([
        "put acme-tool-1.0.0.tgz done",
        "put tool-1.0.0.tgz done",
        "point acme-tool-1.0.0.tgz done",
        "point tool-1.0.0.tgz done",
        "advance @acme/tool@latest already",
        "advance tool@latest already",
      ]);
      expect(installed("@acme/tool", "@acme/tool")).toBe("1.0.0");
      expect(tags("tool")).toEqual({ latest: "1.0.0" });
      const shown = JSON.parse(npm(home, server.url, "view", "@acme/tool", "--json")) as Record<string, unknown>;
      expect(shown).toMatchObject({ description: "a tool", license: "MIT", bin: { tool: "cli.js" } });
    },
  );

  needsBoth("what is needed is there before what needs it", async () => {
    const [base, above] = [packed("base", "1.0.0"), packed("above", "1.0.0", { dependencies: { base: "1.0.0" } })];
    proxy.reset();
    await publish(await open({}, { through: proxy.url }), [above, base]);
    const sent = proxy.plan.asked.filter(({ method, path }) => method === "PUT" && !path.includes("dist-tags"));
    expect(sent.map(({ path }) => path)).toEqual(["/base", "/above"]);
  });

  needsBoth("again, nothing is sent; other bytes of the same version are refused before anything is", async () => {
    const tool = packed("again", "1.0.0");
    await publish(await open(), [tool]);
    proxy.reset();
    expect(await publish(await open({}, { through: proxy.url }), [tool])).toEqual([
      "put again-1.0.0.tgz already",
      "point again-1.0.0.tgz already",
      "advance again@latest already",
    ]);
    expect(proxy.plan.asked.filter(({ method }) => method !== "GET")).toEqual([]);
    const other = packed("again", "1.0.0", {}, "other bytes");
    const problem = await problemOf(publish(await open(), [other]));
    expect(problem.code).toBe("store.conflict");
    expect(problem.message).toContain(tool.digest);
    expect(problem.message).toContain(other.digest);
  });

  needsBoth("a pre-release is `next`, and an older version takes `latest` from no later one", async () => {
    await publish(await open(), [packed("tags", "2.0.0")]);
    expect(await publish(await open(), [packed("tags", "3.0.0-rc.1")])).toContain("advance tags@next done");
    expect(await publish(await open(), [packed("tags", "1.9.0")])).toContain(
      "advance tags@latest skipped (latest stands for the later version 2.0.0)",
    );
    expect(tags("tags")).toEqual({ latest: "2.0.0", next: "3.0.0-rc.1" });
    expect(await publish(await open({ tag: "beta" }), [packed("tags", "3.0.0-rc.2")])).toContain(
      "advance tags@beta done",
    );
  });

  needsBoth("nobody who installs gets it before names move last", async () => {
    await publish(await open(), [packed("late", "1.0.0")]);
    const store = await open();
    const next = packed("late", "2.0.0");
    await store.put(next, (async function* () {})(), next.path);
    await store.point(next);
    expect(tags("late")).toMatchObject({ latest: "1.0.0" });
    await store.advance?.();
    await store.close();
    expect(tags("late")).toEqual({ latest: "2.0.0" });
  });

  needsBoth("only what has the scope goes there", async () => {
    const lines = await publish(await open({ scope: "@acme" }), [
      packageAt(packed("unscoped", "1.0.0").path, { type: "file" }),
    ]);
    expect(lines).toEqual(["put unscoped-1.0.0.tgz skipped (unscoped is not of the scope @acme)"]);
  });
});

describe("where answers are lost", () => {
  test.skipIf(!isHere).each([
    ["before it arrived", "reset-before"],
    ["after it was done", "reset-after"],
    ["by a gateway", { status: 502 }],
  ] as const)("%s, it is there once all the same", async (_, fault) => {
    const name = `lost-${typeof fault === "string" ? fault : "gateway"}`;
    const store = await faulty((line, count) => (line === `PUT /${name}` && count === 1 ? fault : undefined));
    expect(await publish(store, [packed(name, "1.0.0")])).toEqual([
      `put ${name}-1.0.0.tgz done`,
      `point ${name}-1.0.0.tgz done`,
      `advance ${name}@latest already`,
    ]);
    const sent = proxy.plan.asked.filter(({ method, path }) => method === "PUT" && path === `/${name}`);
    expect(sent.length).toBe(fault === "reset-after" ? 1 : 2);
    expect(installed(name, name)).toBe("1.0.0");
  });

  needsBoth("and reads are stale as well, a second one is told that it is there, and finds it", async () => {
    const stale = (line: string, count: number): ProxyFault | undefined => {
      if (line === "PUT /stale" && count === 1) return "reset-after";
      return line === "GET /stale" && count > 1 && count < 6 ? "stale" : undefined;
    };
    expect(await publish(await faulty(stale), [packed("stale", "1.0.0")])).toContain("point stale-1.0.0.tgz done");
  });

  needsBoth("what the registry took and does not show is pending", async () => {
    const hidden = (line: string): ProxyFault | undefined => (line === "GET /hidden" ? { status: 404 } : undefined);
    const store = await faulty(hidden);
    const artifact = packed("hidden", "1.0.0");
    await store.put(artifact, (async function* () {})(), artifact.path);
    expect((await store.point(artifact)).map(lineOf)).toEqual([
      "point hidden-1.0.0.tgz pending (the registry has taken it, and does not show it yet)",
    ]);
    await store.close();
  });

  needsBoth("a token that may not is a refusal with its name, and never its text", async () => {
    const context = contextOf(home, join(home, "dist"), { "env:NPM_TOKEN": "not-a-token-of-anybody" });
    const token = { from: "env", name: "NPM_TOKEN" } as const;
    const decided = { npm: server.url, token, trusted: false, tag: "auto", insecure: false };
    const problem = await problemOf(publish(await openNpm(decided, context, retry), [packed("denied", "1.0.0")]));
    expect(problem).toMatchObject({ code: "store.denied", hint: expect.stringContaining("env:NPM_TOKEN") });
    expect(JSON.stringify(problem)).not.toContain("not-a-token");
    await expect(kind.reach?.(decided, context)).rejects.toMatchObject({ code: "store.denied" });
  });
});

describe("asked later", () => {
  needsBoth("it says how far it is by names alone, gives the bytes, and takes back", async () => {
    const [one, two] = [packed("@acme/later", "1.0.0"), packed("@acme/later", "2.0.0")];
    const asked = await open({ scope: "@acme" }, { artifacts: [two] });
    expect(await asked.state?.()).toMatchObject({ visibility: "absent" });
    await publish(await open(), [one]);
    await publish(await open(), [two]);
    expect(await asked.state?.()).toMatchObject({ visibility: "published" });
    expect(await asked.look(two.name)).toEqual({ name: two.name, digest: two.digest, size: two.size });
    const bytes = [];
    for await (const chunk of (await asked.read?.(two.name)) ?? []) bytes.push(chunk);
    expect(Buffer.concat(bytes).length).toBe(two.size);
    expect(asked.address?.(two.name)).toBe(`${server.url}@acme%2flater`);

    const backTo = { version: "1.0.0", tag: "v1.0.0" };
    const withdrawal = { why: "it eats files", release: two.digest, backTo };
    expect((await asked.withdraw?.(withdrawal))?.map(lineOf)).toEqual([
      "advance @acme/later@latest done (it stands for 1.0.0 again)",
      "remove acme-later-2.0.0.tgz done (it is deprecated: npm gives nothing back)",
    ]);
    expect(tags("@acme/later")).toEqual({ latest: "1.0.0" });
    expect(npm(home, server.url, "view", "@acme/later@2.0.0", "deprecated").trim()).toBe("it eats files");
    expect(await asked.state?.()).toMatchObject({ visibility: "withdrawn" });
    expect((await asked.withdraw?.(withdrawal))?.map(lineOf)).toEqual([
      "remove acme-later-2.0.0.tgz already (it is deprecated)",
    ]);
    await asked.close();
  });

  needsBoth("it says whose the token is, what is there, and what is free", async () => {
    await publish(await open(), [packed("probed", "1.0.0")]);
    const token = { from: "env", name: "NPM_TOKEN" };
    const decided = { npm: server.url, token, trusted: false, tag: "auto", insecure: false };
    const expected = ["probed-1.0.0.tgz", "probed-1.1.0.tgz", "unheard-1.0.0.tgz", "chart-values.tgz"].map((name) => ({
      name,
      type: "package" as const,
      listed: true,
      attributes: {},
    }));
    const context = contextOf(home, join(home, "dist"), { "env:NPM_TOKEN": server.token });
    const probed = (await kind.probe?.(decided, context, expected)) ?? [];
    expect(
      probed.filter(({ what }) => what !== "scope").map(({ what, outcome, detail }) => `${what} ${outcome}: ${detail}`),
    ).toEqual([
      "token ok: the token is of ada",
      "names warning: probed 1.0.0 is there already: its bytes will be compared",
      "names ok: probed is there, and version 1.1.0 is free",
      "names ok: unheard is not there yet: this is its first version",
    ]);
  });
});
