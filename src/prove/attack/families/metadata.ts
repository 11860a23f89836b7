/** Attacks on TUF metadata, by one who serves it and has none of its keys. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { JsonObject } from "../../../model/json.ts";
import { problemsOf } from "../../../model/problem.ts";
import { trustedRelease } from "../../../verify/tuf/channel.ts";
import { metadataFolder } from "../../../verify/tuf/folder.ts";
import { type Attack, type AttackResult, notApplicable } from "../attack.ts";
import type { Metadata } from "../world.ts";

/** A file of the repository that is answered otherwise. */
type Odd = (bytes: Uint8Array | undefined) => Uint8Array | undefined;

interface Trick {
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
function onMetadata(
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

interface Signed {
  signed: JsonObject & { version: number };
  signatures: JsonObject[];
}

/** The same metadata with something else in it, under the signatures it had. */
function edited(edit: (document: Signed) => void): Odd {
  return (bytes) => {
    if (bytes === undefined) return undefined;
    const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as Signed;
    edit(document);
    return Buffer.from(JSON.stringify(document));
  };
}

/** File names of a role, newest first: `3.snapshot.json`, `2.snapshot.json`. */
async function versionsOf({ folder }: Metadata, role: string): Promise<readonly string[]> {
  const ending = `.${role}.json`;
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending) && /^\d+\./.test(name));
  return names.toSorted((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10));
}

export const rollback = onMetadata(1, "rollback", async (metadata) => {
  const tricks: Trick[] = [
    {
      what: "timestamp.json is of an earlier version",
      odd: { "timestamp.json": edited(({ signed }) => (signed.version -= 1)) },
    },
  ];
  for (const role of ["snapshot", "targets"]) {
    const [newest, ...older] = await versionsOf(metadata, role);
    for (const name of older.slice(0, 4)) {
      if (newest === undefined) continue;
      const bytes = await readFile(join(metadata.folder, name));
      tricks.push({ what: `${name} is served as ${newest}`, odd: { [newest]: () => bytes }, isNew: true });
    }
  }
  return tricks;
});

export const freeze = onMetadata(2, "freeze", async (_metadata, expires) => [
  { what: "the metadata has expired", now: expires + 1 },
  { what: "the clock went back two days", now: Math.floor(Date.now() / 1000) - 2 * 24 * 3600 },
]);

const farAhead = 2 ** 31;

export const fastForward = onMetadata(3, "fast-forward", async (metadata) => {
  const [snapshot = "snapshot.json"] = await versionsOf(metadata, "snapshot");
  return ["timestamp.json", snapshot].map((name) => ({
    what: `${name} is of the version ${farAhead}`,
    odd: {
      [name]: edited(({ signed }) => {
        signed.version = farAhead;
      }),
      // The client would not ask for what it has.
      "timestamp.json": edited(({ signed }) => {
        signed.version = farAhead;
      }),
    },
  }));
});

export const rotation = onMetadata(11, "rotation", async (metadata) => {
  const [newest = "1.root.json"] = await versionsOf(metadata, "root");
  const version = Number.parseInt(newest, 10);
  const bytes = await readFile(join(metadata.folder, newest));
  const next = `${version + 1}.root.json`;
  const served = (what: string, edit: (document: Signed) => void): Trick => ({
    what,
    odd: { [next]: () => edited(edit)(bytes) },
  });
  return [
    served("the next root is signed by nobody", (document) => {
      document.signed.version = version + 1;
      document.signatures = [];
    }),
    served("the next root has the signatures of the one before", ({ signed }) => {
      signed.version = version + 1;
    }),
    served("the next root is two versions on", ({ signed }) => {
      signed.version = version + 2;
    }),
    served("the next root is the same once more", () => {}),
    served("the next root asks for no signatures", ({ signed }) => {
      signed.version = version + 1;
      for (const role of Object.values(signed["roles"] as Record<string, { threshold: number }>)) role.threshold = 0;
    }),
    { what: "the next root is no JSON", odd: { [next]: () => Buffer.from("{") } },
  ];
});

export const rejectedNeverKept = onMetadata(15, "what is refused is not kept", async () => [
  {
    what: "timestamp.json is signed by nobody",
    odd: {
      "timestamp.json": edited((document) => {
        document.signed.version += 1;
        document.signatures = [];
      }),
    },
  },
  { what: "timestamp.json is no JSON", odd: { "timestamp.json": () => Buffer.from("{") } },
  { what: "timestamp.json is larger than any", odd: { "timestamp.json": () => Buffer.alloc(32 * 1024 * 1024, " ") } },
]);
