/** What others find in the same programs and lock files: Go itself, and syft. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readGoBuildInfo } from "../../../src/format/go-build-info.ts";
import type { GoModule } from "../../../src/format/go-modules.ts";
import { readLockFile } from "../../../src/format/lockfiles/table.ts";
import { inFile } from "../../../src/format/random-access.ts";
import { writeCycloneDx } from "../../../src/format/sbom/cyclonedx.ts";
import { packageNode, type Sbom, type SbomNode, uniqueNodes } from "../../../src/format/sbom/model.ts";
import { npmPurl } from "../../../src/format/sbom/purl.ts";
import { writeSpdx } from "../../../src/format/sbom/spdx.ts";
import { readDpkgStatus } from "../../../src/format/sbom/os-packages.ts";
import { packagesIn } from "../../../src/make/sboms/packages-in.ts";
import { needs } from "../../judges.ts";
import { ROOT } from "../../setup/imports.ts";
import { universal } from "../executable/programs.ts";
import { samples } from "../lockfiles/samples.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-sbom-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Real programs of many makers, some stripped, with replaced modules and without. */
const programs = [
  "crane",
  "distribution",
  "ko",
  "helm",
  "referrers-registry",
  "gitea",
  "kubeconform",
  "goreleaser",
  "nfpm",
  "syft",
  "cosign",
] as const;

async function ours(path: string) {
  const file = await open(path);
  try {
    return await readGoBuildInfo(await inFile(file));
  } finally {
    await file.close();
  }
}

/** As Go's own reader prints it (`go version -m -json`). */
interface Printed {
  readonly GoVersion: string;
  readonly Path?: string;
  readonly Main?: PrintedModule;
  readonly Deps?: readonly PrintedModule[];
  readonly Settings?: readonly { readonly Key: string; readonly Value?: string }[];
}

interface PrintedModule {
  readonly Path?: string;
  readonly Version?: string;
  readonly Sum?: string;
  readonly Replace?: PrintedModule;
}

function byGo(go: string, path: string) {
  const {
    GoVersion,
    Path = "",
    Main,
    Deps = [],
    Settings = [],
  } = JSON.parse(
    execFileSync(go, ["version", "-m", "-json", path], { encoding: "utf8", maxBuffer: 2 ** 26 }),
  ) as Printed;
  return {
    goVersion: GoVersion,
    path: Path,
    main: Main?.Path === undefined ? undefined : moduleOf(Main),
    deps: Deps.map(moduleOf),
    settings: Settings.map(({ Key, Value = "" }) => [Key, Value]),
  };
}

function moduleOf({ Path = "", Version = "", Sum = "", Replace }: PrintedModule): GoModule {
  const module = { path: Path, version: Version, sum: Sum };
  return Replace === undefined ? module : { ...module, replace: moduleOf(Replace) };
}

