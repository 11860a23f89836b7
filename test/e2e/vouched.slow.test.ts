/** A release with a trust root: it is listed once it is out, and a root that is missing is known before anything is made. */
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { project, run, home } = shell();

const key = join(home, "root.pem");
writeFileSync(key, generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
const config = `${toolConfig}trust:\n  keys: { ci: { openssl: "file:${key}" } }\n  root: [ci]\n`;
const files = toolFiles({ "slipway.yaml": config, ".gitignore": "dist\npublic\nout\ntrust\n" });

test("without a root, check and release say how to make one, at the line that asks for it", async () => {
  const folder = project(files);
  for (const command of ["check", "release"]) {
    const { code, stderr } = await run(folder, command);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^slipway\.yaml:\d+:9: error there is no trust root in trust \[file\.missing\]$/m);
    expect(stderr).toContain("slipway keys init");
  }
  expect(existsSync(join(folder, "dist"))).toBe(false);
  expect(await run(folder, "release", "--snapshot")).toMatchObject({ code: 0 });
});

test("a release is listed once, under its channel and its version, and again changes nothing", async () => {
  const folder = project(files);
  expect(await run(folder, "keys", "init")).toMatchObject({ code: 0 });
  const first = await run(folder, "release", "--json");
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ trustRoot: { versions: { root: 1, targets: 2 }, pending: [] } });
  const statement = readFileSync(join(folder, "dist/1.0.0/release.json"), "utf8");
  for (const channel of ["stable", "1.0.0"])
    expect(readFileSync(join(folder, "trust/targets", channel, "release.json"), "utf8")).toBe(statement);
  const metadata = readdirSync(join(folder, "trust"));
  expect(await run(folder, "release")).toMatchObject({ code: 0 });
  expect(readdirSync(join(folder, "trust"))).toEqual(metadata);
});

test("--skip sign lists nothing", async () => {
  const folder = project(files);
  expect(await run(folder, "release", "--skip", "sign")).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, "trust"))).toBe(false);
});
