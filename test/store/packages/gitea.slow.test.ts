/** Gitea's registries of packages: cargo, npm and pip install from it what was published there, once, in the order they need. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Artifact } from "../../../src/model/artifact.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Store } from "../../../src/model/store.ts";
import { crates as kind, type DecidedCrates, openCrates } from "../../../src/store/crates.ts";
import { openNpm } from "../../../src/store/npm.ts";
import { openPypi } from "../../../src/store/pypi.ts";
import { judge } from "../../judges.ts";
import { planFaults, type Proxy, type ProxyFault, startProxy } from "../../servers/proxy.ts";
import { type Gitea, giteaObstacle, startGitea } from "../../worlds/gitea.ts";
import { contextOf } from "../context.ts";
import { installed, type Packed, wheel } from "./python.ts";
import { lineOf, npm, packageAt, problemOf, publish, retry, run } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-gitea-packages-"));
const obstacle = judge("gitea") === undefined ? "gitea is not installed" : giteaObstacle();
const hasCargo = judge("cargo") !== undefined;
let gitea: Gitea;
let proxy: Proxy;
beforeAll(async () => {
  if (obstacle !== undefined) return;
  gitea = await startGitea();
  proxy = await startProxy(gitea.url);
});
afterAll(async () => {
  await proxy?.stop();
  await gitea?.stop();
  rmSync(home, { recursive: true, force: true });
});

const secrets = (): Record<string, string> => ({ "env:TOKEN": gitea.token, "env:CARGO": `Bearer ${gitea.token}` });
const context = (artifacts?: readonly Artifact[]) => ({ ...contextOf(home, join(home, "dist"), secrets()), artifacts });
const decided = (base: string): DecidedCrates => ({
  crates: `${base}/api/packages/${gitea.user}/cargo/`,
  token: { from: "env", name: "CARGO" },
  trusted: false,
  insecure: false,
});
const open = (artifacts?: readonly Artifact[], base = gitea.url): Promise<Store> =>
  openCrates(decided(base), context(artifacts), retry);
const faulty = (fault: (line: string, count: number) => ProxyFault | undefined): Promise<Store> => {
  const counts = new Map<string, number>();
  proxy.reset(
    planFaults(({ method, path }) => {
      const line = `${method} ${path}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
      return fault(line, counts.get(line) ?? 0);
    }),
  );
  return open(undefined, proxy.url);
};

/** cargo, which knows Gitea as the registry `gitea`. */
function cargo(cwd: string, ...args: readonly string[]): string {
  const env = {
    HOME: process.env["HOME"] ?? "",
    RUSTUP_HOME: process.env["RUSTUP_HOME"] ?? join(process.env["HOME"] ?? "", ".rustup"),
    CARGO_HOME: join(home, "cargo"),
    CARGO_REGISTRIES_GITEA_INDEX: `sparse+${gitea.url}/api/packages/${gitea.user}/cargo/`,
    CARGO_REGISTRIES_GITEA_TOKEN: `Bearer ${gitea.token}`,
    CARGO_REGISTRY_GLOBAL_CREDENTIAL_PROVIDERS: "cargo:token",
    CARGO_NET_RETRY: "0",
  };
  return run("cargo", args, { cwd, env });
}

/** A crate with one function, packed by cargo itself. */
function crate(name: string, version: string, { needs = "", text = version } = {}): Packed {
  const folder = mkdtempSync(join(home, "crate-"));
  mkdirSync(join(folder, "src"));
  const about = `description = "a library"\nlicense = "MIT"\nreadme = "README.md"\nkeywords = ["tools"]\nrust-version = "1.70"`;
  const features = `[features]\ndefault = ["loud"]\nloud = []\n`;
  const manifest = `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n${about}\n\n${features}\n[dependencies]\n${needs}\n`;
  writeFileSync(join(folder, "Cargo.toml"), manifest);
  writeFileSync(join(folder, "README.md"), `# ${name}\n`);
  writeFileSync(join(folder, "src", "lib.rs"), `pub fn text() -> &'static str { ${JSON.stringify(text)} }\n`);
  cargo(folder, "package", "--no-verify", "--allow-dirty", "--quiet", "--exclude-lockfile");
  return packageAt(join(folder, "target", "package", `${name}-${version}.crate`));
}

