/** Strippers: what is added after a build makes two builds equivalent and says so; any other difference stays one. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";

import { type ArMember, writeAr } from "../../src/format/ar.ts";
import type { Release, ReleaseArtifact } from "../../src/format/release.ts";
import { compareReleases } from "../../src/prove/rebuild/compare.ts";
import type { RebuiltArtifact } from "../../src/prove/rebuild/report.ts";
import { strippers } from "../../src/prove/rebuild/strippers/table.ts";
import { oddTar } from "../../src/prove/attack/tar-bytes.ts";
import { needs } from "../judges.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-strippers-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Bytes = Uint8Array;

/** How a release with one artifact compares with one whose artifact has other bytes. */
async function compare(
  artifact: Pick<ReleaseArtifact, "name" | "type" | "platform" | "attributes">,
  released: Bytes,
  rebuilt: Bytes,
): Promise<RebuiltArtifact | undefined> {
  const place = mkdtempSync(join(home, "c-"));
  const side = (name: string, bytes: Bytes): { readonly folder: string; readonly release: Release } => {
    const folder = join(place, name);
    mkdirSync(folder);
    writeFileSync(join(folder, artifact.name), bytes);
    writeFileSync(join(folder, "release.json"), "{}\n");
    const listed = { ...artifact, size: bytes.length, digests: { sha256: "" } };
    return { folder, release: { artifacts: [listed] } as unknown as Release };
  };
  const found = await compareReleases({
    released: side("released", released),
    rebuilt: side("rebuilt", rebuilt),
    temporary: place,
    excuse: () => undefined,
  });
  return found.find(({ name }) => name === artifact.name);
}

const archive = (format: string): Parameters<typeof compare>[0] => ({
  name: `a.${format}`,
  type: format === "deb" || format === "rpm" ? "package" : "archive",
  attributes: { format },
});

describe("the same contents", () => {
  const tar = oddTar([{ path: "tool", content: Buffer.from("x".repeat(1000)) }]);

  it("in another gzip are equivalent, and other contents are not", async () => {
    const [fast, small] = [gzipSync(tar, { level: 1 }), gzipSync(tar, { level: 9 })];
    small[4] = 1; // the time in its header
    expect(await compare(archive("tar.gz"), fast, small)).toMatchObject({ outcome: "equivalent", strippers: ["gzip"] });
    const other = gzipSync(oddTar([{ path: "tool", content: Buffer.from("y".repeat(1000)) }]));
    const different = await compare(archive("tar.gz"), fast, other);
    expect(different).toMatchObject({ outcome: "different", strippers: [] });
    expect(different?.detail).toMatch(/^"tool": sha256 /);
    const added = gzipSync(oddTar([{ path: "tool", content: Buffer.from("x".repeat(1000)) }, { path: "more" }]));
    expect((await compare(archive("tar.gz"), fast, added))?.detail).toBe('"more" is only in the rebuilt one');
  });

  it("in another zip are equivalent, unless a mode or time is another", async () => {
    const [stored, deflated] = [zipOf("x".repeat(100), 0, 0o644), zipOf("x".repeat(100), 8, 0o644)];
    expect(await compare(archive("zip"), stored, deflated)).toMatchObject({
      outcome: "equivalent",
      strippers: ["zip"],
    });
    const executable = zipOf("x".repeat(100), 8, 0o755);
    expect(await compare(archive("zip"), stored, executable)).toMatchObject({
      outcome: "different",
      detail: '"tool": mode 0644 released, 0755 rebuilt',
    });
  });

  it("of a deb are equivalent without its signature, and not with another control file", async () => {
    const deb = async (...more: readonly (readonly [string, string])[]): Promise<Bytes> => {
      const members = [["debian-binary", "2.0\n"], ["control.tar", "c"], ...more] as const;
      const all = [
        ...members.map(([name, text]) => member(name, Buffer.from(text))),
        member("data.tar", Buffer.from(tar)),
      ];
      const chunks: Uint8Array[] = [];
      for await (const chunk of writeAr(all, { mtime: 0 })) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    };
    const [signed, plain] = [await deb(["_gpgorigin", "a signature"]), await deb()];
    expect(await compare(archive("deb"), signed, plain)).toMatchObject({
      outcome: "equivalent",
      strippers: ["deb signature"],
    });
    const other = Buffer.from(plain);
    other[other.indexOf("control.tar") + 60] = "d".charCodeAt(0);
    const different = await compare(archive("deb"), signed, other);
    expect(different?.outcome).toBe("different");
    expect(different?.detail).toContain("control.tar");
  });

  it("of an rpm are equivalent without its signature header, and not with another payload", async () => {
    const rpm = (signature: string, payload: string): Bytes => {
      const lead = Buffer.alloc(96, 1);
      const intro = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, signature.length]);
      const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
      return Buffer.concat([lead, intro, Buffer.from(signature), padding, Buffer.from(payload)]);
    };
    const outcome = async (a: Bytes, b: Bytes): Promise<string | undefined> =>
      (await compare(archive("rpm"), a, b))?.outcome;
    expect(await outcome(rpm("long signature", "payload"), rpm("none", "payload"))).toBe("equivalent");
    expect(await outcome(rpm("long signature", "payload"), rpm("none", "other"))).toBe("different");
    expect(await outcome(rpm("signature", "payload"), Buffer.from("no rpm at all"))).toBe("different");
  });
});

