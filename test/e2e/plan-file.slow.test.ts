/** A Plan is decided in one place and carried out in another; a file that is none is refused. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";

const { project, run, fresh } = shell();
const done = { code: 0, stdout: "", stderr: "" };

/** A project and its Plan in a file outside of it. */
async function planned(...args: readonly string[]): Promise<{ readonly folder: string; readonly plan: string }> {
  const folder = project(toolFiles());
  const { code, stdout } = await run(folder, "plan", "--json", ...args);
  expect(code).toBe(0);
  const plan = join(fresh(), "plan.json");
  mkdirSync(dirname(plan), { recursive: true });
  writeFileSync(plan, stdout);
  return { folder, plan };
}

describe("a plan from a file", () => {
  test("is what plan --json prints and plan --output writes", async () => {
    const { folder, plan } = await planned();
    expect(await run(folder, "plan", "--quiet", "--output", `${plan}2`)).toEqual(done);
    expect(readFileSync(`${plan}2`, "utf8")).toBe(readFileSync(plan, "utf8"));
  });

  test("makes the release that is decided without one", async () => {
    const { folder, plan } = await planned();
    const other = project(toolFiles());
    expect(await run(other, "release", "--quiet")).toEqual(done);
    expect(await run(folder, "release", "--quiet", "--plan", plan)).toEqual(done);
    expect(digestsIn(join(folder, "dist", "1.0.0"))).toEqual(digestsIn(join(other, "dist", "1.0.0")));
    expect(digestsIn(join(folder, "public"))).toEqual(digestsIn(join(other, "public")));
  });

  test("says what is made, whatever the config says by then, and where there is no git", async () => {
    const { folder, plan } = await planned();
    const elsewhere = fresh();
    cpSync(folder, elsewhere, { recursive: true, filter: (path) => !path.endsWith(".git") });
    writeFileSync(join(elsewhere, "slipway.yaml"), "slipway: 1\nproject: { name: other }\n");
    expect(await run(elsewhere, "release", "--quiet", "--plan", plan)).toEqual(done);
    expect(Object.keys(digestsIn(join(elsewhere, "dist", "1.0.0")))).toContain("tool_linux_amd64.tar.gz");
  });

  test("is carried out in the project, from any folder of it", async () => {
    const { folder, plan } = await planned();
    const below = join(folder, "some", "where");
    mkdirSync(below, { recursive: true });
    expect(await run(below, "build", "--quiet", "--plan", plan)).toEqual(done);
    expect(existsSync(join(folder, "dist", "builds"))).toBe(true);
    expect(await run(below, "release", "--quiet", "--plan", plan)).toEqual(done);
    expect(existsSync(join(folder, "public", "release.json"))).toBe(true);
    expect(existsSync(join(below, "public"))).toBe(false);
  });

  test("of a snapshot makes a snapshot, and publishes nothing", async () => {
    const { folder, plan } = await planned("--snapshot");
    expect(await run(folder, "release", "--quiet", "--plan", plan)).toEqual(done);
    expect(existsSync(join(folder, "public"))).toBe(false);
  });
});

