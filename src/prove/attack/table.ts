/** Every attack, in the order of docs/attack.md. */
import { type Attack, notApplicable } from "./attack.ts";
import { bombs, escapingMembers, parserDifferentials } from "./families/archives.ts";
import { arbitraryInstall, extraneous, links, mixAndMatch } from "./families/files.ts";
import { logBinding, nearIdentities } from "./families/identities.ts";
import { fastForward, freeze, rejectedNeverKept, rollback, rotation } from "./families/metadata.ts";
import { failingVerifiers, weakSchemes } from "./families/schemes.ts";
import { endlessData, redirects, slowRetrieval } from "./families/servers.ts";
import { ambiguousJson, checksumLines, terminal, traversal } from "./families/statement.ts";
import { fewerSignatures, thresholds, wrongProduct } from "./families/trust.ts";

/** What only a program that installs can get wrong. */
function ofInstallers(number: number, name: string): Attack {
  return {
    number,
    name,
    run: () => Promise.resolve(notApplicable("nothing is installed by verifying, and Slipway has no installer")),
  };
}

export const attacks: readonly Attack[] = [
  rollback,
  freeze,
  fastForward,
  mixAndMatch,
  arbitraryInstall,
  wrongProduct,
  endlessData,
  slowRetrieval,
  extraneous,
  fewerSignatures,
  rotation,
  thresholds,
  weakSchemes,
  failingVerifiers,
  rejectedNeverKept,
  ofInstallers(16, "exchange between check and use"),
  traversal,
  links,
  escapingMembers,
  bombs,
  parserDifferentials,
  ofInstallers(21, "power loss"),
  ofInstallers(22, "a program that runs"),
  ofInstallers(23, "a new program that is broken"),
  ofInstallers(24, "privileges"),
  checksumLines,
  ambiguousJson,
  terminal,
  redirects,
  ofInstallers(29, "an install script cut short"),
  ofInstallers(30, "several at once"),
  nearIdentities,
  logBinding,
];
