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
  /** A variable of the operator's environment, which CI systems set for their jobs; undefined where it is not set. */
  variable(name: string): string | undefined;
  /** The operator's clock at this moment, seconds since 1970. */
  clock(): number;
  /** Asks a service. Redirects are answers: what is sent goes to no other host. Fails with `store.unreachable`. */
  request(request: ServiceRequest): Promise<ServiceAnswer>;
}

export interface ServiceRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: string;
  readonly body?: Uint8Array;
  /** Bytes of the longest answer; 1 MiB. */
  readonly limit?: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly bytes: Uint8Array;
}

export interface OpenableKey<Options = unknown> extends KeyKind<Options> {
  /** The key, ready to sign. Fails with `key.missing` where a secret is not there, `key.invalid` where it is no usable key. */
  open(options: Options, context: KeyContext): Promise<Signer>;
  /** How keys of the kind are made; undefined for kinds whose own tools do it. */
  readonly creation?: KeyCreation | undefined;
}

export interface KeyCreation {
  /** The first is taken where nobody says which. */
  readonly algorithms: readonly [string, ...string[]];
  /** What the file of a public key adds to the key's name: `.pub`. */
  readonly suffix: string;
  create(request: NewKeyRequest): Promise<NewKey>;
}

export interface NewKeyRequest {
  /** One of `algorithms`. */
  readonly algorithm: string;
  /** Undefined: the key is not protected. */
  readonly passphrase: string | undefined;
  /** Whose it is, in the words of their config: `Acme Team <team@acme.example>`. */
  readonly owner: string;
}

export interface NewKey {
  /** Text of the secret's file. */
  readonly secret: string;
  /** Text of the public key's file. */
  readonly publicKey: string;
  readonly fingerprint: string;
}