describe("the plan beside a release", () => {
  test("brings a snapshot to the store that is named, and to no other", async () => {
    const files = toolFiles();
    const config = files["slipway.yaml"] ?? "";
    const two = config.replace("stores:", "stores:\n  other: { folder: other }").replace("[site]", "[other, site]");
    const folder = project({ ...files, "slipway.yaml": two });
    expect(await run(folder, "release", "--snapshot", "--quiet")).toEqual(done);
    const [name = ""] = readdirSync(join(folder, "dist")).filter((one) => !one.includes(".plan"));
    expect(await run(folder, "publish", "--quiet", join("dist", name), "--to", "site")).toEqual(done);
    expect(digestsIn(join(folder, "public"))).toEqual(digestsIn(join(folder, "dist", name)));
    expect(existsSync(join(folder, "other"))).toBe(false);
    expect(await run(folder, "publish", "--quiet", join("dist", name), "--to", "./site")).toEqual(done);
    expect(digestsIn(join(folder, "site"))).toEqual(digestsIn(join(folder, "public")));
  });

  test("publishes it later, from any folder, where it was decided", async () => {
    const folder = project(toolFiles());
    expect(await run(folder, "release", "--quiet", "--skip", "publish")).toEqual(done);
    // Who left publishing out did not decide that it goes nowhere.
    const kept = await run(folder, "publish", "dist/1.0.0");
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining("published to folder public") as string });

    expect(await run(folder, "release", "--quiet")).toEqual(done);
    const before = digestsIn(join(folder, "public"));
    const elsewhere = fresh();
    mkdirSync(elsewhere);
    const { code, stdout } = await run(elsewhere, "publish", join(folder, "dist", "1.0.0"));
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("already in") as string });
    expect(digestsIn(join(folder, "public"))).toEqual(before);
  });
});

describe("refused with the file's name and what is wrong is", () => {
  // Nothing is made of what is refused: one project, with one plan to spoil, serves all.
  let [folder, plan, text] = ["", "", ""];
  beforeAll(async () => {
    ({ folder, plan } = await planned());
    text = readFileSync(plan, "utf8");
  });

  type Edit = (text: string) => string;
  const set =
    (path: readonly (string | number)[], value: unknown): Edit =>
    (text) => {
      const plan = JSON.parse(text) as Record<string | number, unknown>;
      const last = path.at(-1) ?? "";
      const at = path.slice(0, -1).reduce((found, key) => found[key] as typeof plan, plan);
      at[last] = value;
      return JSON.stringify(plan);
    };

  test.each<readonly [string, Edit, string | RegExp]>([
    ["nothing", () => "", "is not JSON"],
    ["half a plan", (text) => text.slice(0, 300), "is not JSON"],
    ["another document", () => '{"name":"tool"}', "is not a plan"],
    ["a list", () => "[]", "is not a plan"],
    ["a plan of the future", set(["slipway"], 2), /slipway/],
    ["a plan of another version of the program", set(["by"], "99.0.0"), "was decided by Slipway 99.0.0"],
    ["a key too many", set(["steps", 0, "comand"], "x"), /steps\.0/],
    ["a key too few", (text) => text.replace('"version": "1.0.0"', '"release version": "1.0.0"'), /version/],
    ["a section that there is not", set(["steps", 0, "section"], "bilds"), /steps\.0\.section/],
    ["a kind that there is not", set(["steps", 0, "kind"], "fortran"), /fortran/],
    ["a kind of store that there is not", set(["publish", 0, "kind"], "ftp"), /ftp/],
    ["a Step that is needed and is not there", set(["steps", 2, "needs"], ["build/none"]), /build\/none/],
    ["two Steps with one id", (text) => duplicated(text), /build\/tool\/linux\/amd64/],
    ["a release outside the project", set(["release", "folder"], "../outside"), /\.\.\/outside/],
    ["an artifact outside the release", set(["steps", 4, "outputs", 0, "name"], "../evil"), /\.\.\/evil/],
    ["Steps that need each other", set(["steps", 0, "needs"], ["archive/tool_linux_amd64.tar.gz"]), /needs itself/],
  ])("%s", async (_, edit, words) => {
    const edited = edit(text);
    expect(edited).not.toBe(text);
    writeFileSync(plan, edited);
    const { code, stdout, stderr } = await run(folder, "release", "--plan", plan);
    expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(plan);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/\[plan\.invalid\]/);
    expect(stderr).not.toContain("made");
    expect(existsSync(join(folder, "dist"))).toBe(false);
  });

  test("a file that is not there", async () => {
    expect(await run(folder, "release", "--plan", "none.json")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none\.json: no such file/) as string,
    });
  });
});

function duplicated(text: string): string {
  const plan = JSON.parse(text) as { readonly steps: readonly object[] };
  return JSON.stringify({ ...plan, steps: [...plan.steps, plan.steps[0]] });
}
