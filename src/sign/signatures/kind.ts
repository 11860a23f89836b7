/** A kind of signature: one file that declares what its config entries mean and makes what they ask for. */
import type { JsonObject } from "../../model/json.ts";
import type { SignatureKind } from "../../model/signature.ts";
import type { FileToSign, Signer } from "../../model/signer.ts";
import type { Words } from "../../model/schema.ts";

export interface SigningRequest {
  readonly file: FileToSign;
  /** As `decide` gave them. */
  readonly options: JsonObject;
  /** The key, opened; undefined where the kind has no `methods`. */
  readonly signer: Signer | undefined;
  /** The release's clock, seconds since 1970. */
  readonly time: number;
  /** Folder for files that a command reads. */
  readonly temporary: string;
  /** Runs a command of the user's, with these names in its words. Fails as commands do. */
  run(command: Words, names: Readonly<Record<string, string>>): Promise<void>;
}

export interface MakingSignature<Options = unknown> extends SignatureKind<Options> {
  /** The bytes of the signature's file. Fails with `key.invalid`, or as its command does. */
  sign(request: SigningRequest): Promise<Uint8Array>;
}