describe("a program that was signed later", () => {
  /** What Go links for an operating system. */
  function linked(go: string, os: string): Buffer {
    const folder = mkdtempSync(join(home, "go-"));
    writeFileSync(join(folder, "main.go"), 'package main\n\nfunc main() { println("hi") }\n');
    const env = { ...process.env, GOOS: os, GOARCH: "arm64", CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
    execFileSync(go, ["build", "-o", "x", "main.go"], { env, cwd: folder });
    return readFileSync(join(folder, "x"));
  }

  const program = (os: string): Parameters<typeof compare>[0] => ({
    name: "tool",
    type: "binary",
    platform: `${os}/arm64`,
    attributes: {},
  });

  needs("go")("is equivalent without Authenticode, and different where its code is", async ({ go }) => {
    const bare = linked(go, "windows");
    const signed = Buffer.from(bare);
    const optional = signed.readUInt32LE(60) + 24;
    signed.writeUInt32LE(bare.length, optional + 112 + 32);
    signed.writeUInt32LE(64, optional + 112 + 36);
    signed.writeUInt32LE(0xabcdef, optional + 64);
    const whole = Buffer.concat([signed, Buffer.alloc(64, 0x5a)]);
    expect(await compare(program("windows"), whole, bare)).toMatchObject({
      outcome: "equivalent",
      strippers: ["authenticode"],
    });
    bare[bare.length - 100] = (bare[bare.length - 100] ?? 0) ^ 1;
    const different = await compare(program("windows"), whole, bare);
    expect([different?.outcome, different?.detail]).toEqual(["different", expect.stringMatching(/^byte \d+; /)]);
  });

  needs("go")("is equivalent with another code signature, and different where its code is", async ({ go }) => {
    const adHoc = linked(go, "darwin");
    let command = 32;
    while (adHoc.readUInt32LE(command) !== 0x1d) command += adHoc.readUInt32LE(command + 4);
    const start = adHoc.readUInt32LE(command + 8);
    const signed = Buffer.from(adHoc);
    signed.fill(0xaa, start);
    expect(await compare(program("darwin"), signed, adHoc)).toMatchObject({
      outcome: "equivalent",
      strippers: ["codesign"],
    });
    const other = Buffer.from(adHoc);
    other[start - 100] = (other[start - 100] ?? 0) ^ 1;
    expect((await compare(program("darwin"), signed, other))?.outcome).toBe("different");
  });

  it("is looked at by every stripper there is in this file", () => {
    expect(strippers.map(({ name }) => name)).toEqual([
      "authenticode",
      "codesign",
      "deb signature",
      "rpm signature",
      "gzip",
      "zip",
    ]);
  });
});

describe("signatures in files of their own", () => {
  it("are equivalent where their key is not here, and what lists them is not different for it", async () => {
    const release = { artifacts: [artifact("a", "file"), artifact("a.sig", "signature")] } as unknown as Release;
    const place = mkdtempSync(join(home, "s-"));
    const [released, rebuilt] = ["released", "rebuilt"].map((name) => join(place, name)) as [string, string];
    mkdirSync(released);
    writeFileSync(join(released, "a"), "a");
    cpSync(released, rebuilt, { recursive: true });
    writeFileSync(join(released, "a.sig"), "signature");
    writeFileSync(join(released, "release.json"), "with\n");
    writeFileSync(join(rebuilt, "release.json"), "without\n");
    const sides = {
      released: { folder: released, release },
      rebuilt: { folder: rebuilt, release: { artifacts: release.artifacts.slice(0, 1) } as unknown as Release },
    };
    const found = await compareReleases({ ...sides, temporary: place, excuse: () => undefined });
    expect(found.map(({ name, outcome, strippers: taken }) => [name, outcome, ...taken])).toEqual([
      ["a", "identical"],
      ["a.sig", "equivalent", "signature"],
      ["release.json", "equivalent", "digests"],
    ]);
  });
});

function artifact(name: string, type: string): object {
  return { name, type, size: 1, digests: { sha256: "" } };
}

function member(name: string, bytes: Buffer): ArMember {
  return { name, size: bytes.length, open: () => [bytes] };
}

/** A zip with one member, compressed by `method` (0 stored, 8 deflated); APPNOTE.TXT 4.3. */
function zipOf(text: string, method: 0 | 8, mode: number): Bytes {
  const content = Buffer.from(text);
  const data = method === 0 ? content : deflateRawSync(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(method, 4);
  common.writeUInt16LE(0x21, 8); // 1980-01-01
  common.writeUInt32LE(crcOf(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(4, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from("tool"), data]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((0o100_000 | mode) << 16) >>> 0, 6);
  const directory = Buffer.concat([Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, Buffer.from("tool")]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}

/** CRC-32 as gzip's trailer has it. */
function crcOf(content: Bytes): number {
  const packed = gzipSync(content);
  return packed.readUInt32LE(packed.length - 8);
}
