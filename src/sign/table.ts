/** Every kind of key. */
import { kindTable, type KindTable } from "../model/kind.ts";
import type { OpenableKey } from "./kind.ts";
import { keyless } from "./keyless.ts";
import { minisign } from "./minisign.ts";
import { openpgp } from "./openpgp.ts";
import { openssl } from "./openssl.ts";
import { rsa } from "./rsa.ts";
import { sigstore } from "./sigstore.ts";
import { ssh } from "./ssh.ts";

export const keys: KindTable<OpenableKey> = kindTable<OpenableKey>([
  minisign,
  openssl,
  openpgp,
  ssh,
  sigstore,
  keyless,
  rsa,
]);
