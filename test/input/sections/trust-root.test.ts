/** `trust.root`: who signs which role of the metadata, in its short forms and its long one. */
import { describe, expect, it } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import type { TrustRootEntry } from "../../../src/model/trust-root.ts";
import { problemsIn } from "../kinds.ts";

const day = 24 * 3600;

function read(root: string, keys = "alice bob ci"): TrustRootEntry | undefined {
  const named = keys.split(" ").map((name) => `    ${name}: { openssl: env:${name.toUpperCase()} }\n`);
  return readSource(
    sourceOfText(
      "slipway.yaml",
      `slipway: 1\nproject: tool\ntrust:\n  keys:\n    pack: { rsa: env:PACK }\n${named.join("")}  root: ${root}\n`,
    ),
    "/project",
    kinds,
  ).trust.root;
}

describe("trust.root", () => {
  it("is one key, or keys: then ci signs what is signed every week", () => {
    for (const written of ["alice", "[alice]"]) {
      const { folder, roles } = read(written) ?? expect.fail("no root");
      expect(folder).toBe("trust");
      expect(roles.root).toMatchObject({ keys: ["alice"], threshold: 1, expires: 365 * day });
      expect(roles.targets).toMatchObject({ keys: ["alice"], threshold: 1, expires: 365 * day });
      expect(roles.snapshot).toMatchObject({ keys: ["ci"], threshold: 1, expires: 30 * day });
      expect(roles.timestamp).toMatchObject({ keys: ["ci"], threshold: 1, expires: 7 * day });
    }
  });

  it("has all roles signed by its keys where there is no ci", () => {
    const { roles } = read("[alice, bob]", "alice bob") ?? expect.fail("no root");
    expect(Object.values(roles).map(({ keys }) => keys)).toEqual(Array.from({ length: 4 }, () => ["alice", "bob"]));
  });

  it("says of each role who signs it, how many of them, and for how long", () => {
    const { folder, roles } =
      read(
        "{ folder: site/trust, roles: { root: { keys: [alice, bob], threshold: 2, expires: 52w }, targets: [bob, ci], timestamp: { keys: ci, expires: 36h } } }",
      ) ?? expect.fail("no root");
    expect(folder).toBe("site/trust");
    expect(roles.root).toMatchObject({ keys: ["alice", "bob"], threshold: 2, expires: 364 * day });
    expect(roles.targets).toMatchObject({ keys: ["bob", "ci"], threshold: 1 });
    expect(roles.snapshot).toMatchObject({ keys: ["ci"], expires: 30 * day });
    expect(roles.timestamp).toMatchObject({ keys: ["ci"], expires: 36 * 3600 });
  });

  it("is refused at its line where no metadata could ever be signed so", () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ["allice", /no key called "allice"/],
      ["[alice, alice]", /named twice/],
      ["[]", /no key is named/],
      ["pack", /the key pack is of the kind rsa/],
      ["{ roles: { root: { keys: [alice, bob], threshold: 3 } } }", /2 keys cannot make 3 signatures/],
      ["{ roles: { root: { keys: alice, threshold: 0 } } }", /threshold/],
      ["{ roles: { root: alice, targets: zoe } }", /targets: there is no key called "zoe"/],
      ["{ roles: { root: { keys: alice, expires: 7 days } } }", /expires/],
      ["{ roles: { root: { keys: alice, expires: 9000w } } }", /expires/],
      ["{ roles: { targets: alice } }", /root/],
      ["{ folder: ../trust, roles: { root: alice } }", /folder/],
      ["{ roles: { root: alice, mirrors: alice } }", /mirrors/],
    ];
    for (const [written, words] of refused) {
      const [problem, ...others] = problemsIn(() => read(written));
      expect(`${problem?.message} ${problem?.expected}`, written).toMatch(words);
      expect(problem?.place?.line, written).toBe(9);
      expect(others, written).toEqual([]);
    }
    expect(problemsIn(() => read("allice"))[0]?.expected).toMatch(/such as alice/);
  });
});
