/** Every kind of signature that can be verified. */
import type { SignatureReader } from "./kind.ts";

export const signatureReaders: readonly SignatureReader[] = [];
