/** The section `trust`: keys by name, each of one kind. */
import { describe, expect, it } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import type { Config } from "../../../src/model/config.ts";
import { problemsIn } from "../kinds.ts";

function read(keys: string): Config {
  return readSource(
    sourceOfText("slipway.yaml", `slipway: 1\nproject: tool\ntrust:\n  keys:\n${keys}`),
    "/project",
    kinds,
  );
}

describe("provenance", () => {
  const provenanceOf = (written: string): Config["trust"]["provenance"] =>
    readSource(
      sourceOfText("slipway.yaml", `slipway: 1\nproject: tool\ntrust:\n  provenance: ${written}\n`),
      "/project",
      kinds,
    ).trust.provenance;

  it("is a word, a file name, or nothing", () => {
    expect(provenanceOf("slsa")?.name.render({})).toBe("provenance.json");
    expect(provenanceOf("{ slsa: 'p-{{ version }}.json', platform: true }")).toMatchObject({ platform: true });
    expect(provenanceOf("{ slsa: 'p-{{ version }}.json' }")?.name.render({ version: "2" })).toBe("p-2.json");
    expect(provenanceOf("{ builder: 'https://ci.example.com/{{ project.name }}' }")).toMatchObject({ platform: false });
    expect(provenanceOf("false")).toBeUndefined();
  });

  it("is refused where it is anything else", () => {
    for (const written of ["intoto", "true", "[slsa]", "{ slsa: 1, level: 3 }", "{ slsa: '{{ nothing }}' }"])
      expect(
        problemsIn(() => provenanceOf(written)).map(({ place }) => place?.line),
        written,
      ).toContain(4);
  });
});

describe("lists under trust", () => {
  it("are read to their ends: what is wrong with the first entry hides nothing of the second", () => {
    const text = `slipway: 1
project: tool
trust:
  keys:
    a: { gnupg: env:A }
    b: { minisign: nowhere }
    c: { openssl: env:C }
    d: { ssh: env:D }
  sign:
    - { minisgn: c }
    - { minisign: c, of: [archvies] }
    - { openssl: c, of: [] }
  sbom:
    - spdxx
    - { cyclonedx, of: [nothing] }
    - { spdx, of: [] }
  root:
    roles:
      root: [x, c]
      targets: [c, d]
      timestamp: { keys: [c, c, y], threshold: 4 }
`;
    const lines = problemsIn(() => readSource(sourceOfText("slipway.yaml", text), "/project", kinds)).map(
      ({ place }) => place?.line,
    );
    expect(lines).toEqual(expect.arrayContaining([5, 6, 10, 11, 12, 14, 15, 16, 19, 20, 21]));
    expect(lines.filter((line) => line === 21).length).toBeGreaterThan(1);
    expect(lines).not.toContain(7);
  });
});

describe("keys", () => {
  it("are read by their names, short and long", () => {
    const { keys } = read(
      "    a: { openpgp: env:KEY }\n    b:\n      rsa: { key: file:k.rsa, as: t-1.rsa.pub }\n",
    ).trust;
    expect(keys["a"]).toMatchObject({ kind: "openpgp", options: { key: { from: "env", name: "KEY" } } });
    expect(keys["b"]).toMatchObject({ kind: "rsa", path: "trust.keys.b", options: { as: "t-1.rsa.pub" } });
    expect(keys["b"]?.place).toMatchObject({ line: 7 });
  });

  it("are refused where they say too much or too little", () => {
    const refused: readonly (readonly [string, string])[] = [
      ["a: { openpgp: release.asc }", "expected the name of a secret"],
      ["a: { openpgp: { } }", "expected `key`, or `command`"],
      ["a: { openpgp: env:A, command: 'gpg {{ artifact }} {{ signature }}' }", "expected either `key` or `command`"],
      ["a: { openpgp: { command: 'gpg {{ artifact }} {{ signature }}' } }", "expected `public`"],
      [
        "a: { openpgp: { command: 'gpg {{ artifact }}', public: p.asc } }",
        "expected a command that uses {{ signature }}",
      ],
      ["a: { openpgp: env:A, public: p.asc }", "expected only with `command`"],
      ["a: { rsa: env:A, as: keys/t.rsa.pub }", "expected a file name that ends in .pub"],
      ["a: { rsa: env:A, id: ABCDEF0123456789 }", "id"],
      ["a: { openpgp: env:A, rsa: env:B }", "names two kinds"],
      ["a: { gnupg: env:A }", "names no kind"],
      ["a: { minisign: RWRTY0Iy }", "expected the name of a secret"],
      ["a: { openssl: { } }", "expected `key`, or `command`"],
      ["a: { ssh: agent }", "expected `public`, which says which key of the agent signs"],
      ["a: { ssh: agent, public: k.pub, passphrase: env:B }", "expected only without `agent`"],
      ["a: { ssh: env:A, public: k.pub }", "expected only with `command`"],
      ["a: { ssh: agents, public: k.pub }", "expected the name of a secret"],
      [
        "a: { rsa: { command: 'x {{ artifact }} {{ signature }} {{ version }}', public: p } }",
        'unknown name "version"',
      ],
    ];
    for (const [key, message] of refused) {
      const problems = problemsIn(() => read(`    ${key}\n`));
      expect(problems.map((problem) => `${problem.message} ${problem.expected ?? ""}`).join("\n")).toContain(
        message.replace(/^expected /, ""),
      );
      expect(problems.every(({ place }) => place?.line === 5)).toBe(true);
    }
  });

  it("never hold a secret", () => {
    const problems = problemsIn(() => read("    a: { openpgp: '-----BEGIN PGP PRIVATE KEY BLOCK-----' }\n"));
    expect(problems.map(({ code }) => code)).toContain("config.secret");
  });
});
