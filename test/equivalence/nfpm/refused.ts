/** What nfpm packages and Slipway refuses, and what is written instead. docs/packages/nfpm.md has the same table. */
import type { NfpmConfig } from "./config.ts";

export interface Refused {
  /** What it is about, as a cell of the table in the documentation. */
  readonly about: string;
  readonly slipway: string;
  applies(config: NfpmConfig): boolean;
  /** What Slipway says. */
  readonly message: RegExp;
  /** The config as a person would mend it. */
  mend(config: NfpmConfig): NfpmConfig;
}

export const refused: readonly Refused[] = [
  {
    about: "no `maintainer`",
    slipway: "`Name <mail@example.com>`; nfpm writes `Unset Maintainer`",
    applies: ({ maintainer = "" }) => maintainer.trim() === "",
    message: /error the package has no maintainer/,
    mend: (config) => ({ ...config, maintainer: `${config.maintainer ?? "Nobody"} <unset@localhost>` }),
  },
  {
    about: "no `description`",
    slipway: "one line at least; nfpm writes `no description given`",
    applies: ({ description = "" }) => description.trim() === "",
    message: /error the package has no description/,
    mend: (config) => ({ ...config, description: "no description given" }),
  },
  {
    about: "a `release` that is no number, such as `1.fc41`",
    slipway:
      "a number for apk and Arch, which know no others: `apk: { version: { release: 1 } }`; nfpm writes 1 for Arch",
    applies: ({ release = "1" }) => !/^\d+$/.test(String(release)),
    message: /error "[^"]*" cannot be the release of an (apk|Arch) package/,
    mend: (config) => ({ ...config, release: "1" }),
  },
];
