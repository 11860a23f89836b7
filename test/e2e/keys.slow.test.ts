/** Keys on the command line: what happens where one is missing, and where what signs never ends. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { needs } from "../judges.ts";
import { gpgWorld, makeKey } from "../worlds/keys.ts";
import { type Files, projectRepository, toolFiles } from "../worlds/project.ts";
import { slipway, type Where } from "../worlds/slipway.ts";

const made: string[] = [];
afterAll(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })));

/** The project `tool` with one signed rpm, and the environment to release it in. */
function signedProject(key: string, files: Files = {}, sign = "release"): Where {
  const usual = toolFiles();
  const config = `${usual["slipway.yaml"] ?? ""}trust:
  keys:
    release: ${key}
packages:
  - formats: [rpm]
    for: [linux/amd64]
    license: MIT
    maintainer: T <t@example.com>
    description: A tool
    sign: ${sign}
`;
  const project = projectRepository({ ...usual, "slipway.yaml": config, ...files });
  made.push(join(project, ".."));
  return { cwd: project, env: { SLIPWAY_CACHE: join(project, "..", "cache") } };
}

function rpmsOf({ cwd }: Where): readonly string[] {
  const folder = join(cwd, "dist");
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".rpm"));
}

describe("a key that is missing", () => {
  let where: Where;
  beforeAll(() => {
    where = signedProject("{ openpgp: env:RELEASE_KEY }");
  });

  it("stops check, plan and release before anything is made, as unavailable", async () => {
    for (const command of ["check", "plan", "release"]) {
      const { code, stderr } = await slipway([command, "--skip", "publish"], where);
      expect([code, stderr]).toEqual([2, expect.stringContaining("the environment variable RELEASE_KEY is not set")]);
      expect(stderr).toContain("[key.missing]");
      expect(stderr).toMatch(/^slipway\.yaml:\d+:\d+: /);
    }
  });

  it("leaves a snapshot unsigned, which says so", async () => {
    const { code, stdout, stderr } = await slipway(["release", "--snapshot", "--skip", "publish"], where);
    expect([code, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining("RELEASE_KEY is not set")]);
    expect(rpmsOf(where).length).toBe(1);
  });

  it("is not asked for with --skip sign, nor where it is optional", async () => {
    expect((await slipway(["release", "--skip", "sign,publish"], where)).code).toBe(0);
    const optional = signedProject("{ openpgp: env:RELEASE_KEY }", {}, "{ key: release, optional: true }");
    expect((await slipway(["release", "--skip", "publish"], optional)).code).toBe(0);
    expect(rpmsOf(optional).length).toBe(1);
  });
});

describe("a key that is there and none", () => {
  it("stops snapshots too", async () => {
    const where = signedProject("{ openpgp: file:release.asc }", { "release.asc": "hello\n" });
    const { code, stderr } = await slipway(["release", "--snapshot"], where);
    expect([code, stderr]).toEqual([1, expect.stringContaining("[key.invalid]")]);
  });
});

needs("gpg")(
  "a signer command that never ends is ended by the time limit",
  async ({ gpg: program }) => {
    const gpg = gpgWorld(program);
    try {
      makeKey(gpg, "release", "ed25519");
      const where = signedProject(
        '{ openpgp: { command: "sh hang.sh {{ artifact }} {{ signature }}", public: public.asc } }',
        {
          "public.asc": gpg.run(["--armor", "--export", "release"]).toString(),
          "hang.sh": "sleep 300\n",
        },
      );
      const { code, stderr } = await slipway(["release", "--timeout", "3s"], where);
      expect([code, stderr]).toEqual([1, expect.stringContaining("[step.timeout]")]);
    } finally {
      gpg.close();
    }
  },
  60_000,
);
