/** Packages in version 6 of the rpm format: judged by rpm 6.1, compared with what its rpmbuild writes, and read by rpm 4.18 too. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { byteReader } from "../../../src/format/deflate/byte-reader.ts";
import { readMembers } from "../../../src/format/members.ts";
import { readHeader } from "../../../src/format/rpm/read-header.ts";
import { rpm as format } from "../../../src/make/packages/rpm.ts";
import { srpm } from "../../../src/make/packages/srpm.ts";
import { needs, needsRoot } from "../../judges.ts";
import { type Described, installed, makePackage, projectFiles, versionOf } from "../../worlds/packages.ts";
import type { Root } from "../../worlds/roots.ts";
import { outcomeOf, query, queryLines, relationsIn, repository } from "./rpm-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const compressions = ["gzip", "zstd", "xz", "none"] as const;

/** A program, scripts, texts, a large file of zeros, an empty one, a link, a folder and a ghost. */
async function everything(more: Described["options"] = {}): Promise<Described> {
  const scripts = { sh: "#!/bin/sh\necho hello\n", python: "#!/usr/bin/env python3\n", node: "#!/usr/bin/node\n" };
  await projectFiles(folder, { ...scripts, empty: "", text: "ü\n".repeat(900) });
  writeFileSync(join(folder, "zeros"), Buffer.alloc(3_000_000));
  copyFileSync("/usr/bin/env", join(folder, "program"));
  return {
    options: { rpmformat: 6, ...more },
    version: versionOf("1.0.0-rc.1", { epoch: 2 }),
    scripts: { postinstall: "echo installed $1 >> /log\n" },
    contents: [
      ...["program", "sh", "python", "node"].map((name) => installed(name, `/usr/bin/tool-${name}`, { mode: 0o755 })),
      installed("empty", "/usr/share/tool/empty"),
      installed("text", "/usr/share/tool/text", { type: "doc" }),
      installed("zeros", "/usr/share/tool/zeros"),
      { source: "link", from: "text", to: "/usr/share/tool/link" },
      { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "games", group: "games" },
      { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
    ],
  };
}

const digests = [
  "Header SHA3-256 digest: OK",
  "Header SHA256 digest: OK",
  "Payload SHA3-256 digest: OK",
  "Payload SHA512 digest: OK",
  "Payload SHA256 digest: OK",
];

/** What was found right or wrong, one line each. Digests of the bare payload are looked at too where it is not compressed. */
function findings(said: string): readonly string[] {
  const lines = said.split("\n").flatMap((line) => (/: [A-Z]+$/.test(line) ? [line.trim()] : []));
  return lines.filter((line) => !line.endsWith(" ALT digest: OK"));
}

describe("rpm 6.1", () => {
  needsRoot("forky")(
    "finds five digests right, installs, verifies and erases it, by every compression",
    async (root) => {
      for (const compression of compressions) {
        const path = root.put(await makePackage(folder, format, await everything({ compression })), "/tmp/tool.rpm");
        expect(findings(await root.run("rpm", "-Kv", path))).toEqual(digests);
        expect(await root.run("rpm", "-qp", "--queryformat", "%{rpmformat}", path)).toBe("6");
        await root.run("rpm", "-i", "--nodeps", path);
        expect(root.stat("/usr/share/tool/link")).toMatchObject({ type: "symlink", target: "text" });
        expect(root.stat("/var/lib/tool")).toMatchObject({ type: "dir", mode: 0o750, owner: "games", group: "games" });
        expect(await root.run("rpm", "-V", "--nodeps", "tool")).toBe("");
        await root.run("rpm", "-e", "tool");
        expect(root.stat("/usr/bin/tool-program")).toBeUndefined();
      }
      expect(root.read("/log")).toBe("installed 1\n".repeat(compressions.length));
    },
  );

  needsRoot("forky")("refuses it where a byte of header or payload is another", async (root) => {
    const bytes = readFileSync(await makePackage(folder, format, await everything()));
    for (const [at, what] of [
      [bytes.indexOf("Tool Team"), /Header SHA3-256 digest: BAD/],
      [bytes.length - 60, /Payload SHA3-256 digest: BAD/],
    ] as const) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(join(folder, "damaged.rpm"), damaged);
      const { status, stdout } = await root.attempt("rpm", "-Kv", root.put(join(folder, "damaged.rpm"), "/tmp/d.rpm"));
      expect(stdout).toMatch(what);
      expect(status).not.toBe(0);
    }
  });

  needsRoot("forky", "createrepo_c")(
    "is what dnf5 installs it by, from a repository",
    async (root, { createrepo_c }) => {
      const made = await makePackage(folder, format, { options: { rpmformat: 6 }, target: "all" });
      await root.outside("cp", "-r", repository(createrepo_c, join(folder, "repo"), [made]), join(root.path, "repo"));
      const options = ["-y", "--repofrompath=r,file:///repo", "--repo=r", "--no-gpgchecks", "--disable-plugin=local"];
      await root.run("dnf5", ...options, "install", "tool");
      expect(await root.run("rpm", "-q", "tool")).toBe("tool-1.0.0-1.noarch\n");
    },
  );
});

