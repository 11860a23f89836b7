/** A kind of key: one file that declares what its config entries mean and opens what they name. */
import type { KeyKind } from "../model/kind.ts";
import type { Place } from "../model/problem.ts";
import type { SecretName, Words } from "../model/schema.ts";
import type { Signer } from "../model/signer.ts";
import type { Template } from "../model/template.ts";

/** What a key may use besides its options. */
export interface KeyContext {
  /** Its name in `trust.keys`. */
  readonly name: string;
  readonly place: Place;
  /** The clock of the release, seconds since 1970. */
  readonly time: number;
  /** The operator's clock, seconds since 1970: what has expired by now is refused. It changes no byte of a signature. */
  readonly now: number;
  /** Folder for artifacts that a signer command reads. */
  readonly temporary: string;
  /** The bytes of a secret. Fails with `key.missing`. */
  secret(name: SecretName): Promise<Uint8Array>;
  /** A file of the project that is no secret. Fails with `file.missing`. */
  read(path: string): Promise<Uint8Array>;
  /** Renders an option that may ask for the environment. */
  render(template: Template): string;
  /** Runs a signer command, with these names in its words. Fails as commands do. */
  run(command: Words, names: Readonly<Record<string, string>>): Promise<void>;
}

export interface OpenableKey<Options = unknown> extends KeyKind<Options> {
  /** The key, ready to sign. Fails with `key.missing` where a secret is not there, `key.invalid` where it is no usable key. */
  open(options: Options, context: KeyContext): Promise<Signer>;
}
