/** Kinds of signatures: how a file of the Release is signed, and what its signature's file is called. */
import type { ArtifactType } from "./artifact.ts";
import type { JsonObject } from "./json.ts";
import type { KindWords } from "./kind-words.ts";
import type { z } from "./schema.ts";
import type { Signer } from "./signer.ts";
import type { Scope } from "./template.ts";

/** The deciding half; `sign/` adds the making half. */
export interface SignatureKind<Options = unknown> extends KindWords {
  /** The option that the value under the kind's key stands for: `minisign: release` is `minisign: { key: release }`. */
  readonly primary: string;
  /** The kind's own options, with `primary`. */
  readonly schema: z.ZodType<Options>;
  /** What keys it signs with; empty where it needs none, such as a command. */
  readonly methods: readonly Signer["method"][];
  /** Whether an image is signed by further artifacts that lie beside it in its registries; else the file that holds it is signed. */
  readonly attaches?: boolean | undefined;
  /** Name of the key in `trust.keys` that an entry signs with, which is known before anything is planned; undefined where `methods` is empty. */
  keyOf(options: Options): string | undefined;
  /** Renders the options into the Plan. Pure. */
  decide(options: Options, scope: Scope): SignatureDraft;
}

export interface SignatureDraft {
  /** Name of a key in `trust.keys`; undefined where `methods` is empty. */
  readonly key: string | undefined;
  /** What a signature's name adds to the file's, with its dot: `.minisig`. */
  readonly suffix: string;
  readonly options: JsonObject;
  /** What alone it can sign with an option that was given; undefined: whatever there is. */
  readonly only?: OnlyTypes | undefined;
}

export interface OnlyTypes {
  /** As it is written: `attest: true`. */
  readonly option: string;
  readonly types: readonly ArtifactType[];
  /** For people: an `of` that would do. */
  readonly expected: string;
}
