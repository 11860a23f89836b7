/** Decides which files of the Release are signed when it is closed, and by which keys. */
import type { SignEntry } from "../model/config.ts";
import { typesOf } from "../model/only.ts";
import type { SignaturePlan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { SignatureDraft, SignatureKind } from "../model/signature.ts";
import { attempt, wanted, type Deciding } from "./deciding.ts";
import { skipSignature, usableKey } from "./signing-key.ts";

/** One for each entry that is not left out. */
export function decideSignatures(deciding: Deciding): readonly SignaturePlan[] {
  return deciding.config.trust.sign.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideSignature(deciding, entry)) ?? [],
  );
}

function decideSignature(deciding: Deciding, entry: SignEntry): readonly SignaturePlan[] {
  if (!wanted(deciding, entry)) return [];
  const kind = deciding.kinds.signatures.get(entry.kind);
  if (kind === undefined) throw new Error(`signatures of kind ${entry.kind} passed the schema but are in no table`);
  const draft = kind.decide(entry.options, deciding.vocabulary.base);
  const fingerprint = keyOf(deciding, entry, kind, draft);
  if (fingerprint === undefined) return [];
  return [
    {
      kind: kind.kind,
      key: draft.key ?? "",
      fingerprint,
      options: draft.options,
      of: typesOf(entry.of, entry.place),
      name: entry.as?.source ?? `{{ artifact }}${draft.suffix}`,
      place: entry.place,
    },
  ];
}

/** The key's fingerprint, empty where none is needed; undefined where the key may be missing and is. */
function keyOf(deciding: Deciding, entry: SignEntry, kind: SignatureKind, { key }: SignatureDraft): string | undefined {
  const { place, optional, path } = entry;
  if (key === undefined) return deciding.skip.has("sign") ? skipSignature(deciding, path, "--skip sign") : "";
  const facts = usableKey(deciding, { key, optional, place }, path);
  if (facts === undefined || kind.methods.includes(facts.method)) return facts?.fingerprint;
  throw new Problem("plan.invalid", `${kind.kind}: the key ${key} is of the kind ${facts.method}`, {
    place,
    expected: `a key of the kind ${kind.methods.join(" or ")}`,
  });
}
