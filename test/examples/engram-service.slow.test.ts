/** The engram example as an operator has it: installed from its packages, started by systemd, upgraded, removed. */
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needsBooted } from "../judges.ts";
import { exampleRepository } from "../worlds/example.ts";
import type { Root } from "../worlds/roots.ts";
import { slipway } from "../worlds/slipway.ts";

/** Paths of a version's packages. */
interface Packages {
  readonly deb: string;
  readonly rpm: string;
}

let repository = "";
let [older, newer]: Packages[] = [];

beforeAll(async () => {
  if (judge("go") === undefined) return;
  repository = exampleRepository("engram");
  older = await packagesOf("1.0.0");
  newer = await packagesOf("1.1.0");
}, 300_000);

afterAll(async () => {
  if (repository !== "") await rm(repository, { recursive: true, force: true });
});

/** Makes a version's packages for this machine's kind of processor. */
async function packagesOf(version: string): Promise<Packages> {
  const args = ["release", "--set-version", version, "--target", "linux/amd64", "--skip", "publish,validate"];
  const { code, stderr } = await slipway(args, { cwd: repository });
  if (code !== 0) throw new Error(stderr);
  const folder = join(repository, "dist", version);
  const file = (ending: string): string =>
    join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? "");
  return { deb: file("_amd64.deb"), rpm: file(".x86_64.rpm") };
}

/** How one package manager is spoken to. */
interface Manager {
  readonly name: string;
  file(packages: Packages): string;
  readonly install: readonly string[];
  readonly upgrade: readonly string[];
  readonly remove: readonly string[];
  /** What removing leaves of the configuration that was edited. */
  readonly kept: string;
}

// The root's own packages are Debian's, which rpm's database does not know.
const managers: readonly Manager[] = [
  {
    name: "deb",
    file: ({ deb }) => deb,
    install: ["dpkg", "--install"],
    upgrade: ["dpkg", "--install"],
    remove: ["dpkg", "--remove", "engram"],
    kept: "/etc/engram/environment",
  },
  {
    name: "rpm",
    file: ({ rpm }) => rpm,
    install: ["rpm", "--install", "--nodeps"],
    upgrade: ["rpm", "--upgrade", "--nodeps"],
    remove: ["rpm", "--erase", "engram"],
    kept: "/etc/engram/environment.rpmsave",
  },
];

const curl = [
  "curl",
  "--silent",
  "--show-error",
  "--fail",
  "--retry",
  "20",
  "--retry-connrefused",
  "--retry-delay",
  "1",
];
const health = (root: Root): Promise<string> => root.run(...(curl as [string]), "http://127.0.0.1:8080/health");
const lore = "http://127.0.0.1:8080/api/v1/lore";
const authorized = ["--header", "Authorization: Bearer secret"];

describe.each(managers)("engram from its $name", (manager) => {
  needsBooted("go")(
    "runs, keeps its data and its edited configuration over an upgrade, and goes",
    async (root) => {
      if (older === undefined || newer === undefined) throw new Error("no packages were made");
      const command = (words: readonly string[], ...more: readonly string[]): Promise<string> =>
        root.run(...(words as [string]), ...more);
      const printed = await command(manager.install, root.put(manager.file(older), `/tmp/old.${manager.name}`));
      expect(printed).toContain("Next steps:");
      expect(root.stat("/etc/engram/environment")).toMatchObject({ mode: 0o640, owner: "root", group: "engram" });
      expect(root.stat("/var/lib/engram")).toMatchObject({ mode: 0o750, owner: "engram", group: "engram" });
      expect((await root.attempt("systemctl", "is-enabled", "engram")).stdout).toBe("disabled\n");
      expect((await root.attempt("systemctl", "is-active", "engram")).stdout).toBe("inactive\n");

      root.write("/etc/engram/environment", "ENGRAM_API_KEY=secret\n");
      await root.run("chown", "root:engram", "/etc/engram/environment");
      await root.run("systemctl", "enable", "--now", "engram");
      expect(JSON.parse(await health(root))).toMatchObject({ status: "healthy", version: "1.0.0" });
      expect(await root.run("systemctl", "is-active", "engram")).toBe("active\n");
      const body = ["--data", '{"content":"rivers bend","source":"test"}'];
      expect((await root.attempt("curl", "--silent", "--fail", ...body, lore)).status).not.toBe(0);
      await root.run("curl", "--silent", "--fail", ...authorized, ...body, lore);

      await command(manager.upgrade, root.put(manager.file(newer), `/tmp/new.${manager.name}`));
      expect(JSON.parse(await health(root))).toMatchObject({ version: "1.1.0" });
      expect(await root.run("systemctl", "is-enabled", "engram")).toBe("enabled\n");
      expect(root.read("/etc/engram/environment")).toBe("ENGRAM_API_KEY=secret\n");
      expect(await root.run("curl", "--silent", "--fail", ...authorized, `${lore}?q=rivers`)).toContain("rivers bend");

      await command(manager.remove);
      expect((await root.attempt("systemctl", "is-active", "engram")).stdout).toBe("inactive\n");
      expect(root.stat("/usr/bin/engram")).toBeUndefined();
      expect(root.stat(manager.kept)).toMatchObject({ type: "file" });
      expect(root.list("/var/lib/engram")).toContain("engram.db");
    },
    120_000,
  );
});

needsBooted("go")(
  "engram's deb leaves nothing of its own behind a purge",
  async (root) => {
    if (older === undefined) throw new Error("no packages were made");
    await root.run("dpkg", "--install", root.put(older.deb, "/tmp/old.deb"));
    await root.run("systemctl", "enable", "--now", "engram");
    await health(root);
    await root.run("dpkg", "--purge", "engram");
    for (const path of ["/etc/engram", "/var/lib/engram", "/usr/lib/systemd/system/engram.service"])
      expect([path, root.stat(path)]).toEqual([path, undefined]);
    expect((await root.attempt("systemctl", "is-enabled", "engram")).status).not.toBe(0);
  },
  60_000,
);