describe.skipIf(obstacle !== undefined || !hasCargo)("crates", () => {
  it("cargo adds, fetches and runs what was published, and what that needs; there it is once", async () => {
    const base = crate("leaf", "1.0.0");
    expect(await publish(await open(), [base])).toEqual(["put leaf-1.0.0.crate done", "point leaf-1.0.0.crate done"]);
    const above = crate("above", "1.0.0", { needs: `leaf = { version = "1", registry = "gitea" }` });
    await publish(await open(), [above]);

    const user = join(home, "user");
    mkdirSync(join(user, "src"), { recursive: true });
    writeFileSync(join(user, "Cargo.toml"), `[package]\nname = "user"\nversion = "0.1.0"\nedition = "2021"\n`);
    writeFileSync(join(user, "src", "main.rs"), `fn main() { println!("{}", above::text()); }\n`);
    cargo(user, "add", "above@1.0.0", "--registry", "gitea", "--quiet");
    expect(cargo(user, "run", "--quiet").trim()).toBe("1.0.0");
    const lock = readFileSync(join(user, "Cargo.lock"), "utf8");
    expect(lock).toContain(base.digest.slice("sha256:".length));
    expect(lock).toContain(above.digest.slice("sha256:".length));
    expect(cargo(user, "info", "above", "--registry", "gitea", "--quiet")).toContain("a library");

    const store = await faulty(() => undefined);
    expect(await publish(store, [above])).toEqual(["put above-1.0.0.crate already", "point above-1.0.0.crate already"]);
    expect(proxy.plan.asked.filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);
    const other = crate("above", "1.0.0", { text: "other bytes" });
    const problem = await problemOf(publish(await open(), [other]));
    expect(problem.code).toBe("store.conflict");
    expect(problem.message).toContain(above.digest);
  });

  it.each([
    ["before it arrived", "reset-before"],
    ["after it was done", "reset-after"],
    ["by a gateway", { status: 502 }],
  ] as const)("an answer is lost %s, and it is there once all the same", async (_, fault) => {
    const name = `lost-${typeof fault === "string" ? fault : "gateway"}`;
    // The index names Gitea's own address for uploads: through the proxy goes what is asked of the index.
    const config = JSON.stringify({
      dl: `${proxy.url}/api/packages/${gitea.user}/cargo/api/v1/crates`,
      api: `${proxy.url}/api/packages/${gitea.user}/cargo`,
    });
    const store = await faulty((line, count) => {
      if (line.endsWith("/config.json"))
        return { status: 200, headers: { "content-type": "application/json" }, body: config };
      return line.startsWith("PUT ") && count === 1 ? fault : undefined;
    });
    expect(await publish(store, [crate(name, "1.0.0")])).toContain(`point ${name}-1.0.0.crate done`);
    expect(proxy.plan.asked.filter(({ method }) => method === "PUT").length).toBe(fault === "reset-after" ? 1 : 2);
  });

  it("asked before and after, it says what is there, gives it back, and yanks it", async () => {
    const tool = crate("asked", "1.0.0");
    const asked = await open([tool]);
    expect(await asked.state?.()).toMatchObject({ visibility: "absent" });
    await publish(await open(), [tool]);
    expect(await asked.state?.()).toMatchObject({ visibility: "published" });
    const bytes = [];
    for await (const chunk of (await asked.read?.(tool.name)) ?? []) bytes.push(chunk);
    expect(Buffer.concat(bytes)).toEqual(readFileSync(tool.path));
    const names = [tool.name, "asked-1.1.0.crate", "unheard-1.0.0.crate"];
    const expected = names.map((name) => ({ name, type: "file" as const, listed: true, attributes: {} }));
    const probed = (await kind.probe?.(decided(gitea.url) as unknown as JsonObject, context(), expected)) ?? [];
    expect(probed.map(({ what, outcome, detail }) => `${what} ${outcome}: ${detail}`)).toEqual([
      "token unknown: the registry does not say whose the token is",
      "names warning: asked 1.0.0 is there already: its bytes will be compared",
      "names ok: asked is there, and version 1.1.0 is free",
      "names ok: unheard is not there yet: this is its first version",
    ]);
    const withdrawal = { why: "it eats files", release: tool.digest };
    expect((await asked.withdraw?.(withdrawal))?.map(lineOf)).toEqual([
      `remove ${tool.name} done (it is yanked: who has it in a Cargo.lock still gets it)`,
    ]);
    expect(await asked.state?.()).toMatchObject({ visibility: "withdrawn" });
    expect((await asked.withdraw?.(withdrawal))?.map(lineOf)).toEqual([`remove ${tool.name} already (it is yanked)`]);
    await asked.close();
  });
});

const token = { from: "env", name: "TOKEN" } as const;

describe.skipIf(obstacle !== undefined)("npm and Python", () => {
  it("npm installs what was published, by its dist-tag", async () => {
    const address = `${gitea.url}/api/packages/${gitea.user}/npm/`;
    const folder = mkdtempSync(join(home, "npm-"));
    const pack = (version: string): Packed => {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@ada/tool", version, bin: "cli.js" }));
      writeFileSync(join(folder, "cli.js"), `#!/usr/bin/env node\nconsole.log(${JSON.stringify(version)});\n`);
      const file = `ada-tool-${version}.tgz`;
      run("tar", ["-czf", file, "--transform", "s,^,package/,", "package.json", "cli.js"], { cwd: folder });
      return packageAt(join(folder, file));
    };
    const openGitea = () =>
      openNpm({ npm: address, token, trusted: false, tag: "auto", insecure: false }, context(), retry);
    const next = pack("1.1.0");
    await publish(await openGitea(), [pack("1.0.0")]);
    expect(await publish(await openGitea(), [next])).toContain("advance @ada/tool@latest done");
    expect(await publish(await openGitea(), [next])).toContain("point ada-tool-1.1.0.tgz already");
    const user = mkdtempSync(join(home, "user-"));
    npm(user, address, "install", "@ada/tool");
    expect(npm(user, address, "exec", "--offline", "--", "@ada/tool").trim()).toBe("1.1.0");
    expect(JSON.parse(npm(user, address, "view", "@ada/tool", "dist-tags", "--json"))).toEqual({ latest: "1.1.0" });
  });

  it("pip installs what was published", async () => {
    const address = `${gitea.url}/api/packages/${gitea.user}/pypi`;
    const login = { username: gitea.user, password: token };
    const openGitea = () =>
      openPypi(
        { pypi: address, index: `${address}/simple/`, ...login, trusted: false, insecure: false },
        context(),
        retry,
      );
    const tool = wheel(home, "gitea-tool", "1.0.0");
    expect(await publish(await openGitea(), [tool])).toContain(`point ${tool.name} done`);
    expect(await publish(await openGitea(), [tool])).toContain(`point ${tool.name} already`);
    expect(installed(home, `${address}/simple/`, "gitea-tool", "gitea_tool")).toBe("1.0.0");
    const other = wheel(home, "gitea-tool", "1.0.0", "other bytes");
    expect(await problemOf(publish(await openGitea(), [other]))).toMatchObject({ code: "store.conflict" });
  });
});
