/** Taking a signature off a Windows executable, with executables that Go links. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { dropSignature } from "../../../src/format/pe/drop-signature.ts";
import { needs } from "../../judges.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pe-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function linked(go: string, arch: string): Promise<Buffer> {
  await writeFile(join(folder, "main.go"), 'package main\n\nfunc main() { println("hi") }\n');
  const env = { ...process.env, GOOS: "windows", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  execFileSync(go, ["build", "-o", join(folder, "x.exe"), join(folder, "main.go")], { env, cwd: folder });
  return readFile(join(folder, "x.exe"));
}

/** The same with a certificate table at its end, as a signing tool leaves it, and `after` behind it. */
function signed(bytes: Buffer, directories: number, after: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const entry = copy.readUInt32LE(60) + 24 + directories + 32;
  copy.writeUInt32LE(bytes.length, entry);
  copy.writeUInt32LE(64, entry + 4);
  return Buffer.concat([copy, Buffer.alloc(64, 0x5a), after]);
}

describe("dropSignature", () => {
  needs("go")(
    "gives back the bytes from before signing, of 64-bit and 32-bit executables",
    async ({ go }) => {
      for (const [arch, directories] of [
        ["amd64", 112],
        ["386", 96],
      ] as const) {
        const bytes = await linked(go, arch);
        const path = join(folder, arch);
        await writeFile(path, signed(bytes, directories, Buffer.alloc(0)));
        await dropSignature(path);
        expect((await readFile(path)).equals(bytes)).toBe(true);
        await dropSignature(path);
        expect((await readFile(path)).equals(bytes)).toBe(true);
      }
    },
    120_000,
  );

  needs("go")(
    "leaves bytes alone that stand behind the signature",
    async ({ go }) => {
      const [bytes, after] = [await linked(go, "amd64"), Buffer.from("added later")];
      const path = join(folder, "more");
      await writeFile(path, signed(bytes, 112, after));
      await dropSignature(path);
      const result = await readFile(path);
      expect([
        result.subarray(0, bytes.length).equals(bytes),
        result.subarray(bytes.length + 64).equals(after),
      ]).toEqual([true, true]);
    },
    120_000,
  );

  needs("go")(
    "cuts off a signature that was moved by what was put before it, and drops the checksum it came with",
    async ({ go }) => {
      const [bytes, section] = [await linked(go, "amd64"), Buffer.from("a section that was added")];
      const whole = signed(bytes, 112, Buffer.alloc(0));
      whole.writeUInt32LE(0xabcdef, bytes.readUInt32LE(60) + 24 + 64);
      // WIN_CERTIFICATE: dwLength, wRevision 2.0, WIN_CERT_TYPE_PKCS_SIGNED_DATA.
      whole.writeUInt32LE(64, bytes.length);
      whole.writeUInt32LE(0x0002_0200, bytes.length + 4);
      const path = join(folder, "moved");
      await writeFile(path, Buffer.concat([whole.subarray(0, bytes.length), section, whole.subarray(bytes.length)]));
      await dropSignature(path);
      expect((await readFile(path)).equals(Buffer.concat([bytes, section]))).toBe(true);
    },
    120_000,
  );

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("#!/bin/sh\n")],
    ["a DOS program", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200, 0xff)])],
  ])("refuses %s", async (_, bytes) => {
    const path = join(folder, "other");
    await writeFile(path, bytes);
    await expect(dropSignature(path)).rejects.toMatchObject({ code: "format.invalid" });
  });
});
