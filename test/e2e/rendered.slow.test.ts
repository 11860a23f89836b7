/** Files of a Release that say what else is in it: rendered once everything else is made. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";

import { projectRepository, toolConfig, toolFiles } from "../worlds/project.ts";
import { slipway } from "../worlds/slipway.ts";

const made: string[] = [];
afterEach(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

async function release(files: string, more: Readonly<Record<string, string>> = {}, ...args: readonly string[]) {
  const stores = "stores:\n  hub: { github: acme/tool }\n";
  const withHub = toolConfig.replace("stores:\n", stores).replace("[site]", "[site, { store: hub, when: false }]");
  const config = `${withHub}release:\n  files:\n${files}`;
  const folder = projectRepository(toolFiles({ "slipway.yaml": config, ...more }));
  made.push(folder);
  const again = () =>
    slipway(["release", ...args], { cwd: folder, env: { SLIPWAY_CACHE: join(folder, ".git", "cache") } });
  const ran = await again();
  const read = (name: string): string => readFileSync(join(folder, "dist/1.0.0", name), "utf8");
  return { ...ran, read, again };
}

const picked = 'artifacts | where: "os", "linux" | where: "arch", "amd64" | first';

describe("a rendered file", () => {
  test("has the digests and sizes of what was made, and is listed", async () => {
    const { read, stderr, code, again } = await release(
      `    - { from: tool.rb.liquid, to: tool.rb, render: true }
    - { text: "{% for one in artifacts %}{{ one.name }} {{ one.size }}\\n{% endfor %}", to: list.txt }
`,
      { "tool.rb.liquid": `{% assign one = ${picked} %}sha256 "{{ one.sha256 }}" # {{ one.name }} {{ version }}\n` },
    );
    expect(stderr).not.toContain("error");
    expect(stderr).toContain("files list.txt");
    expect(code).toBe(0);
    const sums = new Map(
      read("checksums.txt")
        .trim()
        .split("\n")
        .map((line) => line.split("  ").toReversed() as [string, string]),
    );
    expect(read("tool.rb")).toBe(`sha256 "${sums.get("tool_linux_amd64.tar.gz")}" # tool_linux_amd64.tar.gz 1.0.0\n`);
    expect([...sums.keys()].toSorted()).toEqual(
      expect.arrayContaining(["list.txt", "tool.rb", "tool_linux_amd64.tar.gz", "tool_windows_amd64.zip"]),
    );
    expect((await again()).stderr.match(/^(made|cached) +files .*/gm)?.map((line) => line.split(" ")[0])).toEqual([
      "cached",
      "cached",
    ]);
    expect(read("list.txt").trim().split("\n")).toEqual([
      expect.stringMatching(/^tool_linux_amd64\.tar\.gz \d+$/),
      expect.stringMatching(/^tool_windows_amd64\.zip \d+$/),
    ]);
  });

  test("that asks for an artifact that is not there stops the release, and says where", async () => {
    const { code, stderr } = await release("    - { from: tool.rb.liquid, to: tool.rb, render: true }\n", {
      "tool.rb.liquid": `first\n{% assign one = artifacts | where: "os", "plan9" | first %}{{ one.sha256 }}\n`,
    });
    expect(stderr).toContain("tool.rb.liquid:2");
    expect(code).toBe(1);
  });

  test("knows where its files will be downloaded from, where a store of the config can tell", async () => {
    const { read, stderr } = await release(
      `    - { text: "{% assign one = ${picked.replaceAll('"', "'")} %}{{ one.url }}", to: url.txt }\n`,
      {},
      "--skip",
      "publish",
    );
    expect(stderr).not.toContain("error");
    expect(read("url.txt")).toBe("https://github.com/acme/tool/releases/download/v1.0.0/tool_linux_amd64.tar.gz");
  });

  test("that names what nobody knows is refused before anything is made", async () => {
    const { code, stderr } = await release('    - { text: "{{ artefacts }}", to: list.txt }\n');
    expect(stderr).toContain("artifacts");
    expect(code).toBe(1);
  });
});
