/** What a deb says of itself, whatever compresses its control.tar. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { writeAr } from "../../src/format/ar.ts";
import { debControl } from "../../src/format/deb-control.ts";
import { needs } from "../judges.ts";
import { chunked, collect, run, scratch } from "./contents.ts";

for (const compression of ["gzip", "xz", "zstd", "none"])
  needs("dpkg")(`dpkg-deb's control file is read, compressed with ${compression}`, async ({ dpkg }) => {
    const root = scratch();
    const text = "Package: tool\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.com>\nDescription: x\n y\n";
    mkdirSync(join(root, "DEBIAN"));
    chmodSync(join(root, "DEBIAN"), 0o755);
    writeFileSync(join(root, "DEBIAN/control"), text);
    const out = join(scratch(), "x.deb");
    run(`${dpkg}-deb`, ["--uniform-compression", `-Z${compression}`, "-b", root, out]);
    expect(await debControl(chunked(readFileSync(out), 1000))).toEqual({ name: "tool", text });
  });

test("a package without a control file is refused", async () => {
  const members = [{ name: "debian-binary", size: 4, open: () => [Buffer.from("2.0\n")] }];
  const archive = await collect(writeAr(members, { mtime: 0 }));
  await expect(debControl(chunked(archive, 100))).rejects.toMatchObject({ code: "format.invalid" });
});
