/** The library `openpgp`, loaded when a key is first opened: it takes longer to load than all of Slipway. */
import type * as openpgp from "openpgp";

export type Pgp = typeof openpgp;

export function loadPgp(): Promise<Pgp> {
  return import("openpgp");
}

/**
 * The library's settings. The salt notation would make every signature another one, and rpm up to 4.16 refuses it
 * (ProtonMail/go-crypto#263).
 */
export function pgpConfig(pgp: Pgp): openpgp.Config {
  return { ...pgp.config, nonDeterministicSignaturesViaNotation: false, showVersion: false, showComment: false };
}
