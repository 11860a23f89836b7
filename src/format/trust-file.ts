/** Writes and reads trust.json: whose signatures somebody believes, of which product, and which of them they ask for. */
import { z } from "zod";

import type { JsonObject } from "../model/json.ts";
import { groupNames } from "../model/only.ts";
import { readEdited, shapes, writeDocument } from "./json-document.ts";

/** Somebody who signs with keys of minutes, vouched for by an authority. Everything that is given has to be so, exactly. */
export interface TrustedIdentity {
  /** Who vouches for the identity, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** The certificate's subject, to the letter. */
  readonly subject?: string | undefined;
  /** `https://github.com/acme/tool/.github/workflows/release.yml`, without the ref. */
  readonly workflow?: string | undefined;
  /** `refs/tags/v1.2.3`. */
  readonly ref?: string | undefined;
  /** Numbers that a forge never gives to another. */
  readonly repositoryId?: string | undefined;
  readonly ownerId?: string | undefined;
  /** In no trust file, but asked of attestations: where it ran, such as `github-hosted`, and the commit that was built. */
  readonly runner?: string | undefined;
  readonly commit?: string | undefined;
  /** Sigstore's trusted_root.json. */
  readonly trustedRoot: JsonObject;
}

/** So many of these have to have signed these files; whatever else is asked for. */
export interface Requirement {
  /** `release`, or another word that `only` of a publish entry knows: all artifacts of that type, of which there is one at least. */
  readonly of: string;
  /** Names in `keys` and `identities`. */
  readonly by: readonly string[];
  /** Distinct keys; 1 and more. */
  readonly threshold: number;
}

export interface TrustFile {
  /** Name of the product that is released, as release.json has it. */
  readonly product: string;
  /** Any, where it is left out. */
  readonly channel?: string | undefined;
  /** Public keys in the form their users keep: `{ release: { minisign: "RWQ..." } }`, one method each. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly identities: Readonly<Record<string, TrustedIdentity>>;
  /** All of them. */
  readonly require: readonly Requirement[];
  /** Types of artifacts of which the Release has to have one, as `only` names them: `sboms`, `provenance`. */
  readonly contains: readonly string[];
  /** The root of TUF metadata. */
  readonly root?: JsonObject | undefined;
}

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "expected letters, digits, dots and dashes");
const word = z.enum(groupNames as readonly [string, ...string[]]);
const data = z.record(z.string(), z.json());

const identity = z
  .strictObject({
    issuer: shapes.text,
    subject: shapes.text.optional(),
    workflow: shapes.text.optional(),
    ref: shapes.text.optional(),
    repositoryId: z
      .string()
      .regex(/^[0-9]+$/, "expected digits")
      .optional(),
    ownerId: z
      .string()
      .regex(/^[0-9]+$/, "expected digits")
      .optional(),
    trustedRoot: data,
  })
  .refine(
    ({ subject, workflow }) => subject !== undefined || workflow !== undefined,
    "expected a subject or a workflow: an issuer alone vouches for everybody",
  );

const schema = z
  .strictObject({
    slipway: z.literal(1),
    product: shapes.text,
    channel: shapes.text.optional(),
    keys: z
      .record(
        name,
        z
          .record(z.string(), shapes.text)
          .refine((key) => Object.keys(key).length === 1, 'expected one method, such as { "minisign": "RWQ..." }'),
      )
      .optional(),
    identities: z.record(name, identity).optional(),
    require: z.array(
      z.strictObject({
        of: word,
        by: z.array(name).min(1, "expected a name at least"),
        threshold: z.int().positive().optional(),
      }),
    ),
    contains: z.array(word).optional(),
    root: data.optional(),
  })
  .superRefine((file, context) => {
    for (const message of flaws(file)) context.addIssue({ code: "custom", message, input: file });
  });

/** What the shapes of fields do not tell; all of it would weaken what is asked for without a word. */
function* flaws({ keys = {}, identities = {}, require }: z.infer<typeof schema>): Generator<string> {
  const twice = Object.keys(keys).find((each) => Object.hasOwn(identities, each));
  if (twice !== undefined) yield `"${twice}" is a key and an identity`;
  if (!require.some(({ of }) => of === "release"))
    yield 'require: nothing asks for a signature of the Release itself: { "of": "release", "by": [...] }';
  for (const [index, { by, threshold = 1 }] of require.entries()) {
    const unknown = by.find((each) => !Object.hasOwn(keys, each) && !Object.hasOwn(identities, each));
    if (unknown !== undefined) yield `require[${index}].by: there is no key or identity called "${unknown}"`;
    if (new Set(by).size < by.length) yield `require[${index}].by: a name comes twice`;
    if (threshold > by.length) yield `require[${index}].threshold: more than there are names`;
  }
}

export function writeTrustFile({ product, channel, keys, identities, require, contains, root }: TrustFile): string {
  return writeDocument({
    slipway: 1,
    product,
    channel,
    ...(Object.keys(keys).length === 0 ? {} : { keys }),
    ...(Object.keys(identities).length === 0 ? {} : { identities }),
    require,
    ...(contains.length === 0 ? {} : { contains }),
    root,
  });
}

/**
 * Reads a trust.json. Fails with `format.invalid`, naming each field that is wrong: a file that asks for nothing, or for what can
 * never be, is no trust file. Whether the keys are any good is for those who open them.
 */
export function readTrustFile(text: string, file: string): TrustFile {
  const { product, channel, keys = {}, identities = {}, require, contains = [], root } = readEdited(text, schema, file);
  return {
    product,
    channel,
    keys,
    identities,
    require: require.map(({ of, by, threshold = 1 }) => ({ of, by, threshold })),
    contains,
    root,
  };
}
