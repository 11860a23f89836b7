/** Every kind of signature. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import type { MakingSignature } from "./kind.ts";
import { openpgp } from "./openpgp.ts";
import { sigstore } from "./sigstore.ts";

export const signatures: KindTable<MakingSignature> = kindTable<MakingSignature>([openpgp, sigstore]);