/** Everything the formats' documents name as new, and the payload before compression. */
const asked = [
  "%{rpmformat} %{encoding} %{sourcenevr} %{sourcerpm} %{longsize} %{filedigestalgo}\n",
  "%{payloadsizealt} %{payloadsha256alt} %{payloadsha512alt} %{payloadsha3_256alt}\n",
  "[%{filenames} %{longfilesizes} %{filemodes} %{fileusername} %{filedigests} %{filelinktos} %{fileflags}\n]",
  "[%{filenames} %{filecolors} %{fileinodes} %{fileverifyflags}\n]",
].join("");

describe("rpmbuild 6.1", () => {
  needsRoot("forky")("makes the same package of the source package: header and payload", async (root) => {
    const described = await everything();
    const ours = root.put(await makePackage(folder, format, described), "/tmp/ours.rpm");
    const source = root.put(await makePackage(folder, srpm, described), "/tmp/tool.src.rpm");
    expect(findings(await root.run("rpm", "-Kv", source))).toEqual(digests);
    const defines = [
      "_topdir /tmp/top",
      "_rpmformat 6",
      "_binary_payload w9.gzdio",
      "clamp_mtime_to_source_date_epoch 1",
    ];
    await root.run("rpmbuild", ...defines.flatMap((define) => ["--define", define]), "--rebuild", source);
    const theirs = "/tmp/top/RPMS/x86_64/tool-1.0.0~rc.1-1.x86_64.rpm";
    const [first, second] = await Promise.all(
      [ours, theirs].map(async (path) => root.run("rpm", "-qp", "--queryformat", asked, path)),
    );
    expect(first?.split("\n")).toEqual(second?.split("\n"));
    const [needed, theirNeeds] = await Promise.all(
      [ours, theirs].map(async (path) => (await root.run("rpm", "-qp", "--requires", path)).split("\n").toSorted()),
    );
    expect(needed).toEqual(theirNeeds);
    const [types, theirTypes] = await Promise.all(
      [ours, theirs].map(async (path) =>
        root.run("rpm", "-qp", "--queryformat", "[%{filenames} %{filemimes}\n]", path),
      ),
    );
    // rpmbuild looks at ghosts too, for which there are empty files while it builds.
    expect(types?.replace("tool.log \n", "tool.log inode/x-empty\n")).toEqual(theirTypes);
    expect(await tagsIn(readFileSync(join(root.folder, ours)))).toEqual(
      await tagsIn(readFileSync(join(root.folder, theirs))),
    );
  });
});

/** Numbers of the tags in the signature header. */
async function tagsIn(bytes: Uint8Array): Promise<readonly number[]> {
  const source = async function* () {
    yield bytes.subarray(96);
  };
  return [...(await readHeader(byteReader(source()), "signature")).values.keys()];
}

describe("rpm 4.18", () => {
  needsRoot("bare", "rpm")("installs, verifies and erases it, by every compression", async (root: Root, { rpm }) => {
    const run = (...args: readonly string[]): Promise<string> =>
      root.outside(rpm, "--root", root.path, "--nosignature", ...args);
    for (const compression of compressions) {
      const path = await makePackage(folder, format, await everything({ compression }));
      expect(findings(outcomeOf(rpm, ["-Kv", path]).said)).toEqual([
        "Header SHA256 digest: OK",
        "Payload SHA256 digest: OK",
      ]);
      await run("-i", "--nodeps", "--ignorearch", path);
      expect(await run("-V", "--nodeps", "tool")).toBe("");
      expect(root.read("/usr/share/tool/text")).toBe("ü\n".repeat(900));
      await run("-e", "--nodeps", "tool");
    }
  });

  needs("rpm")("is asked for large files, and for nothing that every rpm 6 has", async ({ rpm }) => {
    const path = await makePackage(folder, format, await everything({ compression: "zstd" }));
    expect(relationsIn(rpm, path, "REQUIRE").filter((line) => line.startsWith("rpmlib"))).toEqual([
      "rpmlib(LargeFiles) <= 4.12.0-1",
      "rpmlib(PayloadIsZstd) <= 5.4.18-1",
      "rpmlib(TildeInVersions) <= 4.10.0-1",
    ]);
    const empty = await makePackage(join(folder, "bare"), format, { options: { rpmformat: 6 } });
    expect(relationsIn(rpm, empty, "REQUIRE")).toEqual([]);
    expect(query(rpm, empty, "%{LONGSIZE} %{FILEDIGESTALGO}")).toBe("0 8");
    expect(queryLines(rpm, path, "%{FILESIZES}")).not.toContain("3000000");
  });
});

describe("our own reader", () => {
  const read = async (path: string): Promise<void> => {
    for await (const member of readMembers("rpm", path)) expect(member.path).not.toBe("");
  };

  it("finds what was changed in header and payload", async () => {
    const path = await makePackage(folder, format, { ...(await everything()), target: "all" });
    await read(path);
    const bytes = readFileSync(path);
    for (const at of [bytes.indexOf("Tool Team"), bytes.length - 60]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      await expect(read(path)).rejects.toThrow(/rpm package|gzip|deflate|cpio/);
    }
  });

  it("knows no version but 4 and 6", () => {
    expect(format.schema.safeParse({ rpmformat: 5 }).success).toBe(false);
    expect(format.schema.safeParse({ rpmformat: 4 }).success).toBe(true);
  });
});
