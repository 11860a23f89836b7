/** Every kind of key. */
import { kindTable, type KindTable } from "../model/kind.ts";
import type { OpenableKey } from "./kind.ts";
import { openpgp } from "./openpgp.ts";
import { rsa } from "./rsa.ts";
import { sigstore } from "./sigstore.ts";

export const keys: KindTable<OpenableKey> = kindTable<OpenableKey>([openpgp, rsa, sigstore]);
