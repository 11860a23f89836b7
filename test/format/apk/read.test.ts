/** Reading apk packages: their three members, and what is no package. */
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

import { type Apk, readApk } from "../../../src/format/apk/read.ts";
import { plain } from "../../../src/format/plain.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { contentOf } from "../contents.ts";

async function member(files: Readonly<Record<string, string>>, end = false): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, text]) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    mtime: 0,
    content: contentOf(Buffer.from(text)),
  }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of plain(tarSegments(entries, { dialect: "pax", end }))) chunks.push(Uint8Array.from(chunk));
  return gzipSync(Buffer.concat(chunks));
}

/** Reads bytes that come `size` at a time, each chunk only lent. */
async function read(bytes: Uint8Array, size = 7): Promise<Apk> {
  return readApk(
    (async function* () {
      const lent = new Uint8Array(size);
      for (let at = 0; at < bytes.length; at += size) {
        const part = bytes.subarray(at, at + size);
        lent.set(part);
        yield lent.subarray(0, part.length);
      }
    })(),
  );
}

it("finds signatures, control and where the data begins, however the bytes come", async () => {
  const signature = await member({ ".SIGN.RSA.a.rsa.pub": "signed" });
  const control = await member({ ".PKGINFO": "pkgname = tool\n", ".post-install": "#!/bin/sh\n" });
  const data = await member({ "usr/x": "x" }, true);
  for (const size of [1, 7, 100_000]) {
    const apk = await read(Buffer.concat([signature, control, data]), size);
    expect(apk.signatures.get(".SIGN.RSA.a.rsa.pub")).toEqual(Buffer.from("signed"));
    expect(apk.control).toEqual({ start: signature.length, end: signature.length + control.length });
    expect(apk.data).toBe(signature.length + control.length);
    expect(apk.pkginfo).toEqual([["pkgname", "tool"]]);
    expect(apk.scripts).toEqual(new Map([[".post-install", "#!/bin/sh\n"]]));
  }
  const unsigned = await read(Buffer.concat([control, data]));
  expect(unsigned.signatures.size).toBe(0);
  expect(unsigned.control).toEqual({ start: 0, end: control.length });
});

it("refuses what is no package", async () => {
  const signature = await member({ ".SIGN.RSA.a.rsa.pub": "signed" });
  const index = await member({ APKINDEX: "" });
  await expect(read(Buffer.from("no gzip stream"))).rejects.toThrow("Not a gzip stream");
  await expect(read(index)).rejects.toThrow("no .PKGINFO");
  await expect(read(signature)).rejects.toThrow("ends early");
  await expect(read(signature.subarray(0, -3))).rejects.toThrow("ends early");
});

it("holds no more of the control part in memory than is sensible", async () => {
  const large = await member({ ".PKGINFO": "x".repeat(17 * 1024 * 1024) });
  await expect(read(large, 65_536)).rejects.toThrow("too large");
});
