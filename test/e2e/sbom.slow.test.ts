/** SBOMs of a whole release: valid by every validator, of the very artifacts that are released, the same in every run. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { readRelease } from "../../src/format/release.ts";
import { type SbomFormat, filesOf, readSbom } from "../../src/format/sbom/read.ts";
import { samples } from "../format/lockfiles/samples.ts";
import { judge, needs } from "../judges.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, run, fresh, home } = shell();

const config = `slipway: 1
project:
  name: tool
  license: MIT OR Apache-2.0
  vendor: Acme
  maintainer: Acme <team@example.com>
  description: A tool of "tests"
  homepage: https://example.com/tool
builds:
  - { go: ., name: tool, for: [linux/amd64, windows/amd64] }
archives:
  - { name: "tool_{{ os }}", format: { default: tar.gz, windows: zip } }
source: true
packages: [{ formats: deb }]
images:
  - name: example.com/tool
    base: scratch
    sbom: cyclonedx
    contents:
      - { from: "build:tool", to: /tool }
      - { from: image/os-release, to: /etc/os-release }
      - { from: image/status, to: /var/lib/dpkg/status.d/libx }
      - { from: image/copyright, to: /usr/share/doc/libx/copyright }
      - { from: image/installed, to: /lib/apk/db/installed }
      - { text: x, to: /var/lib/rpm/rpmdb.sqlite }
trust:
  sbom:
    - spdx
    - cyclonedx
    - { spdx: , of: [archives, packages, images, source] }
    - { cyclonedx: "{{ artifact }}.bom.json", of: [archives, packages, source] }
    - { command: [sh, scan.sh, "{{ artifact }}", "{{ document }}"], of: archives, as: "{{ artifact }}.txt" }
release: { files: [scan.sh] }
notes: { from: commits }
`;

const files = {
  "slipway.yaml": config,
  "go.mod": "module example.com/tool\n\ngo 1.24\n",
  "main.go": 'package main\n\nfunc main() { println("tool") }\n',
  "scan.sh": 'basename "$1" > "$2"\n',
  "package-lock.json": samples["package-lock.json"] ?? "",
  "requirements.txt": samples["requirements.txt"] ?? "",
  "image/os-release": 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n',
  "image/status": "Package: libx\nVersion: 1:2.0-1\nArchitecture: amd64\nMaintainer: Some Body <s@example.com>\n",
  "image/copyright":
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+ and own\n",
  "image/installed": "P:musl\nV:1.2.5-r10\nA:x86_64\nL:MIT\n\n",
  ".gitignore": "dist/\n",
};

const withGo = judge("go") === undefined ? describe.skip : describe;

withGo("the SBOMs of a release", () => {
  let root = "";
  let dist = "";
  beforeAll(async () => {
    root = project(files);
    dist = join(root, "dist", "1.0.0");
    const { code, stderr } = await run(root, "release", "--quiet");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  }, 180_000);

  const textOf = (name: string): string => readFileSync(join(dist, name), "utf8");
  const documents = (): readonly (readonly [name: string, format: SbomFormat])[] =>
    readdirSync(dist).flatMap((name): readonly (readonly [string, SbomFormat])[] => {
      if (name.endsWith(".spdx.json")) return [[name, "spdx"]];
      return /\.(cdx|bom)\.json$/.test(name) ? [[name, "cyclonedx"]] : [];
    });

  it("are those that were asked for", () => {
    expect(documents().map(([name]) => name)).toEqual([
      "sbom.cdx.json",
      "sbom.spdx.json",
      "tool-1.0.0.tar.gz.bom.json",
      "tool-1.0.0.tar.gz.spdx.json",
      "tool_1.0.0_amd64.deb.bom.json",
      "tool_1.0.0_amd64.deb.spdx.json",
      "tool_1.0.0_image.tar.cdx.json",
      "tool_1.0.0_image.tar.spdx.json",
      "tool_linux.tar.gz.bom.json",
      "tool_linux.tar.gz.spdx.json",
      "tool_windows.zip.bom.json",
      "tool_windows.zip.spdx.json",
    ]);
    expect(textOf("tool_linux.tar.gz.txt")).toBe("tool_linux.tar.gz\n");
  });

  it("describe the artifacts that release.json lists, with their digests", () => {
    const { artifacts } = readRelease(textOf("release.json"), "release.json");
    const described = new Set(["archive", "source", "package", "image", "file"]);
    const listed = artifacts
      .filter(({ type, subject }) => described.has(type) && subject === undefined)
      .map(({ name, digests }) => ({ name, sha256: digests.sha256 }));
    for (const [name, format] of documents()) {
      const found = filesOf(format, textOf(name), name);
      const entry = artifacts.find((artifact) => artifact.name === name);
      expect(entry?.attributes, name).toMatchObject({ format });
      const of = entry?.attributes?.["of"];
      expect(found, name).toEqual(of === undefined ? listed : listed.filter((artifact) => artifact.name === of));
    }
  });

  it("say what programs, sources and the image were made from", () => {
    const go = (name: string) => readSbom("spdx", textOf(name), name).purls;
    expect(go("tool_windows.zip.spdx.json")).toEqual([
      expect.stringMatching(/^pkg:golang\/example\.com\/tool(@v1\.0\.0)?$/),
      expect.stringMatching(/^pkg:golang\/stdlib@1\.\d+/),
    ]);
    expect(go("tool-1.0.0.tar.gz.spdx.json")).toEqual([
      "pkg:npm/%40scope/deep@2.0.0",
      "pkg:npm/left@1.3.0",
      "pkg:npm/real@3.0.0",
      "pkg:pypi/flask@3.0.3",
      "pkg:pypi/uvicorn@0.30.0",
    ]);
    expect(go("tool_1.0.0_image.tar.spdx.json")).toEqual([
      "pkg:apk/debian/musl@1.2.5-r10?arch=x86_64&distro=debian-12",
      "pkg:deb/debian/libx@1:2.0-1?arch=amd64&distro=debian-12",
      ...go("tool_linux.tar.gz.spdx.json"),
      expect.stringMatching(/^pkg:oci\/tool@sha256:[0-9a-f]{64}\?repository_url=example\.com%2Ftool&tag=v1\.0\.0$/),
    ]);
    expect(textOf("tool_1.0.0_image.tar.spdx.json")).toContain("the packages in its RPM database are not listed");
    expect(textOf("tool_1.0.0_image.tar.spdx.json")).toContain('"licenseId": "LicenseRef-GPL-2-and-own-');
    const all = go("sbom.spdx.json");
    for (const [name, format] of documents())
      for (const purl of readSbom(format, textOf(name), name).purls) expect(all).toContain(purl);
  });

  needs("pyspdxtools", "spdx-tools-golang", "cyclonedx")(
    "are valid by SPDX's validators in Python and Go, and by CycloneDX's schema",
    ({ pyspdxtools, "spdx-tools-golang": golang, cyclonedx }) => {
      const paths = (of: SbomFormat): readonly string[] =>
        documents().flatMap(([name, format]) => (format === of ? [join(dist, name)] : []));
      // One of each kind of artifact for the slow one.
      for (const name of ["sbom.spdx.json", "tool_1.0.0_image.tar.spdx.json", "tool-1.0.0.tar.gz.spdx.json"])
        expect(execFileSync(pyspdxtools, ["-i", join(dist, name)], { encoding: "utf8" }), name).toBe("");
      expect(execFileSync(golang, paths("spdx"), { encoding: "utf8" })).toContain("SPDX-2.3");
      const validated = execFileSync(cyclonedx, paths("cyclonedx"), { encoding: "utf8" });
      expect(validated.match(/CycloneDX 1\.6, 0 errors/g)).toHaveLength(paths("cyclonedx").length);
    },
    120_000,
  );

  needs("pyspdxtools", "spdx-tools-golang", "cyclonedx")(
    "would not be valid with a field that does not belong there",
    ({ pyspdxtools, cyclonedx }) => {
      const broken = join(home, "broken.spdx.json");
      writeFileSync(broken, textOf("sbom.spdx.json").replace('"SHA256"', '"SHA257"'));
      expect(() => execFileSync(pyspdxtools, ["-i", broken], { stdio: "pipe" })).toThrow("SHA257");
      writeFileSync(broken, textOf("sbom.cdx.json").replace('"SHA-256"', '"SHA-257"'));
      expect(() => execFileSync(cyclonedx, [broken], { stdio: "pipe" })).toThrow("broken.spdx.json");
    },
    60_000,
  );

  it("verify with the release", async () => {
    expect((await run(root, "verify", dist)).code).toBe(0);
  }, 60_000);

  it("are the same bytes from another folder and cache, and others once a lock file is another", async () => {
    const before = digestsIn(dist);
    const elsewhere = join(fresh(), "else");
    cpSync(root, elsewhere, { recursive: true, filter: (path) => !path.endsWith("/dist") });
    const env = { SLIPWAY_CACHE: fresh(), TZ: "Asia/Kolkata", HOSTNAME: "elsewhere" };
    mkdirSync(env.SLIPWAY_CACHE);
    expect((await slipway(["release", "--quiet"], { cwd: elsewhere, env })).code).toBe(0);
    expect(digestsIn(join(elsewhere, "dist", "1.0.0"))).toEqual(before);

    writeFileSync(join(root, "requirements.txt"), "flask==9.9.9\n");
    const snapshot = await run(root, "release", "--quiet", "--snapshot", "--skip", "packages,images");
    expect(snapshot.stderr).toBe("");
    const [folder = ""] = readdirSync(join(root, "dist")).filter(
      (name) => name.includes("SNAPSHOT") && !name.endsWith(".json"),
    );
    expect(readFileSync(join(root, "dist", folder, "sbom.spdx.json"), "utf8")).toContain("pkg:pypi/flask@9.9.9");
  }, 180_000);

  it("are printed for one program or one lock file too", async () => {
    const { stdout } = await run(root, "sbom", "package-lock.json", "--format", "cyclonedx");
    expect(readSbom("cyclonedx", stdout, "stdout").purls).toContain("pkg:npm/left@1.3.0");
    const written = await run(root, "sbom", "requirements.txt", "--json", "--output", "dist/one.json");
    expect(JSON.parse(written.stdout)).toEqual({ path: "dist/one.json", packages: 1 });
    const script = await run(root, "sbom", "scan.sh");
    expect(readSbom("spdx", script.stdout, "stdout").purls).toEqual([]);
    expect(script.stdout).toContain("The file does not say what it was made from.");
    expect((await run(root, "sbom", "missing")).code).toBe(1);
    expect((await run(root, "sbom", "scan.sh", "--format", "spdy")).code).toBe(64);
  }, 60_000);
});
