/** TUF metadata and keys: their canonical form, their ids, and what is refused in them. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";

import { canonicalBytes } from "../../../src/format/tuf/canonical.ts";
import { delegatesFor } from "../../../src/format/tuf/delegations.ts";
import { checkFile } from "../../../src/format/tuf/hashes.ts";
import { tufKeyOf, verifierOf } from "../../../src/format/tuf/keys.ts";
import { type Delegations, readMetadata } from "../../../src/format/tuf/metadata.ts";
import type { Json, JsonObject } from "../../../src/model/json.ts";
import { problemsIn } from "../../input/kinds.ts";
import { needs } from "../../judges.ts";

const canonical = (value: Json): string => Buffer.from(canonicalBytes(value)).toString();

const pemOf = (kind: "ed25519" | "ec", curve = "prime256v1"): string => {
  const { publicKey } =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: curve });
  return publicKey.export({ format: "pem", type: "spki" }).toString();
};

describe("the canonical form", () => {
  it("sorts keys by code point, escapes two characters and nothing else, and has whole numbers only", () => {
    expect(canonical({ b: [1, -0, true, null], a: 'q"\\\n\u00e9' })).toBe(
      '{"a":"q\\"\\\\\n\u00e9","b":[1,0,true,null]}',
    );
    expect(canonical({ "\u{10000}": 1, "\uffff": 2, a: 3 })).toBe('{"a":3,"\uffff":2,"\u{10000}":1}');
    expect(() => canonical(1.5)).toThrow(/canonical/);
  });

  needs("python-tuf")("is the one of securesystemslib, and so are the ids of keys", ({ "python-tuf": python }) => {
    const pems = [pemOf("ed25519"), pemOf("ec")].map((pem) => tufKeyOf(pem, "key"));
    const value = {
      "\u{10000}": ["\u007f\u0001\t", '"\\'],
      "\uffff": { z: -5, a: 2 ** 53 - 1 },
      keys: pems.map(({ key }) => key),
    };
    const script = `
import json, sys
from securesystemslib.formats import encode_canonical
from securesystemslib.signer._utils import compute_default_keyid
value = json.load(sys.stdin)
ids = [compute_default_keyid(k["keytype"], k["scheme"], k["keyval"]) for k in value["keys"]]
print(json.dumps([encode_canonical(value), ids]))
`;
    const [text, ids] = JSON.parse(
      execFileSync(python, ["-c", script], { input: JSON.stringify(value), encoding: "utf8" }),
    ) as readonly [string, readonly string[]];
    expect(text).toBe(canonical(value));
    expect(ids).toEqual(pems.map(({ id }) => id));
  });
});

describe("keys", () => {
  it("are Ed25519 or ECDSA on P-256 where we sign, and no others", () => {
    expect(tufKeyOf(pemOf("ed25519"), "a").key).toMatchObject({ keytype: "ed25519", scheme: "ed25519" });
    expect(tufKeyOf(pemOf("ec"), "a").key).toMatchObject({ keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256" });
    for (const pem of [pemOf("ec", "secp384r1"), "no key", pemOf("ed25519").replaceAll("PUBLIC", "PRIVATE")])
      expect(problemsIn(() => tufKeyOf(pem, "a")).map(({ code }) => code)).toEqual(["key.invalid"]);
  });

  it("verify by the scheme that the root names for them, and by no other", () => {
    const { key } = tufKeyOf(pemOf("ec"), "a");
    expect(verifierOf(key)).toBeDefined();
    for (const wrong of [
      { scheme: "ecdsa-sha2-nistp384" },
      { scheme: "rsassa-pss-sha256" },
      { keytype: "rsa" },
      { scheme: "none" },
    ])
      expect(verifierOf({ ...key, ...wrong })).toBeUndefined();
    expect(verifierOf({ ...key, scheme: "constructor" })).toBeUndefined();
  });
});

describe("metadata", () => {
  const targets = (change: JsonObject = {}, signatures: Json = []): Uint8Array =>
    Buffer.from(
      JSON.stringify({
        signatures,
        signed: {
          _type: "targets",
          spec_version: "1.0.34",
          version: 1,
          expires: "2030-01-01T00:00:00Z",
          targets: {},
          ...change,
        },
      }),
    );

  it("is refused where a field is not what the specification says", () => {
    expect(readMetadata(targets({ more: 1 }), "targets", "t").raw["more"]).toBe(1);
    const one = (file: JsonObject): JsonObject => ({ targets: { a: file } });
    const role = { name: "r", keyids: ["k"], threshold: 1, terminating: false, paths: ["*"] };
    const delegating = (...roles: readonly JsonObject[]): JsonObject => ({ delegations: { keys: {}, roles } });
    const refused: readonly JsonObject[] = [
      { _type: "root" },
      { version: 0 },
      { version: "1" },
      { spec_version: "2.0.0" },
      { expires: "2030-01-01" },
      { expires: "2030-01-01T00:00:00+01:00" },
      one({ length: 1, hashes: {} }),
      one({ length: -1, hashes: { sha256: "00" } }),
      one({ length: 1, hashes: { sha256: "XY" } }),
      delegating({ ...role, name: "Root" }),
      delegating({ ...role, threshold: 0 }),
      delegating({ ...role, keyids: ["k", "k"] }),
      delegating(role, role),
      delegating({ ...role, path_hash_prefixes: ["00"] }),
      { delegations: { keys: {} } },
    ];
    for (const change of refused)
      expect(
        problemsIn(() => readMetadata(targets(change), "targets", "t")).map(({ code }) => code),
        JSON.stringify(change),
      ).toContain("format.invalid");
    expect(readMetadata(targets(delegating(role)), "targets", "t").signed.delegations?.roles).toHaveLength(1);
    expect(
      problemsIn(() =>
        readMetadata(
          targets({}, [
            { keyid: "a", sig: "" },
            { keyid: "a", sig: "" },
          ]),
          "targets",
          "t",
        ),
      ),
    ).toHaveLength(1);
  });

  it("delegates by paths, by prefixes of hashes and to bins", () => {
    const names = (delegations: Omit<Delegations, "keys">, path: string): readonly string[] =>
      delegatesFor({ keys: {}, ...delegations }, path).map(({ name }) => name);
    const role = (name: string, ...paths: readonly string[]) => ({
      name,
      keyids: [],
      threshold: 1,
      terminating: false,
      paths: [...paths],
    });
    const roles = [role("a", "*.md", "foo-?.tgz"), role("b", "releases/*/*"), role("c", "*a*a*a*a*a*b")];
    expect(names({ roles }, "README.md")).toEqual(["a"]);
    expect(names({ roles }, "foo-1.tgz")).toEqual(["a"]);
    expect(names({ roles }, "foo-12.tgz")).toEqual([]);
    expect(names({ roles }, "releases/1/x")).toEqual(["b"]);
    expect(names({ roles }, "releases/x")).toEqual([]);
    expect(names({ roles }, "a".repeat(100_000))).toEqual([]);
    const succinct = { keyids: [], threshold: 1, bit_length: 8, name_prefix: "bin" };
    // SHA-256 of "abc" begins with ba78.
    expect(names({ succinct_roles: succinct }, "abc")).toEqual(["bin-ba"]);
    expect(names({ succinct_roles: { ...succinct, bit_length: 1 } }, "abc")).toEqual(["bin-1"]);
    expect(names({ succinct_roles: { ...succinct, bit_length: 32 } }, "abc")).toEqual(["bin-ba7816bf"]);
    const { paths: _, ...bare } = role("p");
    expect(names({ roles: [{ ...bare, path_hash_prefixes: ["ba"] }] }, "abc")).toEqual(["p"]);
  });

  it("vouches for files by length and every hash", () => {
    const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const check = (said: Parameters<typeof checkFile>[0], text = "abc") =>
      problemsIn(() => {
        const file = checkFile(said, "f");
        file.update(Buffer.from(text));
        file.finish();
      }).map(({ message }) => message);
    expect(check({ length: 3, hashes: { sha256 } })).toEqual([]);
    expect(check({ length: 2, hashes: { sha256 } })).toEqual(["f: it has more than the 2 bytes that were signed"]);
    expect(check({ length: 4, hashes: { sha256 } })).toEqual(["f: it has 3 bytes, and 4 were signed"]);
    expect(check({ hashes: { sha256 } }, "abd")).toEqual(["f: its sha256 is not the one that was signed"]);
    expect(check({ hashes: { sha256, "md-nobody": "00" } })).toEqual([
      "f: its md-nobody is not the one that was signed",
    ]);
  });
});
