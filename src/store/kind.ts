/** A store's kind: one file that declares what its config entries mean and opens what they name. */
import type { ReleaseAbout } from "../model/about.ts";
import type { Artifact, ExpectedArtifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import type { StoreKind } from "../model/kind.ts";
import type { Problem } from "../model/problem.ts";
import type { Signer } from "../model/signer.ts";
import type { SecretName } from "../model/schema.ts";
import type { Scope, Text } from "../model/template.ts";
import type { Store, Turn } from "../model/store.ts";

/** What a store may use besides its options. */
export interface StoreContext {
  /** Absolute path of the project, which relative paths start from. */
  readonly root: string;
  /** Absolute path of the Release that is read from, which nothing may be written into. */
  readonly release: string;
  /** What is published. */
  readonly about: ReleaseAbout;
  /** What of it goes there, where that is known: for places that are asked, or take back, without anything being put. */
  readonly artifacts?: readonly Artifact[] | undefined;
  /** Whether drafts are published that the config leaves to a person. */
  readonly drafts?: boolean | undefined;
  /** The operator's environment: logins, proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends what is under way; whoever aborts says why. */
  readonly signal?: AbortSignal | undefined;
  /** The bytes of a secret. Fails with `key.missing`. */
  secret(name: SecretName): Promise<Uint8Array>;
  /** A key of the config's `trust.keys`, opened; left out where nothing is signed. Fails with `key.missing` or `key.invalid`. */
  signer?(name: string): Promise<Signer>;
  /** A text of the options, with what was known only late filled in: `{{ artifact }}`. */
  render(text: Text, names: Scope): string;
  /** Runs a program in the project's folder, with no shell. Fails with `tool.missing`, `step.failed` and `step.timeout`. */
  run(command: StoreCommand): Promise<StoreCommandResult>;
}

/** A program that a store runs. */
export interface StoreCommand {
  /** One text that is split into words, or the words. */
  readonly words: Text | readonly Text[];
  /** Late values that stand in the words. */
  readonly names: Scope;
  /** Over what programs need of the operator's environment, which has no secrets in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that nobody may see, whatever the program prints and however it writes them. */
  readonly secrets: readonly string[];
  /** Exit codes that are answers; default: 0. */
  readonly accept?: readonly number[] | undefined;
  /** Milliseconds after which it is ended. */
  readonly timeout: number;
}

export interface StoreCommandResult {
  readonly exitCode: number;
}

export interface OpenableStore<Options = unknown> extends StoreKind<Options> {
  /** When its names will move, as the decided options say: what a Plan tells before anything is opened. Left out: with the `names`. */
  turnOf?(options: JsonObject): Turn;
  /** The place that the decided options name. Fails with a Problem when it cannot be reached or written. */
  open(options: JsonObject, context: StoreContext): Promise<Store>;
  /** Fails where it is known before anything is made that nothing can be put there, such as with a token that is no good any more. */
  reach?(options: JsonObject, context: StoreContext): Promise<void>;
  /**
   * The decided options of a place as people write it on a command line, such as `oci:FOLDER`; undefined where the text is of another
   * form. Fails with `usage`.
   */
  written?(text: string, given: { readonly insecure: boolean }): JsonObject | undefined;
  /** The same options for a place that a Release is mirrored to, which was not made for it. Left out: they are the same. */
  mirroring?(options: JsonObject): JsonObject;
  /** The same in detail, one line for each thing that was asked; `expected` will go there. Only reads. Defects alone are thrown. */
  probe?(options: JsonObject, context: StoreContext, expected: readonly ExpectedArtifact[]): Promise<readonly Probed[]>;
}

/** One thing that was asked of a place before anything is sent there. */
export interface Probed {
  /** `token`, `scope`, `names`, `quota`, `clock`, `tag`, `settings`. */
  readonly what: string;
  /** `unknown`: the place does not say. */
  readonly outcome: "ok" | "warning" | "failed" | "unknown";
  readonly detail: string;
  /** Of what failed. */
  readonly problem?: Problem | undefined;
}
