/** The pipeline does all that CI does, says what became of each stage, and its exit code is true. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { needs } from "../judges.ts";
import { startUploads, type Uploads } from "../servers/uploads.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { type Ran, slipway } from "../worlds/slipway.ts";

const { env, fresh, project } = shell();

interface Told {
  readonly version: string;
  readonly published?: object;
  readonly problems?: readonly object[];
  readonly stages: readonly { readonly stage: string; readonly outcome: string; readonly detail: string }[];
}

function pipeline(cwd: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return slipway(["pipeline", ...args], { cwd, env: { ...env, ...more } });
}

/** `guard done`, in order. */
function stagesOf({ stdout }: Ran): readonly string[] {
  return (JSON.parse(stdout) as Told).stages.map(({ stage, outcome }) => `${stage} ${outcome}`);
}

const gated = `${toolConfig}gates: ["true", { run: test -f README.md, when: "{{ tag }}" }]\n`;
const made = ["gates done", "make done", "verify done", "notes done"];

describe("to validate", () => {
  test("makes and verifies a snapshot where there is no tag, publishes nothing, and tells the job's summary", async () => {
    const root = project(toolFiles({ "slipway.yaml": gated }), { tag: "" });
    const summary = fresh();
    const ran = await pipeline(root, ["--mode", "validate", "--json"], { GITHUB_STEP_SUMMARY: summary });
    expect(ran.code).toBe(0);
    expect(stagesOf(ran)).toEqual(["guard done", ...made]);
    expect(existsSync(join(root, "public"))).toBe(false);
    const told = readFileSync(summary, "utf8");
    expect(told).toContain(`## tool ${(JSON.parse(ran.stdout) as Told).version}\n`);
    expect(told).toMatch(/^\| verify \| done \| [\d.]+s \| \d+ checks \|$/m);
    expect(told).toContain("first");
  });

  needs("minisign")(
    "signs with a key that is there, which others verify, and says so where it is not",
    async ({ minisign }) => {
      const key = fresh();
      execFileSync(minisign, ["-G", "-W", "-p", `${key}.pub`, "-s", key]);
      const config = `${toolConfig}trust:\n  keys: { release: { minisign: env:TOOL_KEY } }\n  sign: [{ minisign: release, of: [checksums] }]\n`;
      const root = project(toolFiles({ "slipway.yaml": config }));
      const unsigned = await pipeline(root, ["--mode", "validate", "--json"]);
      expect(unsigned.code).toBe(0);
      expect((JSON.parse(unsigned.stdout) as Told).stages).toContainEqual(
        expect.objectContaining({
          stage: "sign",
          outcome: "skipped",
          detail: expect.stringContaining("TOOL_KEY is not set"),
        }),
      );
      const refused = await pipeline(root, ["--mode", "release"]);
      expect({ code: refused.code, public: existsSync(join(root, "public")) }).toEqual({ code: 2, public: false });
      const secret = { TOOL_KEY: readFileSync(key, "utf8") };
      const signed = await pipeline(root, ["--mode", "release", "--clean", "--pubkey", `${key}.pub`, "--json"], secret);
      expect(signed.code).toBe(0);
      expect(stagesOf(signed)).not.toContain("sign skipped");
      execFileSync(minisign, ["-V", "-p", `${key}.pub`, "-m", join(root, "public", "checksums.txt")], {
        stdio: "pipe",
      });
    },
  );
});

