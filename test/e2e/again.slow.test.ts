/** A second release makes nothing again; a change makes again what depends on it, and nothing else. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { needs } from "../judges.ts";
import { exampleRepository } from "../worlds/example.ts";
import { toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";

const { project, run, fresh } = shell();

type States = Readonly<Record<string, string>>;

/** How each Step of a snapshot ended, by its id, as the trace has it. */
async function statesOf(folder: string, ...args: readonly string[]): Promise<States> {
  const trace = fresh();
  const { code, stderr } = await run(folder, "release", "--snapshot", "--json", "--trace", trace, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { traceEvents } = JSON.parse(readFileSync(trace, "utf8")) as {
    readonly traceEvents: readonly { readonly args: { readonly id: string; readonly state: string } }[];
  };
  return Object.fromEntries(traceEvents.map((event) => [event.args.id, event.args.state]));
}

function inState(states: States, state: string): readonly string[] {
  return Object.keys(states)
    .filter((id) => states[id] === state)
    .toSorted();
}

/** Two programs that each read their own source, an archive of each, and one of both. */
const config = `slipway: 1
project: { name: tool }
builds:
  - name: one
    command: sh build.sh {{ target }} out/one one.txt
    outputs: out/one
    inputs: [build.sh, one.txt]
    for: [linux/amd64]
  - name: two
    command: sh build.sh {{ target }} out/two two.txt
    outputs: out/two
    inputs: [build.sh, two.txt]
    for: [linux/amd64]
archives:
  - { name: one, from: one, files: [README.md] }
  - { name: two, from: two, files: [] }
  - { name: both, files: [] }
`;

const files = toolFiles({
  "slipway.yaml": config,
  "build.sh": 'echo ran >> out.log; mkdir -p out; cat "$3" > "$2"\n',
  "one.txt": "1\n",
  "two.txt": "2\n",
  ".gitignore": "out/\ndist/\nout.log\n",
});

const builds = ["build/one/linux/amd64", "build/two/linux/amd64"];
const archives = ["archive/both.tar.gz", "archive/one.tar.gz", "archive/two.tar.gz"];

test("nothing changed, one source changed, one document changed", async () => {
  const folder = project(files);
  const runs = (): number => readFileSync(join(folder, "out.log"), "utf8").split("\n").length - 1;
  expect(inState(await statesOf(folder), "made")).toEqual([...archives, ...builds, "notes"]);
  expect(runs()).toBe(2);

  const again = await statesOf(folder);
  expect(inState(again, "cached")).toEqual([...archives, ...builds, "notes"]);
  rmSync(join(folder, "out"), { recursive: true });
  expect(inState(await statesOf(folder), "cached")).toEqual(Object.keys(again).toSorted());
  expect(runs()).toBe(2);

  appendFileSync(join(folder, "two.txt"), "more\n");
  const source = await statesOf(folder);
  expect(inState(source, "made")).toEqual(["archive/both.tar.gz", "archive/two.tar.gz", "build/two/linux/amd64"]);
  expect(runs()).toBe(3);

  appendFileSync(join(folder, "README.md"), "more\n");
  expect(inState(await statesOf(folder), "made")).toEqual(["archive/one.tar.gz"]);

  writeFileSync(join(folder, "two.txt"), "2\n");
  writeFileSync(join(folder, "README.md"), "# tool\n");
  expect(inState(await statesOf(folder), "made")).toEqual([]); // as it was at first, which is remembered

  expect(inState(await statesOf(folder, "--no-cache"), "cached")).toEqual([]);
  expect(runs()).toBe(5);
});

test("a build that makes the same bytes from a changed source changes no archive", async () => {
  const folder = project({ ...files, "build.sh": 'mkdir -p out; sed "s/#.*//" "$3" > "$2"\n', "one.txt": "1\n" });
  await statesOf(folder);
  writeFileSync(join(folder, "build.sh"), '# a remark\nmkdir -p out; sed "s/#.*//" "$3" > "$2"\n');
  expect(inState(await statesOf(folder), "made")).toEqual(builds);
});

needs("go")(
  "engram: everything is cached the second time, and only archives, packages and what lists them hold a changed document",
  async () => {
    const folder = exampleRepository("engram", { folder: fresh() });
    const document = join(folder, "packaging", "engram.yaml");
    appendFileSync(document, "# changed\n"); // a Go program knows whether its tree was clean
    const first = await statesOf(folder);
    expect(inState(first, "made")).toEqual(Object.keys(first).toSorted());
    const before = digestsIn(join(folder, "dist"));
    expect(inState(await statesOf(folder), "made")).toEqual([]);
    expect(digestsIn(join(folder, "dist"))).toEqual(before);

    appendFileSync(document, "# more\n");
    // SBOMs have the digests of what they describe, and so has the formula.
    const holdsIt = (id: string): boolean => /^(archive|package|sbom|file)\//.test(id);
    expect(inState(await statesOf(folder), "made")).toEqual(inState(first, "made").filter(holdsIt));
  },
);
