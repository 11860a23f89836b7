/** Reads a deb with dpkg-deb. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PackageFacts } from "../differences.ts";
import { controlFileFacts } from "./deb822.ts";
import { tarFacts } from "./tar.ts";

export function debFacts(path: string): PackageFacts {
  const control = mkdtempSync(join(tmpdir(), "slipway-control-"));
  try {
    execFileSync("dpkg-deb", ["--control", path, control], { stdio: "pipe" });
    const data = execFileSync("dpkg-deb", ["--fsys-tarfile", path], { maxBuffer: 1 << 28 });
    const files = readdirSync(control).flatMap((name) => [
      ...controlFileFacts(name, readFileSync(join(control, name), "utf8")),
    ]);
    return new Map([...files, ...tarFacts(data)]);
  } finally {
    rmSync(control, { recursive: true });
  }
}