describe("to release", () => {
  test("publishes, verifies what is published, and has nothing to do the second time", async () => {
    const root = project(toolFiles({ "slipway.yaml": gated }));
    const stages = [
      "guard done",
      "places done",
      ...made,
      "publish done",
      "public done",
      "announce skipped",
      "trust skipped",
    ];
    for (const outcome of ["published to", "already in"]) {
      const ran = await pipeline(root, ["--mode", "release", "--json"]);
      expect({ code: ran.code, stages: stagesOf(ran) }).toEqual({ code: 0, stages });
      expect(ran.stdout).toContain(outcome);
      rmSync(join(root, "dist"), { recursive: true });
    }
    expect(existsSync(join(root, "public", "release.json"))).toBe(true);
  });

  test("a snapshot is made, and published nowhere", async () => {
    const root = project(toolFiles(), { tag: "" });
    const ran = await pipeline(root, ["--mode", "release", "--snapshot", "--json"]);
    expect(ran.code).toBe(0);
    expect(stagesOf(ran)).toEqual([
      "guard done",
      "gates skipped",
      "make done",
      "verify done",
      "notes done",
      "publish skipped",
    ]);
    expect(existsSync(join(root, "public"))).toBe(false);
  });

  test("takes the tag that CI runs for, of several at HEAD", async () => {
    const root = project(toolFiles(), { commits: [{ message: "feat: first", tags: ["v1.0.0-rc.1", "v1.0.0"] }] });
    const ran = await pipeline(root, ["--mode", "release", "--json"], { GITHUB_REF: "refs/tags/v1.0.0-rc.1" });
    expect((JSON.parse(ran.stdout) as Told).version).toBe("1.0.0-rc.1");
  });

  test.each([
    ["there is no tag", { tag: "" }, toolConfig, "git.tag", 1],
    [
      "the second gate fails, and the first is skipped",
      {},
      `${toolConfig}gates: [{ run: "true", when: "false" }, test -f nowhere]\n`,
      "step.failed",
      1,
    ],
    ["a gate's tool is not there", {}, `${toolConfig}gates: [nonexistent-tool]\n`, "tool.missing", 2],
  ])("nothing is published where %s", async (_, options, config, code, exitCode) => {
    const root = project(toolFiles({ "slipway.yaml": config }), options);
    const ran = await pipeline(root, ["--mode", "release", "--json"]);
    expect({ code: ran.code, told: ran.stdout.includes(code) }).toEqual({ code: exitCode, told: true });
    expect(stagesOf(ran).at(-1)).toMatch(/^(guard|gates) failed$/);
    expect(existsSync(join(root, "public"))).toBe(false);
  });

  test("makes nothing where a place would refuse it, and goes on once it does not", async () => {
    const config = toolConfig.replace("publish: [site]", "  other: { folder: elsewhere }\npublish: [site, other]");
    const root = project(toolFiles({ "slipway.yaml": config, ".gitignore": "out/\ndist/\npublic/\nelsewhere\n" }));
    writeFileSync(join(root, "elsewhere"), "in the way");
    const ran = await pipeline(root, ["--mode", "release"]);
    expect({ code: ran.code, made: existsSync(join(root, "dist")) }).toEqual({ code: 1, made: false });
    rmSync(join(root, "elsewhere"));
    expect((await pipeline(root, ["--mode", "release"])).code).toBe(0);
    for (const place of ["public", "elsewhere"]) expect(existsSync(join(root, place, "release.json"))).toBe(true);
  });

  describe("to a place with a login", () => {
    const token = { TOOL_TOKEN: "of-this-test" };
    const configOf = (url: string): string =>
      toolConfig.replace("{ folder: public }", `{ http: "${url}/tool/", token: env:TOOL_TOKEN, delete: true }`);

    test("what only those with the login see is not looked at by everybody, which is said and no failure", async () => {
      const server = await startUploads({ allows: ({ authorization }) => authorization === "Bearer of-this-test" });
      onTestFinished(() => server.stop());
      const root = project(toolFiles({ "slipway.yaml": configOf(server.url) }));
      const ran = await pipeline(root, ["--mode", "release", "--json"], token);
      const { stages } = JSON.parse(ran.stdout) as Told;
      expect({ code: ran.code, public: stages.find(({ stage }) => stage === "public") }).toMatchObject({
        code: 0,
        public: { outcome: "skipped", detail: expect.stringContaining("only those who may log in can look at site") },
      });
    });

    test("what was published before a stage failed is told with it, as are the stages before", async () => {
      const server: Uploads = await startUploads({
        allows: ({ authorization }) => {
          // Somebody changes it once it was published.
          const path = "/tool/checksums.txt";
          if (authorization === undefined) server.files.set(path, Buffer.from("other bytes"));
          return true;
        },
      });
      onTestFinished(() => server.stop());
      const root = project(toolFiles({ "slipway.yaml": configOf(server.url) }));
      const ran = await pipeline(root, ["--mode", "release", "--json"], token);
      const { version, published, problems } = JSON.parse(ran.stdout) as Told;
      expect(stagesOf(ran).slice(-2)).toEqual(["publish done", "public failed"]);
      expect({ code: ran.code, version, published, problems }).toMatchObject({
        code: 1,
        version: "1.0.0",
        published: { stores: [{ store: "site", outcome: "done" }] },
        problems: [{ code: "verify.mismatch" }],
      });
    });
  });

  test.each([[[]], [["--mode", "publish"]]])("wants a mode that there is: %j", async (args) => {
    expect((await pipeline(project(toolFiles()), args)).code).toBe(64);
  });
});
