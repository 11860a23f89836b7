/** Every kind of signature. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import { command } from "./command.ts";
import type { MakingSignature } from "./kind.ts";
import { minisign } from "./minisign.ts";
import { openpgp } from "./openpgp.ts";
import { openssl } from "./openssl.ts";
import { sigstore } from "./sigstore.ts";
import { ssh } from "./ssh.ts";

export const signatures: KindTable<MakingSignature> = kindTable<MakingSignature>([
  minisign,
  openssl,
  openpgp,
  ssh,
  sigstore,
  command,
]);
