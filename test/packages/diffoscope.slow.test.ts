/** Two builds of one package are the same, as diffoscope says, which looks into every archive there is in them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { needs } from "../judges.ts";
import { repositoryOf } from "../worlds/repository.ts";
import { slipway, withUmask } from "../worlds/slipway.ts";

const config = `
slipway: 1
project: { name: tool, description: a tool, maintainer: Tool Team <team@example.com>, license: MIT }
builds: [{ name: tool, prebuilt: made/tool, for: [linux/amd64] }]
archives: []
packages:
  - formats: [deb, rpm, apk, archlinux]
    changelog: git
    systemd: { user: tool, data: /var/lib/tool }
    contents:
      - { from: share, to: /usr/share/tool, type: tree }
      - { text: "a=1", to: /etc/tool/tool.conf, type: config|noreplace, mode: "0640" }
      - { link: tool, to: /usr/bin/t }
    scripts: { postinstall: { text: "echo installed" } }
`;

const files = { "slipway.yaml": config, "made/tool": "#!/bin/sh\necho tool\n", "share/a/b": "b\n", "share/c": "c\n" };

const names = [
  "tool_1.0.0_amd64.deb",
  "tool-1.0.0-1.x86_64.rpm",
  "tool_1.0.0_x86_64.apk",
  "tool-1.0.0-1-x86_64.pkg.tar.zst",
];

let world = "";
/** Release folders. */
let built: readonly string[] = [];

// Another folder, umask, zone and language: what a build could depend on by mistake.
beforeAll(async () => {
  world = mkdtempSync(join(tmpdir(), "slipway-diffoscope-"));
  built = [
    await release("here", "022", { TZ: "UTC", LANG: "C" }),
    await release("somewhere/else", "077", { TZ: "Asia/Tokyo", LANG: "C.UTF-8" }),
  ];
});

afterAll(() => rmSync(world, { recursive: true, force: true }));

async function release(name: string, umask: string, env: Readonly<Record<string, string>>): Promise<string> {
  const empty = join(world, "empty");
  const folder = join(world, name);
  await mkdir(empty, { recursive: true });
  await mkdir(dirname(folder), { recursive: true });
  repositoryOf(empty, "tool", { folder, files, commits: [{ message: "feat: first", tags: ["v1.0.0"] }] });
  const args = ["release", "--skip", "publish", "--no-cache"];
  const { code, stderr } = await slipway(args, { cwd: folder, env, through: withUmask(umask) });
  expect(code, stderr).toBe(0);
  return join(folder, "dist", "1.0.0");
}

describe.each(names)("%s", (name) => {
  needs("diffoscope")("is the same in two folders, under two umasks and in two zones", async ({ diffoscope }) => {
    const paths = built.map((folder) => join(folder, name));
    expect(compare(diffoscope, paths)).toEqual({ code: 0, text: "" });
    const [one, other] = await Promise.all(paths.map((path) => readFile(path)));
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
  });
});

needs("diffoscope", "dpkg")("a package with one other byte is another one to diffoscope", async ({ diffoscope }) => {
  const path = join(built[0] ?? "", names[0] ?? "");
  const unpacked = join(world, "unpacked");
  const changed = join(world, "changed.deb");
  execFileSync("dpkg-deb", ["--raw-extract", path, unpacked], { stdio: "pipe" });
  await writeFile(join(unpacked, "usr", "share", "tool", "c"), "d\n");
  execFileSync("dpkg-deb", ["--root-owner-group", "--build", unpacked, changed], { stdio: "pipe" });
  expect(compare(diffoscope, [path, changed])).toMatchObject({ code: 1, text: expect.stringContaining("+d") });
});

function compare(program: string, paths: readonly string[]): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(program, ["--no-progress", ...paths], { encoding: "utf8" });
  return { code: status, text: `${stdout}${stderr}` };
}
