/** Every architecture that nfpm knows has the same word in Slipway's packages, but where package managers have another one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";

import { packages } from "../../../src/make/packages/table.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { needs } from "../../judges.ts";
import { ROOT } from "../../setup/imports.ts";
import { type Format, formats } from "./config.ts";
import { platformOf } from "./convert.ts";
import { rowsBelow } from "./doc-table.ts";
import { factsOf } from "./facts/table.ts";

const architectures =
  "386 amd64 arm5 arm6 arm7 arm64 ppc64 ppc64le s390x riscv64 loong64 mips mipsle mips64 mips64le all".split(" ");

/** Where a package says it. */
const fields: Readonly<Record<Format, string>> = {
  deb: "control Architecture",
  rpm: "tag Arch",
  apk: "pkginfo arch",
  archlinux: "pkginfo arch",
  ipk: "control Architecture",
};

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "slipway-arch-"))));
afterEach(() => rmSync(folder, { recursive: true }));

needs(
  "nfpm",
  "dpkg",
  "rpm",
  "tar",
  "zstd",
)("has the words of nfpm, or those in the documentation", ({ nfpm }) => {
  const others = architectures.flatMap((arch) =>
    formats.flatMap((format) => {
      const theirs = nfpmsWord(nfpm, arch, format);
      const ours = slipwaysWord(arch, format) ?? "none";
      return theirs === ours
        ? []
        : [`\`${arch}\` | ${format} | \`${theirs}\` | ${ours === "none" ? ours : `\`${ours}\``}`];
    }),
  );
  const page = readFileSync(join(ROOT, "docs", "packages", "nfpm.md"), "utf8");
  expect(rowsBelow(page, "## Words for architectures")).toEqual(others);
});

function nfpmsWord(program: string, arch: string, format: Format): string {
  const out = join(folder, `${arch}-${format}`);
  mkdirSync(out);
  const config = { name: "tool", arch, version: "1.0.0", maintainer: "A <a@example.com>", description: "a tool" };
  writeFileSync(join(folder, "nfpm.yaml"), JSON.stringify(config));
  execFileSync(program, ["package", "--packager", format, "--target", out], { cwd: folder, stdio: "pipe" });
  const [name = ""] = readdirSync(out);
  return factsOf[format](join(out, name)).get(fields[format]) ?? "none";
}

function slipwaysWord(arch: string, format: Format): string | undefined {
  const platform = platformOf({ name: "tool", version: "1.0.0", arch });
  return packages.get(format)?.arch(platform === undefined ? undefined : parsePlatform(platform));
}
