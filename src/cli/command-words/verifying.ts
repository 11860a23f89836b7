/** The words of the commands that prove a release, copy it, and watch over it. */
import { timeout } from "./flags.ts";
import type { CommandWords } from "./words.ts";

export const verifyingCommands: readonly CommandWords[] = [
  {
    name: "verify",
    args: "<what>",
    summary: "verify a release, a file or an image: every byte and proof",
    example: "slipway verify dist/1.0.0 --trust trust.json",
    flags: [
      ["--trust <file>", "whom to believe and what has to be signed (default: the file named by SLIPWAY_TRUST)"],
      ["--pubkey <file...>", "public keys, each of which has to have signed the release or its checksums"],
      ["--metadata <place>", "the address or folder of the TUF metadata that the trust file has a root for"],
      ["--require-signatures", "without any signature the release is invalid"],
      ["--release <where>", "the folder or address of the release that a file or an image belongs to"],
      ["--published <where>", "all files of the folder have to be there: a folder, an address, or a file of names"],
      ["--report <file...>", "write a report: .json or .md"],
      ["--attestation <file...>", "sigstore bundles in which a platform attests how the release was built"],
      ["--rebuild", "build the release again in other surroundings and compare; this runs the project's code"],
      ["--source <place>", "with --rebuild: the repository, a path or URL (default: the one the folder lies in)"],
      ["--network", "with --rebuild: the build may use the network"],
      timeout,
    ],
    load: async () => (await import("../commands/verify.ts")).verify,
  },
  {
    name: "attack",
    args: "<folder>",
    summary: "attack copies of a release the ways releases are attacked",
    example: "slipway attack dist/1.0.0 --trust trust.json",
    flags: [
      ["--trust <file>", "whom its users believe (default: the file named by SLIPWAY_TRUST)"],
      ["--metadata <folder>", "where the metadata of the trust file's root is (default: trust in the folder)"],
      timeout,
    ],
    load: async () => (await import("../commands/attack.ts")).attack,
  },
  {
    name: "mirror",
    args: "<from> <to...>",
    summary: "copy a published release, or an image, to other places",
    example: "slipway mirror https://example.org/tool/1.0.0 ./copy registry.lan:5000 --trust trust.json",
    flags: [
      ["--trust <file>", "of a release: whom to believe (default: the file named by SLIPWAY_TRUST)"],
      ["--pubkey <file...>", "of a release: public keys, each of which has to have signed it"],
      ["--require-signatures", "of a release: without any signature it goes nowhere"],
      ["--set-version <version>", "of a store of the config: which version is taken from it"],
      ["--drafts", "of a release: publish a draft that the config leaves to a person"],
      ["--no-images", "of a release: leave images that are in a registry there"],
      ["--referrers", "of an image: copy signatures, SBOMs and whatever else refers to it too"],
      ["--insecure", "plain HTTP may be spoken to registries on other machines than this one"],
      timeout,
    ],
    load: async () => (await import("../commands/mirror.ts")).mirror,
  },
  {
    name: "watch",
    args: "[place...]",
    summary: "say when what is public is not what was published",
    example: "slipway watch https://example.org/tool/1.0.0 --every 1h",
    flags: [
      ["--release <release>", "of stores of the config: the folder or version that was published"],
      ["--every <duration>", "how long to wait between two looks (default: 10m)"],
      ["--once", "look once"],
      ["--report <file...>", "write what was found each time: .json"],
      timeout,
    ],
    load: async () => (await import("../commands/watch.ts")).watch,
  },
];
