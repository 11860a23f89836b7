/** What `slipway attack` attacks: the functions that `slipway verify` calls. */
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { readTrustFile, writeTrustFile } from "../format/trust-file.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import type { Engine, Metadata } from "../prove/attack/world.ts";
import { verifyFileOf } from "../verify/file.ts";
import { verifyFolder } from "../verify/folder.ts";
import { type NamedText, nobody, openTrust } from "../verify/trust.ts";
import { verdictText } from "./output/verdict.ts";
import { verifyRemote } from "./verifying/remote.ts";
import { releaseBase } from "../store/remote-release.ts";

export function attackEngine(env: Readonly<Record<string, string | undefined>>): Engine {
  return {
    openTrust: (file, readers) => openTrust(file, [], readers),
    folder: (folder, trust = nobody) => verifyFolder(folder, { trust }),
    file: (path, folder, trust = nobody) => verifyFileOf(path, folder, { trust }),
    url: async (address, trust = nobody, signal) => verifyRemote(releaseBase(address), { trust }, { env, signal }),
    show: (verdict) => verdictText(verdict, "all"),
  };
}

export async function readTrust(name: string): Promise<NamedText> {
  const path = resolve(name);
  return { name, text: await onDisk(path, () => readFile(path, "utf8")) };
}

/** The trust file as far as it speaks of the Release alone; its root is attacked by itself. */
export function withoutRoot({ name, text }: NamedText): NamedText {
  const { root: _root, ...file } = readTrustFile(text, name);
  return { name, text: writeTrustFile(file) };
}

/** The metadata that the trust file's root is of; undefined without a root, or where nothing lies there. */
export async function metadataOf({ name, text }: NamedText, folder: string): Promise<Metadata | undefined> {
  const { root, channel = "stable" } = readTrustFile(text, name);
  if (root === undefined) return undefined;
  const found = await stat(join(folder, "timestamp.json")).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new Problem("usage", `${name} has a TUF root, and there is no metadata in ${folder}`, {
      hint: "Say where it is: --metadata FOLDER.",
    });
  return { folder: resolve(folder), root: Buffer.from(JSON.stringify(root)), channel };
}
