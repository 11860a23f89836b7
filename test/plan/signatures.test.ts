/** Deciding signatures: which key signs what under which name, and what is refused with its line. */
import { describe, expect, it } from "vitest";

import type { SignaturePlan } from "../../src/model/release-plan.ts";
import { formatPlace, problemsOf } from "../../src/model/problem.ts";
import type { KeyFacts } from "../../src/model/signer.ts";
import { planText } from "../worlds/planning.ts";

const head = `slipway: 1
project: tool
builds: [{ fake: main }]
trust:
  keys: { release: { openpgp: env:RELEASE_KEY }, other: { openpgp: env:OTHER_KEY } }
  sign:
`;

const good: KeyFacts = { name: "release", method: "openpgp", fingerprint: "ab".repeat(20), keyName: "" };
const gone: KeyFacts = { name: "other", missing: "OTHER_KEY is not set" };
const facts = { keys: { release: good, other: gone } };

function decided(entries: string, more: Parameters<typeof planText>[1] = {}) {
  return planText(head + entries, { ...more, facts: { ...facts, ...more.facts } });
}

const signaturesOf = (...args: Parameters<typeof decided>): readonly SignaturePlan[] =>
  decided(...args).release.signatures;

function refusals(...args: Parameters<typeof decided>): readonly string[] {
  try {
    decided(...args);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(
      ({ place, code, message }) => `${place === undefined ? "" : formatPlace(place)} ${code} ${message}`,
    );
  }
  return [];
}

describe("a signature", () => {
  it("is of the Release and the checksums where nothing is said, and holds the key's fingerprint", () => {
    expect(signaturesOf("    - { openpgp: release }\n")).toMatchObject([
      {
        kind: "openpgp",
        key: "release",
        fingerprint: good.fingerprint,
        options: { armor: true },
        of: ["release", "checksums"],
        name: { late: "{{ artifact }}.asc" },
      },
    ]);
  });

  it("has the name that the entry says, which waits for what is signed", () => {
    const [signature] = signaturesOf(
      '    - { openpgp: release, of: archives, as: "{{ version }}-{{ artifact }}.pgp" }\n',
    );
    expect(signature?.name).toEqual({ late: "{{ version }}-{{ artifact }}.pgp", with: { version: "1.2.3" } });
    expect(signature?.of).toEqual(["archive"]);
  });

  it("is left out where its key may be missing and is, and all others are made", () => {
    const plan = decided("    - { openpgp: other, optional: true }\n    - { openpgp: release, of: archives }\n");
    expect(plan.release.signatures.map(({ key }) => key)).toEqual(["release"]);
    expect(plan.skipped).toContainEqual({ what: "trust.sign[0]", why: "OTHER_KEY is not set" });
  });

  it("is left out by `when`, in a snapshot without key, and by --skip sign", () => {
    expect(
      signaturesOf("    - { openpgp: release, when: false }\n    - { openpgp: release, of: index }\n"),
    ).toHaveLength(1);
    expect(signaturesOf("    - { openpgp: other }\n", { facts: { isSnapshot: true } })).toEqual([]);
    const skipped = decided("    - { openpgp: release }\n", { skip: new Set(["sign"]) });
    expect(skipped.release.signatures).toEqual([]);
    expect(skipped.skipped).toContainEqual({ what: "trust.sign[0]", why: "--skip sign" });
  });
});

