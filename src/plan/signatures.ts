/** Decides which files of the Release are signed when it is closed, and by which keys. */
import type { ArtifactType } from "../model/artifact.ts";
import type { SignEntry } from "../model/config/trust.ts";
import { isReleaseSignature } from "../model/name.ts";
import { typesOf } from "../model/only.ts";
import type { SignaturePlan } from "../model/release-plan.ts";
import { Problem } from "../model/problem.ts";
import type { SignatureDraft, SignatureKind } from "../model/signature.ts";
import { renderText, type Scope, type Template, type Text } from "../model/template.ts";
import { attempt, renderEnv, wanted, type Deciding } from "./deciding.ts";
import { skipSignature, usableKey } from "./signing-key.ts";

/** One for each entry that is not left out. */
export function decideSignatures(deciding: Deciding): readonly SignaturePlan[] {
  const decided = deciding.config.trust.sign.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry)) ?? [],
  );
  deciding.problems.push(...collisions(decided));
  return decided.map(({ plan }) => plan);
}

interface Decided {
  readonly plan: SignaturePlan;
  /** What the signature of a file called `FILE` is called. */
  readonly sample: string;
}

function decideEntry(deciding: Deciding, entry: SignEntry): readonly Decided[] {
  if (!wanted(deciding, entry)) return [];
  const kind = deciding.kinds.signatures.get(entry.kind);
  if (kind === undefined) throw new Error(`signatures of kind ${entry.kind} passed the schema but are in no table`);
  const scope = deciding.vocabulary.base;
  const draft = kind.decide(entry.options, scope);
  const fingerprint = keyOf(deciding, entry, kind, draft);
  if (fingerprint === undefined) return [];
  const of = typesOf(entry.of, entry.place);
  if (of.includes("release")) refuseOtherName(entry, scope);
  refuseOtherTypes(entry, kind, draft, of);
  const sample = nameOf(entry.as, draft, scope, "FILE");
  if (sample === "FILE") throw sameName(entry);
  return [
    {
      sample,
      plan: {
        kind: kind.kind,
        key: draft.key ?? "",
        fingerprint,
        options: draft.options,
        attaches: kind.attaches === true,
        of,
        name: entry.as === undefined ? suffixed(draft.suffix) : renderText(entry.as, scope),
        env: renderEnv(entry.env, scope),
        place: entry.place,
      },
    },
  ];
}

function suffixed(suffix: string): Text {
  return { late: `{{ artifact }}${suffix}`, with: {} };
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

function nameOf(as: Template | undefined, { suffix }: SignatureDraft, scope: Scope, file: string): string {
  return as === undefined ? `${file}${suffix}` : as.render({ ...scope, artifact: anyFile(file) }).trim();
}

/** What a template may ask of an artifact that is not made yet. */
function anyFile(name: string) {
  const unknown = { ext: "", type: "", os: "", arch: "", variant: "", target: "", digest: "", sha256: "", size: 0 };
  return { name, ...unknown };
}

/** Nothing lists the signatures of the Release: verifiers know them by the beginning of their names. */
function refuseOtherName({ as, place }: SignEntry, scope: Scope): void {
  if (as === undefined || isReleaseSignature(nameOf(as, { key: "", suffix: "", options: {} }, scope, "release.json")))
    return;
  throw new Problem("plan.invalid", "as: the signature of release.json would have a name that nobody looks for", {
    place: as.place ?? place,
    expected: "`{{ artifact }}.` and letters, digits, dots and dashes",
  });
}

function refuseOtherTypes(
  { of: words, place }: SignEntry,
  { kind }: SignatureKind,
  { only }: SignatureDraft,
  of: readonly ArtifactType[],
): void {
  const other = only === undefined ? -1 : of.findIndex((type) => !only.types.includes(type));
  if (only === undefined || other === -1) return;
  throw new Problem("plan.invalid", `${kind}: ${only.option} is not for ${words[other]}`, {
    place,
    expected: only.expected,
  });
}

function sameName({ as, place }: SignEntry): Problem {
  return new Problem("plan.collision", "as: a signature would have the name of the file that it signs", {
    place: as?.place ?? place,
    hint: "Add an ending, as in `{{ artifact }}.sig`.",
  });
}

/** Two ways of signing one file need two names. */
function collisions(decided: readonly Decided[]): readonly Problem[] {
  return decided.flatMap(({ sample, plan: { of, place } }, index) => {
    const other = decided.slice(0, index).find((one) => one.sample === sample && meets(one.plan.of, of));
    if (other === undefined) return [];
    const line = other.plan.place === undefined ? "" : ` (line ${other.plan.place.line})`;
    const message = `two signatures of one file would be called "${sample}"${line}`;
    return [new Problem("plan.collision", message, { place, hint: "Give one of them another name with `as`." })];
  });
}

function meets(some: readonly ArtifactType[], others: readonly ArtifactType[]): boolean {
  return some.some((type) => others.includes(type));
}
