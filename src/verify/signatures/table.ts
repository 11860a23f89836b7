/** Every kind of signature that can be verified. */
import type { SignatureReader } from "./kind.ts";
import { minisign } from "./minisign.ts";
import { openpgp } from "./openpgp.ts";
import { openssl } from "./openssl.ts";
import { sigstore } from "./sigstore.ts";
import { ssh } from "./ssh.ts";

/** Where several read a key, the first does: PEM is OpenSSL's. Each is given only keys that it read itself. */
export const signatureReaders: readonly SignatureReader[] = [minisign, openpgp, ssh, openssl, sigstore];
