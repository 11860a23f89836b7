/** Packages for rpm, of 4 GiB and of 10,000 files: rpm reads them, and making them takes no more memory than small ones. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";

import { rpm as format } from "../../../src/make/packages/rpm.ts";
import { needs, needsRoot } from "../../judges.ts";
import { installed, makePackage, projectFiles } from "../../worlds/packages.ts";
import { outcomeOf, query, queryLines } from "./rpm-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const GiB = 1024 ** 3;

needs("rpm")(
  "a file of 4 GiB, which needs sizes of 64 bits and another form of payload, within 512 MiB",
  ({ rpm }) => {
    writeFileSync(join(folder, "large"), "");
    truncateSync(join(folder, "large"), 4 * GiB);
    writeFileSync(join(folder, "small"), "small\n");
    const { stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "make-large.ts"), folder], {
      encoding: "utf8",
    });
    const [path = "", peak = ""] = stdout.trim().split("\n");
    expect(path, stderr).toMatch(/\.rpm$/);
    expect(Number(peak)).toBeLessThan(512 * 1024 * 1024);
    expect(queryLines(rpm, path, "%{FILENAMES} %{LONGFILESIZES}")).toEqual([
      `/usr/share/large ${4 * GiB}`,
      "/usr/share/link 5",
      "/usr/share/small 6",
    ]);
    expect(query(rpm, path, "%{LONGSIZE}")).toBe(String(4 * GiB + 11));
    expect(outcomeOf(rpm, ["-qp", "--requires", path]).said).toContain("rpmlib(LargeFiles) <= 4.12.0-1");
    expect(outcomeOf(rpm, ["-Kv", path]).said).toMatch(/Header SHA256 digest: OK\n[^]*Payload SHA256 digest: OK\n/);
    // While it unpacks, rpm compares each file with its digest in the header: there is no need to verify them once more.
    mkdirSync(join(folder, "root"));
    execFileSync(rpm, ["--root", join(folder, "root"), "-i", "--nodeps", "--nosignature", path], { stdio: "pipe" });
    expect(statSync(join(folder, "root/usr/share/large")).size).toBe(4 * GiB);
    expect(readFileSync(join(folder, "root/usr/share/small"), "utf8")).toBe("small\n");
  },
  600_000,
);

needsRoot("bare", "rpm")(
  "10,000 files are installed and verified",
  async (root, { rpm }) => {
    const names = Array.from({ length: 10_000 }, (_, index) => `tree/${index % 100}/file-${index}`);
    await projectFiles(folder, Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    const path = await makePackage(folder, format, {
      contents: [installed("tree", "/usr/share/tree", { type: "tree" })],
    });
    expect(queryLines(rpm, path, "%{FILENAMES}")).toHaveLength(10_101);
    await root.outside(rpm, "--root", root.path, "--nosignature", "-i", "--nodeps", path);
    expect(await root.outside(rpm, "--root", root.path, "-V", "--nodeps", "tool")).toBe("");
    expect(root.read("/usr/share/tree/99/file-9999")).toBe("tree/99/file-9999\n");
  },
  120_000,
);