describe("Go's build information", () => {
  for (const name of programs)
    needs("go", name)(`of ${name} is what Go reads`, async ({ go, [name]: path }) => {
      expect(await ours(path)).toEqual([byGo(go, path)]);
    });

  needs("go")(
    "of stripped ELF, Mach-O and PE programs is what Go reads, and a universal one has both",
    async ({ go }) => {
      const source = join(folder, "tiny");
      mkdirSync(source);
      writeFileSync(join(source, "go.mod"), "module example.com/tiny\n\ngo 1.24\n");
      writeFileSync(join(source, "main.go"), 'package main\n\nfunc main() { println("hi") }\n');
      const darwin: Buffer[] = [];
      for (const target of ["linux/amd64", "linux/arm64", "windows/amd64", "darwin/amd64", "darwin/arm64"]) {
        const [GOOS = "", GOARCH = ""] = target.split("/");
        const path = join(folder, `tiny-${GOOS}-${GOARCH}`);
        const env = { ...process.env, GOOS, GOARCH, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
        execFileSync(go, ["build", "-ldflags=-s -w -X 'main.x=a \"b\" c'", "-o", path, "."], { env, cwd: source });
        expect(await ours(path), target).toEqual([byGo(go, path)]);
        if (GOOS === "darwin") darwin.push(await readFile(path));
      }
      const path = join(folder, "tiny-universal");
      writeFileSync(path, universal(darwin));
      const both = await ours(path);
      expect(both.map(({ settings }) => settings.find(([key]) => key === "GOARCH")?.[1])).toEqual(["amd64", "arm64"]);
      // Go reads the programs in it only one by one.
      expect(both[0]).toEqual(byGo(go, join(folder, "tiny-darwin-amd64")));
    },
    300_000,
  );
});

interface Catalog {
  readonly artifacts: readonly { readonly name: string; readonly purl: string }[];
}

function bySyft(syft: string, source: string): readonly string[] {
  const text = execFileSync(syft, ["scan", source, "--quiet", "--output", "json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: "false" },
  });
  const { artifacts } = JSON.parse(text) as Catalog;
  return sorted(artifacts.map(({ purl }) => purl));
}

function sorted(purls: readonly string[]): readonly string[] {
  return [...new Set(purls)].toSorted();
}

describe("the packages that syft finds", () => {
  for (const name of ["crane", "ko", "gitea", "goreleaser"] as const)
    needs("syft", name)(
      `in ${name} are those that we find, the standard library included`,
      async ({ syft, [name]: path }) => {
        const own = sorted((await packagesIn(path, name)).map(({ purl }) => purl));
        expect(own.length).toBeGreaterThan(10);
        expect(own.map(withoutMain)).toEqual(bySyft(syft, `file:${path}`).map(withoutMain));
      },
      120_000,
    );

  needs("syft", "cc")(
    "in a program with cargo-auditable's list are those that we find, without what only built it",
    async ({ syft }) => {
      const [list, path] = [join(folder, "dep-v0"), join(folder, "audited")];
      const packages = [
        { name: "adler", version: "0.2.3", source: "crates.io" },
        { name: "cc", version: "1.0.0", source: "crates.io", kind: "build" },
        { name: "own", version: "0.1.0", source: "local", root: true, dependencies: [0] },
      ];
      writeFileSync(list, deflateSync(JSON.stringify({ packages })));
      // Comes with the compiler.
      execFileSync("objcopy", ["--add-section", `.dep-v0=${list}`, "/bin/true", path]);
      const own = sorted((await packagesIn(path, "audited")).map(({ purl }) => purl));
      expect(own).toEqual(["pkg:cargo/adler@0.2.3", "pkg:cargo/own@0.1.0"]);
      expect(bySyft(syft, `file:${path}`)).toEqual(own);
    },
    60_000,
  );

  needs("syft")(
    "in lock files are those that we find, less the project's own",
    async ({ syft }) => {
      const own: string[] = [];
      const root = join(folder, "locks");
      for (const [name, text] of Object.entries(samples)) {
        mkdirSync(join(root, name), { recursive: true });
        writeFileSync(join(root, name, name), text);
        own.push(...(await readLockFile(name, Buffer.from(text))).map(({ purl }) => withoutQualifiers(purl)));
      }
      // Of packages that are the project itself, or members of it, syft makes packages too.
      const project = /^$|^pkg:(npm|pypi)\/(own|member|packages\/member)(@|$)/;
      const theirs = bySyft(syft, `dir:${root}`).map(withoutQualifiers);
      expect(sorted(own)).toEqual(sorted(theirs.filter((purl) => !project.test(purl))));
    },
    120_000,
  );
});

describe("the packages that dpkg has installed", () => {
  needs("dpkg", "root-bookworm")(
    "in a root of Debian 12 are those that we read from its status",
    async ({ "root-bookworm": root }) => {
      const admin = join(root, "var", "lib", "dpkg");
      const listed = execFileSync(
        "dpkg-query",
        [`--admindir=${admin}`, "-W", "-f", "${db:Status-Status} ${Package} ${Version} ${Architecture}\\n"],
        { encoding: "utf8" },
      );
      const installed = listed.split("\n").filter((line) => line.startsWith("installed "));
      const status = await readFile(join(admin, "status"), "utf8");
      const own = readDpkgStatus(status, { id: "debian", version: "12", name: "Debian" });
      expect(own.length).toBeGreaterThan(50);
      expect(
        own.map(({ package: { name, version = "", purl } }) => [name, version, /arch=(\w+)/.exec(purl)?.[1]]),
      ).toEqual(installed.map((line) => line.split(" ").slice(1)));
    },
  );
});

describe("words that no format expects", () => {
  const odd = 'A "B" <C> (Europe) \n\t\u0000 \u{1f980} \\ {}';
  const nodes: readonly SbomNode[] = [odd, "+", " ", "x".repeat(500), "-", "a/../b"].flatMap((words, index) => [
    {
      id: `artifact:${words}`,
      purpose: "file",
      name: words,
      file: words,
      version: words,
      hashes: { sha256: index.toString(16).repeat(64) },
      description: words,
      homepage: words,
      location: `https://example.com/${words}`,
      supplier: words,
      licenses: [words, "MIT AND", "(MIT)", "GPL-2.0+"],
      origin: words,
      dependsOn: [`artifact:${odd}`],
    },
    packageNode({
      name: words,
      version: words,
      purl: npmPurl(`@${words}/x`, words),
      supplier: words,
      licenses: [words],
    }),
  ]);
  const sbom: Sbom = {
    name: odd,
    epoch: 1_769_774_400,
    tool: { name: "slipway", version: "0.0.0" },
    root: `artifact:${odd}`,
    nodes: uniqueNodes(nodes),
    remarks: [odd],
  };

  needs("pyspdxtools", "spdx-tools-golang", "cyclonedx")(
    "make documents that are valid all the same",
    async ({ pyspdxtools, "spdx-tools-golang": golang, cyclonedx }) => {
      const [spdx, cdx] = [join(folder, "odd.spdx.json"), join(folder, "odd.cdx.json")];
      writeFileSync(spdx, await writeSpdx(sbom));
      writeFileSync(cdx, await writeCycloneDx(sbom));
      expect(execFileSync(pyspdxtools, ["-i", spdx], { encoding: "utf8" })).toBe("");
      expect(execFileSync(golang, [spdx], { encoding: "utf8" })).toContain(`${sbom.nodes.length} packages`);
      expect(execFileSync(cyclonedx, [cdx], { encoding: "utf8" })).toContain("CycloneDX 1.6, 0 errors");
    },
    120_000,
  );
});

/** As `npm ls --json` prints a tree. */
interface Installed {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Installed>>;
}

/** Peers that nobody has to install are in the tree without a version. */
function namesIn({ dependencies = {} }: Installed): readonly string[] {
  return Object.entries(dependencies).flatMap(([name, inner]) =>
    inner.version === undefined ? [] : [`${name}@${inner.version}`, ...namesIn(inner)],
  );
}

describe("the packages that npm would install for users", () => {
  it("of this very project are those that we read from its package-lock.json", async () => {
    const words = ["ls", "--all", "--omit=dev", "--package-lock-only", "--json"];
    const tree = JSON.parse(execFileSync("npm", words, { cwd: ROOT, encoding: "utf8", stdio: "pipe" })) as Installed;
    const locked = await readLockFile("package-lock.json", await readFile(join(ROOT, "package-lock.json")));
    expect(sorted(locked.map(({ name, version = "" }) => `${name}@${version}`))).toEqual(sorted(namesIn(tree)));
  }, 60_000);
});

/** Where the linker knows no version of the program's own module, syft guesses one from texts in it. */
function withoutMain(purl: string): string {
  return purl.replace(/^(pkg:golang\/code\.gitea\.io\/gitea)@.*$/, "$1");
}

function withoutQualifiers(purl: string): string {
  return purl.replace(/\?.*$/, "");
}