describe("a signature is refused", () => {
  it("without its key, and by a name that no key has", () => {
    expect(refusals("    - { openpgp: other }\n    - { openpgp: nobody }\n")).toEqual([
      "slipway.yaml:7:7 key.missing the key other is not here: OTHER_KEY is not set",
      'slipway.yaml:8:7 plan.invalid sign: no key is called "nobody"',
    ]);
  });

  it("by a name that every object of JavaScript has", () => {
    for (const name of ["toString", "constructor", "__proto__"])
      expect(refusals(`    - { openpgp: ${name} }\n`)).toEqual([
        `slipway.yaml:7:7 plan.invalid sign: no key is called "${name}"`,
      ]);
  });

  it("by a key of another kind", () => {
    const keys = { ...facts.keys, release: { ...good, method: "rsa" } as const };
    expect(refusals("    - { openpgp: release }\n", { facts: { keys } })).toEqual([
      "slipway.yaml:7:7 plan.invalid openpgp: the key release is of the kind rsa",
    ]);
  });

  it("where two would have one name, and not where they are of different files", () => {
    expect(
      refusals(
        "    - { openpgp: release }\n    - { openpgp: release, of: [index, checksums], as: '{{ artifact }}.asc' }\n",
      ),
    ).toEqual(['slipway.yaml:8:7 plan.collision two signatures of one file would be called "FILE.asc" (line 7)']);
    expect(refusals("    - { openpgp: release }\n    - { openpgp: release, of: index }\n")).toEqual([]);
  });

  it("where it would have the name of the file that it signs, or of another file", () => {
    expect(refusals("    - { openpgp: release, of: index, as: '{{ artifact }}' }\n")).toEqual([
      "slipway.yaml:7:42 plan.collision as: a signature would have the name of the file that it signs",
    ]);
    expect(refusals("    - { openpgp: release, of: index, as: CHECKSUMS.txt }\n")).toEqual([
      'slipway.yaml:7:7 plan.collision a signature would be called "CHECKSUMS.txt", as another file is',
    ]);
    expect(refusals("    - { openpgp: release, of: index, as: index.asc }\n")).toEqual([]);
  });

  it("where signatures of several files would have one name", () => {
    expect(refusals("    - { openpgp: release, of: [index, checksums], as: one.asc }\n")).toEqual([
      'slipway.yaml:7:7 plan.collision the signatures of 2 files would all be called "one.asc"',
    ]);
  });

  it("by an option that is for other files", () => {
    const sigstore = { ...facts.keys, release: { ...good, method: "sigstore" } as const };
    const more = { facts: { keys: sigstore } };
    const attested = (of: string): readonly string[] =>
      refusals(`    - { sigstore: release, attest: true${of} }\n  sbom: [spdx]\n  provenance: slsa\n`, more);
    expect(attested(", of: [sboms, archives]")).toEqual([
      "slipway.yaml:7:7 plan.invalid sigstore: attest: true is not for archives",
    ]);
    expect(attested("")).toEqual(["slipway.yaml:7:7 plan.invalid sigstore: attest: true is not for release"]);
    expect(attested(", of: [sboms, provenance, images]")).toEqual([]);
  });

  it("where the list of what it signs is empty", () => {
    expect(refusals("    - { openpgp: release, of: [] }\n").join("\n")).toContain("config.invalid trust.sign[0].of");
  });

  it("each by itself: what is wrong with the first hides nothing of the second", () => {
    expect(
      refusals("    - { openpgp: nobody }\n    - { openpgp: release, of: index, as: '{{ artifact }}' }\n"),
    ).toEqual([
      'slipway.yaml:7:7 plan.invalid sign: no key is called "nobody"',
      "slipway.yaml:8:42 plan.collision as: a signature would have the name of the file that it signs",
    ]);
  });

  it("where nobody would look for the one of release.json", () => {
    expect(refusals("    - { openpgp: release, as: 'signature-of-{{ artifact }}' }\n")).toEqual([
      "slipway.yaml:7:31 plan.invalid as: the signature of release.json would have a name that nobody looks for",
    ]);
  });

  it("where nothing is made that it would sign, unless the command line left that out", () => {
    expect(
      refusals("    - { openpgp: release, of: charts }\n    - { openpgp: release, of: [index, images] }\n"),
    ).toEqual(["slipway.yaml:7:7 plan.empty openpgp: nothing of the release is chart"]);
    const more = { skip: new Set(["charts"]) };
    expect(refusals("    - { openpgp: release, of: charts }\n", more)).toEqual([]);
  });

  it("of what there is not", () => {
    expect(refusals("    - { openpgp: release, of: [signatures] }\n").join("\n")).toContain("config.invalid");
  });
});
