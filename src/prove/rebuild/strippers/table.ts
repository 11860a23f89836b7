/** Every stripper. A stapled notarisation ticket is not among them: nothing that Slipway makes has one. */
import { authenticode } from "./authenticode.ts";
import { codesign } from "./codesign.ts";
import { debSignature } from "./deb-signature.ts";
import { gzip } from "./gzip.ts";
import type { Stripper } from "./kind.ts";
import { rpmSignature } from "./rpm-signature.ts";
import { zip } from "./zip.ts";

export const strippers: readonly Stripper[] = [authenticode, codesign, debSignature, rpmSignature, gzip, zip];
