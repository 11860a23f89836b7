/** A kind of signature: one file that declares what its config entries mean and makes what they ask for. */
import type { JsonObject } from "../../model/json.ts";
import type { PlannedHook } from "../../model/plan.ts";
import type { SignatureKind } from "../../model/signature.ts";
import type { FileToSign, Signer } from "../../model/signer.ts";
import type { Text } from "../../model/template.ts";

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
  /** Fills a text that `decide` left waiting for late values, such as `artifact`. */
  render(text: Text, names: Readonly<Record<string, string>>): string;
  /**
   * Runs a command of the user's from the project's folder, in the entry's environment and with these names in its words: one text
   * that is split, or the words; `renderText` of `model/template.ts` makes them in `decide`. Fails as commands do.
   */
  run(command: PlannedHook["run"], names: Readonly<Record<string, string>>): Promise<void>;
}

export interface MakingSignature<Options = unknown> extends SignatureKind<Options> {
  /** The bytes of the signature's file. Fails with `key.invalid`, or as its command does. */
  sign(request: SigningRequest): Promise<Uint8Array>;
}
