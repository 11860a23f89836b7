/** Attacks on archives: members that leave the folder, come twice or hide, links out of it, and bombs. */
import { createWriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import type { ReleaseArtifact } from "../../../format/release.ts";
import { type Attack, type AttackResult, notApplicable, tryAll, type Variant } from "../attack.ts";
import { type OddMember, oddTarGz } from "../tar-bytes.ts";
import { reissue, type World } from "../world.ts";

const tarGz = (world: World): ReleaseArtifact | undefined => archiveOf(world, "tar.gz");

function archiveOf({ release }: World, format: string): ReleaseArtifact | undefined {
  return release.artifacts.find(({ type, attributes }) => type === "archive" && attributes?.["format"] === format);
}

/** A Release whose archive is another one, with all lists and digests in agreement, believed as it is. */
function holding(world: World, artifact: ReleaseArtifact, what: string, bytes: () => Promise<Uint8Array>): Variant {
  return {
    what,
    async verdict() {
      const verdict = await world.engine.folder(
        await reissue(world, new Map([[artifact.name, await bytes()]])),
        undefined,
      );
      // That a program is another one than was listed is no answer to what the archive does.
      const about = verdict.checks.filter(({ check }) => check !== "program");
      const failed = about.find(({ outcome }) => outcome === "failed");
      return { ...verdict, checks: about, outcome: failed === undefined ? "verified" : "invalid" };
    },
  };
}

/** An archive that is odd in nothing has to pass, or refusals would prove nothing. */
async function control(world: World, artifact: ReleaseArtifact): Promise<AttackResult | undefined> {
  const plain = holding(world, artifact, "", async () => oddTarGz([{ path: "file", content: Buffer.from("x") }]));
  const verdict = await plain.verdict();
  if (verdict.outcome === "verified") return undefined;
  const found = verdict.checks.find(({ outcome }) => outcome === "failed");
  return notApplicable(
    `an archive without anything odd is refused here: ${found?.subject ?? ""}: ${found?.detail ?? ""}`,
  );
}

export const escapingMembers: Attack = {
  number: 18,
  name: "links and paths out of archives",
  async run(world) {
    const artifact = tarGz(world);
    if (artifact === undefined) return notApplicable("the release has no tar.gz");
    const content = Buffer.from("x");
    const odd: Readonly<Record<string, readonly OddMember[]>> = {
      "a member is called ../outside": [{ path: "../outside", content }],
      "a member is called /outside": [{ path: "/outside", content }],
      "a member is called a/../../outside": [{ path: "a/../../outside", content }],
      "a link leads out": [{ path: "link", type: "2", target: "../../outside" }],
      "a link leads to the root": [{ path: "link", type: "2", target: "/etc/passwd" }],
      "a hard link leads out": [{ path: "link", type: "1", target: "../outside" }],
      "a file goes through a link": [
        { path: "link", type: "2", target: ".." },
        { path: "link/outside", content },
      ],
    };
    return (
      (await control(world, artifact)) ??
      tryAll(Object.entries(odd).map(([what, all]) => holding(world, artifact, what, async () => oddTarGz(all))))
    );
  },
};

export const parserDifferentials: Attack = {
  number: 20,
  name: "archives of two meanings",
  async run(world) {
    const variants: Variant[] = [];
    const artifact = tarGz(world);
    if (artifact !== undefined) {
      const refused = await control(world, artifact);
      if (refused !== undefined) return refused;
      const content = Buffer.from("x");
      const file: OddMember = { path: "file", content };
      const tar = (what: string, bytes: () => Uint8Array): void => {
        variants.push(holding(world, artifact, what, async () => bytes()));
      };
      tar("a member comes twice", () => oddTarGz([file, file]));
      tar("something follows the end", () => oddTarGz([file], Buffer.concat([Buffer.alloc(1024), oddTarGz([file])])));
      tar("there is no end", () => oddTarGz([file], new Uint8Array()));
      tar("a member says it is larger than it is", () => oddTarGz([{ ...file, size: 10_000 }]));
      tar("junk follows the gzip stream", () => Buffer.concat([oddTarGz([file]), Buffer.from("junk")]));
    }
    const zip = archiveOf(world, "zip");
    if (zip !== undefined) {
      const bytes = await readFile(world.pathIn(await world.copy(), zip));
      const zipped = (what: string, other: Uint8Array): void => {
        variants.push(holding(world, zip, what, async () => other));
      };
      zipped("something stands before a zip", Buffer.concat([Buffer.from("#!/bin/sh\n"), bytes]));
      zipped("something follows a zip", Buffer.concat([bytes, Buffer.from("junk")]));
      zipped("a zip has another one before it", Buffer.concat([bytes, bytes]));
      zipped("a name differs between a zip's two headers", renamedOnce(bytes));
    }
    return variants.length === 0 ? notApplicable("the release has no tar.gz and no zip") : tryAll(variants);
  },
};

/** The first letter of the first local header's name is another (APPNOTE.TXT, 4.3.7: the name begins at 30). */
function renamedOnce(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[30] = (copy[30] ?? 0) ^ 1;
  return copy;
}

/** A thousand times what it is packed. */
const bombSize = 256 * 1024 * 1024;

export const bombs: Attack = {
  number: 19,
  name: "decompression bombs",
  async run(world) {
    const artifact = tarGz(world);
    if (artifact === undefined) return notApplicable("the release has no tar.gz");
    return tryAll([
      {
        what: `${artifact.name} unpacks to ${bombSize} bytes`,
        async verdict() {
          const folder = await world.copy();
          const path = world.pathIn(folder, artifact);
          await rm(path);
          await pipeline(Readable.from(zeros(bombSize)), createGzip({ level: 9 }), createWriteStream(path));
          return world.engine.file(path, folder, world.trust);
        },
      },
    ]);
  },
};

function* zeros(size: number): Generator<Uint8Array> {
  const chunk = Buffer.alloc(1024 * 1024);
  for (let done = 0; done < size; done += chunk.length) yield chunk;
}
