/** `trust`: the keys that sign, what they sign, and what is said of how everything was made. */
import type { TrustConfig } from "../../../model/config/trust.ts";
import { Problem } from "../../../model/problem.ts";
import { z } from "../../../model/schema.ts";
import { unknownKey } from "../../check/issues.ts";
import type { MapTree, Tree } from "../../yaml/tree.ts";
import type { ReadableKinds, Section, SectionContext } from "../section.ts";
import { keys } from "./keys.ts";
import type { TrustPart } from "./part.ts";
import { provenance } from "./provenance.ts";
import { completeRoot, root } from "./root.ts";
import { sboms } from "./sboms.ts";
import { sign } from "./sign.ts";

/** Under `trust`, by their words. */
const parts = { keys, sign, sbom: sboms, provenance, root } as const;

export const trust: Section<TrustConfig> = {
  key: "trust",
  summary:
    "The keys that sign, what is signed, and the evidence that is written. A secret never stands here, only where it is; see [Keys](keys.md).",
  example:
    "trust:\n  keys:\n    release: { minisign: env:RELEASE_KEY, passphrase: env:RELEASE_PASSPHRASE }\n    alpine: { rsa: file:alpine.rsa, as: team@example.com-5f2c.rsa.pub }\n  sign: [{ minisign: release, of: [checksums, release] }]\n  sbom: [spdx]\n  provenance: slsa",
  schema: (kinds) =>
    z.strictObject(
      Object.fromEntries(Object.entries(parts).map(([word, part]) => [word, schemaOf(part, kinds).optional()])),
    ),
  entries: { common: keys.common, kinds: (kinds) => [...kinds.keys.values()] },
  read(tree, context) {
    const entries = mapIn(tree, context);
    const under = (word: keyof typeof parts): Tree | undefined => entries?.get(word)?.tree;
    const known = keys.read(under("keys"), context);
    return {
      keys: known,
      sign: sign.read(under("sign"), context),
      sboms: sboms.read(under("sbom"), context),
      provenance: provenance.read(under("provenance"), context),
      root: completeRoot(root.read(under("root"), context), known, context.problems),
    };
  },
};

function schemaOf(part: TrustPart<unknown>, kinds: ReadableKinds): z.ZodType {
  return part.schema(kinds).describe(part.summary);
}

function mapIn(tree: Tree | undefined, { problems }: SectionContext): MapTree["entries"] | undefined {
  if (tree === undefined) return undefined;
  if (tree.kind !== "map") {
    const expected = `a map with ${Object.keys(parts).join(", ")}`;
    problems.push(new Problem("config.invalid", "trust is no map", { place: tree.place, expected }));
    return undefined;
  }
  for (const key of tree.entries.keys())
    if (!Object.hasOwn(parts, key)) problems.push(unknownKey(key, tree, "trust", Object.keys(parts)));
  return tree.entries;
}
