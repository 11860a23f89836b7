/** Plays tricks on a TUF client that has seen the genuine metadata, and looks at what it keeps. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { problemsOf } from "../../model/problem.ts";
import { trustedRelease } from "../../verify/tuf/channel.ts";
import { metadataFolder } from "../../verify/tuf/folder.ts";
import { type Attack, type AttackResult, notApplicable } from "./attack.ts";
import type { Metadata } from "./world.ts";

/** A file of the repository that is answered otherwise. */
export type Odd = (bytes: Uint8Array | undefined) => Uint8Array | undefined;

export interface Trick {
  readonly what: string;
  /** By file name. */
  readonly odd?: Readonly<Record<string, Odd>>;
  /** Seconds since 1970; default: now. */
  readonly now?: number;
  /** A client that has seen nothing yet but the root. */
  readonly isNew?: boolean;
}

const noRoot = "no TUF root: the trust file names none, or --metadata does not say where its metadata is";

/** Each trick is played on a client that has seen the genuine metadata, which has to stay exactly as it was. */
export function onMetadata(
  number: number,
  name: string,
  tricks: (metadata: Metadata, expires: number) => Promise<readonly Trick[]>,
): Attack {
  return {
    number,
    name,
    async run(world) {
      const { metadata } = world;
      if (metadata === undefined) return notApplicable(noRoot);
      const now = Math.floor(Date.now() / 1000);
      const state = await world.folder();
      const genuine = await follow(metadata, state, { what: "", now });
      if (typeof genuine === "string") return notApplicable(`the metadata as it is cannot be followed: ${genuine}`);
      return playAll(await tricks(metadata, Date.parse(genuine.expires) / 1000), metadata, { state, now });
    },
  };
}

async function playAll(
  tricks: readonly Trick[],
  metadata: Metadata,
  { state, now }: { readonly state: string; readonly now: number },
): Promise<AttackResult> {
  let how = "";
  for (const [index, trick] of tricks.entries()) {
    const before = await digestOfFolder(state);
    const result = await follow(metadata, trick.isNew === true ? `${state}-new-${index}` : state, { now, ...trick });
    const variants = tricks.length;
    if (typeof result !== "string") return { outcome: "accepted", variants, detail: trick.what };
    if ((await digestOfFolder(state)) !== before)
      return { outcome: "accepted", variants, detail: `${trick.what}: what was refused was kept` };
    if (how === "") how = `${trick.what}: ${result}`;
  }
  return tricks.length === 0
    ? notApplicable("there is no older metadata here that could be served")
    : { outcome: "refused", variants: tricks.length, detail: how };
}

/** What the client believes in the end, or why it does not. */
async function follow(
  { folder, root, channel }: Metadata,
  state: string,
  { odd = {}, now = 0 }: Trick,
): Promise<{ readonly expires: string } | string> {
  const genuine = metadataFolder(folder);
  try {
    return await trustedRelease({
      trustedRoot: root,
      state,
      now,
      channel,
      fetch: async (name, limit) => {
        const bytes = await genuine(name, limit);
        return Object.hasOwn(odd, name) ? odd[name]?.(bytes) : bytes;
      },
    });
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    return problem.message;
  }
}

async function digestOfFolder(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash("sha256");
  for (const path of files.toSorted()) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest("hex");
}
