/** Debs of many files and of a file that 32 bits cannot count, within bounds of memory. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect } from "vitest";

import { deb } from "../../../src/make/packages/deb.ts";
import { needs } from "../../judges.ts";
import { installed, makePackage } from "../../worlds/packages.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-deb-large-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

needs("dpkg")(
  "10,000 files are all there, with their digests",
  async () => {
    mkdirSync(join(folder, "many"));
    for (let index = 0; index < 10_000; index++) writeFileSync(join(folder, "many", `f${index}`), `file ${index}\n`);
    const path = await makePackage(folder, deb, {
      contents: [installed("many/", "/usr/share/many", { type: "tree" })],
    });
    const listed = execFileSync("dpkg-deb", ["-c", path], { encoding: "utf8", maxBuffer: 1e8 });
    expect(listed.match(/\/many\/f\d+$/gm)).toHaveLength(10_000);
    const sums = execFileSync("dpkg-deb", ["-I", path, "md5sums"], { encoding: "utf8", maxBuffer: 1e8 });
    expect(sums.trim().split("\n")).toHaveLength(10_000);
  },
  120_000,
);

const gibibyte = 1024 ** 3;

needs("dpkg")(
  "4 GiB go through less than 600 MiB of memory, and dpkg counts them all",
  () => {
    writeFileSync(join(folder, "zeros"), "");
    truncateSync(join(folder, "zeros"), 4 * gibibyte);
    const program = `
    import { deb } from ${JSON.stringify(join(import.meta.dirname, "../../../src/make/packages/deb.ts"))};
    import { installed, makePackage } from ${JSON.stringify(join(import.meta.dirname, "../../worlds/packages.ts"))};
    const path = await makePackage(${JSON.stringify(folder)}, deb, { contents: [installed("zeros", "/srv/zeros")] });
    console.log(JSON.stringify([path, process.resourceUsage().maxRSS]));
  `;
    writeFileSync(join(folder, "make.ts"), program);
    const made = spawnSync(process.execPath, [join(folder, "make.ts")], { encoding: "utf8" });
    expect(made.stderr).toBe("");
    const [path, kibibytes] = JSON.parse(made.stdout) as readonly [string, number];
    expect(kibibytes).toBeLessThan(600 * 1024);
    const listed = execFileSync("dpkg-deb", ["-c", path], { encoding: "utf8" });
    expect(listed).toMatch(/^-rw-r--r-- root\/root 4294967296 .* \.\/srv\/zeros$/m);
    expect(execFileSync("dpkg-deb", ["-f", path, "Installed-Size"], { encoding: "utf8" })).toBe("4194306\n");
  },
  300_000,
);
