/** Lock files of every format: what they lock, and what is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { lockFileNames, mostLockBytes, readLockFile } from "../../../src/format/lockfiles/table.ts";
import { Problem } from "../../../src/model/problem.ts";
import { samples, sha256, sha512 } from "./samples.ts";

const read = (name: string, text = samples[name] ?? "") => readLockFile(`some/folder/${name}`, Buffer.from(text));
const purls = async (name: string, text?: string): Promise<readonly string[]> =>
  (await read(name, text)).map(({ purl }) => purl);

const npm = ["pkg:npm/%40scope/deep@2.0.0", "pkg:npm/left@1.3.0"];

describe("a lock file", () => {
  it.each([
    [
      "go.mod",
      [
        "pkg:golang/example.com/a@v1.0.0",
        "pkg:golang/example.com/b@v0.0.0-20260101000000-0123456789ab",
        "pkg:golang/example.com/d@v4.0.0",
      ],
    ],
    [
      "Cargo.lock",
      [
        "pkg:cargo/serde@1.0.200",
        "pkg:cargo/forked@0.2.0?vcs_url=git%2Bhttps:%2F%2Fexample.com%2Fforked%3Fbranch%3Dmain%230123456789abcdef0123456789abcdef01234567",
      ],
    ],
    ["package-lock.json", ["pkg:npm/left@1.3.0", "pkg:npm/%40scope/deep@2.0.0", "pkg:npm/real@3.0.0"]],
    ["pnpm-lock.yaml", npm],
    ["yarn.lock", npm],
    ["bun.lock", npm],
    ["deno.lock", ["pkg:npm/left@1.3.0", "pkg:npm/%40std/path@1.0.0?repository_url=https:%2F%2Fjsr.io"]],
    ["uv.lock", ["pkg:pypi/typing-extensions@4.12.2"]],
    ["poetry.lock", ["pkg:pypi/jinja2@3.1.4"]],
    ["pdm.lock", ["pkg:pypi/click@8.1.7"]],
    ["Pipfile.lock", ["pkg:pypi/requests@2.32.3"]],
    ["requirements.txt", ["pkg:pypi/flask@3.0.3", "pkg:pypi/uvicorn@0.30.0"]],
  ])("%s names what it locks, and neither the project nor what is only for development", async (name, expected) => {
    expect(await purls(name)).toEqual(expected);
  });

  it("is known by each name that is looked for", () => {
    expect(lockFileNames.filter((name) => name !== "npm-shrinkwrap.json").toSorted()).toEqual(
      Object.keys(samples).toSorted(),
    );
  });

  it("brings digests, licenses and addresses where its format has them", async () => {
    const [left] = await read("package-lock.json");
    expect(left).toMatchObject({
      hashes: { sha512 },
      licenses: ["MIT"],
      location: "https://registry.npmjs.org/left/-/left-1.3.0.tgz",
    });
    const [serde, forked] = await read("Cargo.lock");
    expect(serde?.hashes).toEqual({ sha256 });
    expect(forked?.origin).toContain("git+https://example.com/forked");
    for (const name of ["pnpm-lock.yaml", "yarn.lock", "bun.lock"])
      expect((await read(name))[0]?.hashes, name).toEqual({ sha512 });
  });

  it("of npm's first version nests what is installed beneath others", async () => {
    const text = JSON.stringify({
      lockfileVersion: 1,
      dependencies: {
        left: { version: "1.3.0", dependencies: { "@scope/deep": { version: "2.0.0" } } },
        tested: { version: "4.0.0", dev: true },
      },
    });
    expect(await purls("package-lock.json", text)).toEqual(npm.toReversed());
    expect(await purls("npm-shrinkwrap.json", text)).toEqual(npm.toReversed());
  });

  it("of pnpm's older versions names packages by paths", async () => {
    const text =
      "lockfileVersion: 5.4\npackages:\n  /@scope/deep/2.0.0_left@1.3.0: { resolution: { integrity: x } }\n  /left/1.3.0: { dev: false }\n  /tested/4.0.0: { dev: true }\n";
    expect(await purls("pnpm-lock.yaml", text)).toEqual(npm);
    const six = "lockfileVersion: '6.0'\npackages:\n  /@scope/deep@2.0.0(left@1.3.0): {}\n  /left@1.3.0: {}\n";
    expect(await purls("pnpm-lock.yaml", six)).toEqual(npm);
  });

  it("of later yarns is YAML", async () => {
    const text = `__metadata:
  version: 8

"@scope/deep@npm:^2.0.0":
  version: 2.0.0
  resolution: "@scope/deep@npm:2.0.0"
  languageName: node
  linkType: hard

"left@npm:^1.3.0":
  version: 1.3.0
  resolution: "left@npm:1.3.0"
  linkType: hard

"own@workspace:.":
  version: 0.0.0-use.local
  resolution: "own@workspace:."
  linkType: soft
`;
    expect(await purls("yarn.lock", `# generated\n\n${text}`)).toEqual(npm);
  });

  it("that is no such file is refused by its path", async () => {
    for (const name of ["Cargo.lock", "package-lock.json", "pnpm-lock.yaml", "bun.lock", "uv.lock", "Pipfile.lock"])
      await expect(read(name, "{ ]: \u0000"), name).rejects.toThrow(`some/folder/${name}`);
    await expect(read("unknown.lock", "")).rejects.toThrow("no lock file has this name");
    await expect(readLockFile("go.mod", new Uint8Array(mostLockBytes + 1))).rejects.toThrow("bytes");
    const bomb = `a: &a [x,x]\nb: &b [*a,*a]\npackages: { left@1.0.0: *b }\n`;
    await expect(read("pnpm-lock.yaml", bomb)).rejects.toMatchObject({ code: "format.invalid" });
  });

  it("with anything in it is read or refused", async () => {
    const names = fc.constantFrom(...Object.keys(samples));
    await fc.assert(
      fc.asyncProperty(names, fc.nat(), fc.string({ maxLength: 20 }), async (name, at, text) => {
        const sample = samples[name] ?? "";
        const place = at % (sample.length + 1);
        try {
          for (const { purl } of await read(name, sample.slice(0, place) + text + sample.slice(place + text.length)))
            expect(purl).toMatch(/^pkg:[a-z]+\/\S+$/);
        } catch (thrown) {
          if (!(thrown instanceof Problem) || thrown.code !== "format.invalid") throw thrown;
        }
      }),
      { numRuns: 500 },
    );
  });
});
