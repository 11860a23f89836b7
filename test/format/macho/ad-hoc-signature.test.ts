/** Ad-hoc signatures, judged by Go's linker, which signs what it links for darwin/arm64. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { signAdHoc } from "../../../src/format/macho/ad-hoc-signature.ts";
import { needs } from "../../judges.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-macho-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linked(go: string, arch: string): Promise<Buffer> {
  await writeFile(join(folder, "main.go"), 'package main\n\nfunc main() { println("hi") }\n');
  const env = { ...process.env, GOOS: "darwin", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  execFileSync(go, ["build", "-o", join(folder, arch), join(folder, "main.go")], { env, cwd: folder });
  return readFile(join(folder, arch));
}

/** Offset of the signature's load command. */
function signatureCommand(bytes: Buffer): number {
  let at = 32;
  while (bytes.readUInt32LE(at) !== 0x1d) at += bytes.readUInt32LE(at + 4);
  return at;
}

describe("signAdHoc", () => {
  needs("go")(
    "puts the very bytes of the linker's signature where there was another",
    async ({ go }) => {
      const original = await linked(go, "arm64");
      const changed = Buffer.from(original);
      changed.fill(0xaa, changed.readUInt32LE(signatureCommand(changed) + 8));
      const path = join(folder, "changed");
      await writeFile(path, changed);
      await signAdHoc(path, "a.out");
      expect((await readFile(path)).equals(original)).toBe(true);
    },
    120_000,
  );

  needs("go")(
    "makes the very bytes of the linker where there was no signature",
    async ({ go }) => {
      const original = await linked(go, "arm64");
      const at = signatureCommand(original);
      const start = original.readUInt32LE(at + 8);
      // The linker writes the signature's load command last; without it, the commands are one less.
      const bare = Buffer.from(original.subarray(0, start));
      expect(at + 16).toBe(32 + bare.readUInt32LE(20));
      bare.fill(0, at, at + 16);
      bare.writeUInt32LE(bare.readUInt32LE(16) - 1, 16);
      bare.writeUInt32LE(bare.readUInt32LE(20) - 16, 20);
      for (let command = 32; command < at; command += bare.readUInt32LE(command + 4)) {
        if (bare.toString("latin1", command + 8, command + 18) !== "__LINKEDIT") continue;
        bare.writeBigUInt64LE(BigInt(start) - bare.readBigUInt64LE(command + 40), command + 48);
      }
      const path = join(folder, "bare");
      await writeFile(path, bare);
      await signAdHoc(path, "a.out");
      expect((await readFile(path)).equals(original)).toBe(true);
    },
    120_000,
  );

  needs("go")(
    "gives Go's reader a signed amd64 executable that it still reads",
    async ({ go }) => {
      const path = join(folder, "amd64");
      await linked(go, "amd64");
      await signAdHoc(path, "hello");
      const symbols = execFileSync(go, ["tool", "nm", path], { encoding: "utf8", maxBuffer: 1 << 28 });
      expect(symbols).toContain("main.main");
      const bytes = await readFile(path);
      const at = signatureCommand(bytes);
      expect(bytes.readUInt32LE(at + 8) + bytes.readUInt32LE(at + 12)).toBe(bytes.length);
    },
    120_000,
  );

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("#!/bin/sh\necho no executable at all, only a script\n")],
    [
      "a header alone",
      Buffer.from("cffaedfe0c00000100000000020000000100000048000000000000000000000019000000ffffffff", "hex"),
    ],
    ["an ELF file", Buffer.from("7f454c4602010100".padEnd(128, "0"), "hex")],
  ])("refuses %s", async (_, bytes) => {
    const path = join(folder, "other");
    await writeFile(path, bytes);
    await expect(signAdHoc(path, "x")).rejects.toMatchObject({ code: "format.invalid" });
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });
});
